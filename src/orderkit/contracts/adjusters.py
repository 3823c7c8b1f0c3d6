"""What an adjuster fulfils: it says what comes on top of the prices of an order, or off them, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, runtime_checkable

import attrs

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.descriptors import Upgrade, check_descriptor
from orderkit.contracts.services import Services
from orderkit.contracts.wording import Text
from orderkit.domain.line import Adjustment
from orderkit.domain.pricing import Calculation, Phase
from orderkit.errors import SettingsError


class Adjuster(Protocol):
    """Works with the settings of one price rule."""

    def adjust(self, calculation: Calculation) -> Iterable[Adjustment]:
        """
        What comes on top, or off if negative; nothing where the rule does not apply.

        The same calculation is answered the same: it asks nobody, neither a clock nor chance.
        """


@runtime_checkable
class TakesCodes(Protocol):
    """What an adjuster does beside adjusting that knows promo codes: it says which."""

    def takes(self, code: str, calculation: Calculation) -> bool | Ineligible:
        """
        Whether a code that is entered is one of this rule's; or that it is, and why it does nothing for this order.

        The buyer reads the reason. A code is in capitals and has no white space.
        """


@attrs.frozen(kw_only=True)
class AdjusterType:
    """
    What a plugin brings so that an admin can make price rules of it.

    Attributes:
        code: Stable; what rows refer to. 2 to 40 small letters, digits and hyphens.
        label: What the admin picks it by.
        settings: An attrs class of `setting` fields.
        factory: Makes the adjuster of one rule, with an instance of *settings*; asks nobody.
        phase: When it has its turn.
        description: A sentence for the admin.
        settings_version: Raised when settings are stored in another way than before; then *upgrade* is needed.
        upgrade: Called with a document of an earlier version, as a dictionary of its own, and with that version;
            answers the document as this version reads it. A secret is handed through as it is stored.

    Raises:
        SettingsError: ``bad_code``, ``bad_descriptor`` or ``bad_setting``, naming the code.
    """

    code: str
    label: Text
    settings: type
    factory: Callable[[Any, Services], Adjuster]
    phase: Phase
    description: Text = ""
    settings_version: int = 1
    upgrade: Upgrade | None = None

    def __attrs_post_init__(self) -> None:
        check_descriptor("adjuster", self)
        if not isinstance(self.phase, Phase):
            raise SettingsError(
                f"adjuster {self.code!r}: phase must be one of {', '.join(f'Phase.{one.name}' for one in Phase)}",
                code="bad_descriptor",
            )
