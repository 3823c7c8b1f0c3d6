"""
Amounts as Stripe counts them: mostly in the minor units of ISO 4217, as the desk does.

They differ where Stripe keeps to what it once did: its page "Supported currencies", under zero-decimal and special
cases.
"""

from __future__ import annotations

from typing import Any

import orderkit.plugin as ok
from orderkit_stripe.refusals import UnclearError

_IN_HUNDREDTHS = ("ISK", "UGX")
"""They have no minor unit, and Stripe wants them in hundredths all the same, ending in 00."""
_IN_WHOLES = ("MGA",)
"""Its fifth is a minor unit by ISO 4217, and none at Stripe."""
_IN_TENS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
"""They have three decimals, of which Stripe wants the last to be 0."""


def units_of(amount: ok.Money) -> int | None:
    """How many units Stripe is asked for; ``None`` where it cannot be asked for that amount."""
    if amount.currency in _IN_HUNDREDTHS:
        return amount.minor * 100
    if amount.currency in _IN_WHOLES:
        return None if amount.minor % 100 else amount.minor // 100
    if amount.currency in _IN_TENS and amount.minor % 10:
        return None
    return amount.minor


def money_of(units: Any, currency: Any) -> ok.Money:
    """
    The amount that Stripe tells.

    Raises:
        UnclearError: It is none.
    """
    code = str(currency).upper()
    if type(units) is not int or (code in _IN_HUNDREDTHS and units % 100):
        raise UnclearError("Stripe told an amount that is none")
    if code in _IN_HUNDREDTHS:
        return ok.Money(units // 100, code)
    return ok.Money(units * 100 if code in _IN_WHOLES else units, code)
