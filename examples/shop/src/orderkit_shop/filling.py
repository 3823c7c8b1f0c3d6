"""Gets the shop's database ready: tables, the default site, and orders to look at."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from orderkit import OrderKit, simulating
from orderkit.errors import SettingsError
from orderkit_shop.app import SITE


def prepare(kit: OrderKit, orders: int) -> str:
    """
    Make tables and site, and fill an empty site with *orders* simulated orders; show the progress.

    A filled site is kept as it is; a filling that was broken off is completed.

    Returns:
        What the site holds now, in words.

    Raises:
        OrderKitError: The database cannot be used, or its default site is another kind of shop.
    """
    kit.upgrade()
    others = [site.code for site in kit.sites.all()]
    if others and SITE not in others:
        raise SettingsError(
            f"database {kit.database.url} holds the sites {', '.join(others)}, so it is not the demo's, and the demo "
            "fills only its own. To look at your orders in the tab, import them into the demo's database"
        )
    kit.sites.ensure(SITE, currency="RUB", timezone="Europe/Moscow")
    simulation = simulating.begin(
        lambda clock: kit.site(SITE, clock=clock), orders=orders, until=datetime.now(UTC)
    )
    if simulation is None:
        return "orders of its own, kept as they are"
    if simulation.is_told:
        return f"{simulation.orders} simulated orders, kept from before"
    left = simulation.orders - simulation.told
    with click.progressbar(
        simulation.tell(), length=left, label=f"Filling the shop with {left} orders"
    ) as told:
        for _ in told:
            pass
    return f"{simulation.orders} simulated orders"
