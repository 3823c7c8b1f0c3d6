"""The contract of a payment provider: what a test of one subclasses."""

from __future__ import annotations

from orderkit.testing.closing import CloseChecks
from orderkit.testing.events import EventChecks
from orderkit.testing.holding import HoldChecks
from orderkit.testing.looking import LookupChecks
from orderkit.testing.offering import OfferChecks
from orderkit.testing.refunding import RefundChecks
from orderkit.testing.starting import StartChecks
from orderkit.testing.tracing import TraceChecks


class PaymentProviderContract(
    OfferChecks, StartChecks, RefundChecks, HoldChecks, LookupChecks, CloseChecks, EventChecks, TraceChecks
):
    """
    What every payment provider keeps to; a test subclasses it, and gives `plugin` and `settings`.

    Which checks there are follows from what the type declares, and from what it can do with *settings*. One that is not
    offline needs a `fake`: a fixture that has the plugin talk to a `Fake`, and gives it. Where it gives money back, the
    fake is a `RefundingFake`, too; where it takes or releases held money, a `HoldingFake`; where it closes payments, a
    `ClosingFake`; where it has webhooks, a `TellingFake`, and a fixture `unknown` gives one of a kind that it has never
    heard of; where it says of which payment something is, a `DashboardFake`.

    Attributes:
        amount: Minor units that it takes without asking more than once; 45,000 unless it says otherwise.
        holding: Settings with which money is held at first, where *settings* have it taken at once.
    """
