"""A simulated day in front of whoever started the demo: progress while it passes, and what came out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from zoneinfo import ZoneInfo

import attrs
import click

from orderkit import Desk, OrderKit
from orderkit.errors import OrderKitError
from orderkit_shop.visiting.browser import NoSuchFormError
from orderkit_shop.visiting.clients import SurprisedError
from orderkit_shop.visiting.day import Day, DayClock, utc_now
from orderkit_shop.visiting.reckoning import Reckoning, reckon

MOST_TOLD = 10
"""How many differences are told one by one."""


@attrs.frozen
class Showing:
    """
    The 24 hours up to now, still to come for the shop.

    Attributes:
        kit: With *clock* as its clock.
        site: Code of the site that the shop sells for.
    """

    kit: OrderKit
    clock: DayClock
    site: str

    def begin(self, visitors: int, port: int) -> None:
        """Let the visitors come while the shop serves; the day ends by itself, or with the shop."""
        threading.Thread(target=self.run, args=(visitors, port), name="visitors", daemon=True).start()

    def run(self, visitors: int, port: int, say: Callable[[str], object] = click.echo) -> bool:
        """Let the day pass; say what came out. Whether everything is as it should be."""
        desk, began = self.kit.site(self.site), time.monotonic()
        day = Day.of(visitors, port, self.clock, utc_now().astimezone(ZoneInfo(desk.site.timezone)))
        try:
            with click.progressbar(length=day.steps, label=f"{visitors} visitors come") as progress:
                day.pass_by(progress.update)
            self.clock.be_real()
            self.kit.reconcile()
            reckoning = reckon(desk, day.clients, cookie_of(desk))
            findings = [str(finding) for finding in self.kit.verify()]
        except (NoSuchFormError, SurprisedError, OrderKitError, HTTPException, OSError) as error:
            self.clock.be_real()
            say(f"The day was broken off: {error}")
            return False
        say(_told(reckoning, findings, time.monotonic() - began))
        return not reckoning.differences and not findings


def cookie_of(desk: Desk) -> str:
    """Name of the cookie by which the storefront of the shop knows a visitor."""
    return f"orderkit_visitor_{desk.site.id}"


def _told(reckoning: Reckoning, findings: list[str], seconds: float) -> str:
    differences = reckoning.differences
    is_equal = "equal, entry by entry" if not differences else f"{len(differences)} visitors differ"
    return "\n".join(
        (
            f"The day is over after {seconds:.0f} s.",
            f"  The visitors wrote down {reckoning.notes} acts, the journal has {reckoning.entries}: {is_equal}.",
            *(f"  {difference}" for difference in differences[:MOST_TOLD]),
            f"  orderkit verify: {len(findings) or 'no'} findings.",
            *(f"  {finding}" for finding in findings[:MOST_TOLD]),
        )
    )
