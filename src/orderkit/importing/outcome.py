"""What became of an order of the file."""

from __future__ import annotations

import enum

import attrs

from orderkit.errors import OrderKitError


class Kind(enum.StrEnum):
    """``stored`` as an order, ``refunded`` on an earlier order, or ``reported`` and nothing of it stored."""

    STORED = "stored"
    REFUNDED = "refunded"
    REPORTED = "reported"


@attrs.frozen(slots=True)
class Outcome:
    """
    What became of an order of the file.

    Attributes:
        is_new: Whether this run wrote it; what an earlier run wrote is left as it is.
        code: Why it is reported, in one word; empty where it is not.
        problem: The same as a sentence.
        rows: What is wrong with single rows: line, code and sentence.
    """

    kind: Kind
    is_new: bool = False
    code: str = ""
    problem: str = ""
    rows: tuple[tuple[int, str, str], ...] = ()

    @classmethod
    def reported(cls, code: str, problem: str) -> Outcome:
        """Nothing of it is stored, for this reason."""
        return cls(Kind.REPORTED, code=code, problem=problem)

    @classmethod
    def refused(cls, error: OrderKitError) -> Outcome:
        """Nothing of it is stored, because the services refuse it."""
        if error.code == "key_reused":
            return cls.stored_otherwise()
        return cls.reported(error.code, str(error))

    @classmethod
    def stored_otherwise(cls) -> Outcome:
        """An earlier run stored it with other contents, and those stay."""
        return cls.reported("stored_otherwise", "it is stored already, with other contents than in this file")
