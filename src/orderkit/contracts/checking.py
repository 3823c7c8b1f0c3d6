"""What a carrier or provider may do beside its work: say whether its settings lead to where they should."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from orderkit.contracts.problems import Problem


@runtime_checkable
class ConnectionCheck(Protocol):
    """Looks whether the other side can be reached and takes the account, when staff ask for it."""

    def check_connection(self) -> Iterable[Problem]:
        """
        What is wrong, in words for the admin; nothing where all is well.

        It changes nothing on the other side. No transaction is open meanwhile, and nothing is stored of the answer.
        What it raises, and an answer that comes after the time limit, is told as a failure.
        """
