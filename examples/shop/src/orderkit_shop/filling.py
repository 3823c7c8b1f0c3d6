"""Gets the shop's database ready: tables, the default site, orders to look at, and ways to pay that cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import click

from orderkit import Actor, ActorKind, Desk, OrderKit, PaymentMethod, simulating
from orderkit.errors import SettingsError
from orderkit.testing.bank import Bank
from orderkit_shop import banking, cards
from orderkit_shop.app import SITE
from orderkit_shop.paying_online import pay_some

PROMO_CODE = "КОФЕ10"
"""Takes 10 % off the goods."""
SHOP = Actor(ActorKind.HOST, name="Зерно и лист")


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def open_kit(
    url: str,
    clock: Callable[[], datetime] = utc_now,
    *,
    bank: banking.OnlineBank | None = None,
    key: str = "",
) -> OrderKit:
    """The desk of the shop on that database, with the shop's own providers of payments; *key* seals secrets."""
    own = [cards.DemoCards(), *([bank] if bank else [])]
    return OrderKit(url, clock=clock, plugins=own, strict=True, secret_key=key)


def prepare(
    kit: OrderKit, orders: int, bank: Bank | None = None, address: str = "http://127.0.0.1:8000"
) -> str:
    """
    Make tables and site, and fill an empty site with *orders* simulated orders; show the progress.

    A filled site is kept as it is; a filling that was broken off is completed. To the ways of paying that the
    simulation has come the test card and the test bank, at which some orders are paid; to the prices come the VAT in
    them and a promo code to try.

    Args:
        bank: The test bank, if there is one.
        address: Of the shop, without a slash at the end.

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
    kept = ", kept from before" if simulation.is_told else ""
    if not simulation.is_told:
        left = simulation.orders - simulation.told
        with click.progressbar(
            simulation.tell(), length=left, label=f"Filling the shop with {left} orders"
        ) as told:
            for _ in told:
                pass
    _offer_card(kit.site(SITE))
    if bank is not None:
        method = _offer_bank(kit.site(SITE))
        if not simulation.is_told:
            pay_some(lambda clock: kit.site(SITE, clock=clock), bank, method, f"{address}/")
    _set_prices(kit.site(SITE))
    return f"{simulation.orders} simulated orders{kept}"


def _offer_card(desk: Desk) -> None:
    desk.settings.add_payment_method(
        cards.CODE,
        "Тестовая карта",
        actor=SHOP,
        key="demo-card",
        description="Для показа: первую попытку банк отклонит, вторую проведёт. Деньги не списываются.",
        button="Оплатить тестовой картой",
        position=9,
    )


def _offer_bank(desk: Desk) -> PaymentMethod:
    return desk.settings.add_payment_method(
        banking.CODE,
        "Тестовый банк",
        actor=SHOP,
        key="demo-bank",
        description="Онлайн, на странице придуманного банка. Деньги не списываются.",
        button="Оплатить в тестовом банке",
        position=8,
    )


def _set_prices(desk: Desk) -> None:
    ten = {"code": PROMO_CODE, "percent": 10}
    desk.settings.add_price_rule("vat", "НДС", actor=SHOP, key="demo-vat")
    desk.settings.add_price_rule(
        "promo-code", f"Промокод {PROMO_CODE}", settings=ten, actor=SHOP, key="demo-promo-code"
    )
