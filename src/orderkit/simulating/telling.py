"""Tells a tale through the services: makes the order, then plays its scenes, each at its own time."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import attrs

from orderkit.desk import Desk, StandingClock
from orderkit.domain.contact import ContactDetails
from orderkit.domain.delivery import Delivery
from orderkit.domain.line import Adjustment, AdjustmentKind
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.simulating.deeds import (
    OLGA,
    Cancel,
    Choose,
    EditLines,
    GiveBack,
    GiveDetails,
    Move,
    Pay,
    Redirect,
    Scene,
    Track,
)
from orderkit.simulating.goods import CURRENCY
from orderkit.simulating.tales import Tale

SOURCE = "simulation"
"""The source of every order told, so that nobody takes them for real ones."""


@attrs.frozen
class Teller:
    """
    Tells tales to one desk.

    Attributes:
        clock: The clock of *desk*; set to the time of each scene.
        orders: How many tales there are; part of each order's reference.
    """

    desk: Desk
    clock: StandingClock
    orders: int
    shipping: Mapping[str, ShippingMethod]
    paying: Mapping[str, PaymentMethod]

    def told(self, index: int) -> Order | None:
        """The order with that index as far as it was told; ``None`` if it was not begun."""
        return self.desk.orders.by_ref(SOURCE, self._ref(index))

    def tell(self, tale: Tale) -> Order:
        """Tell a tale to its end, from where it was left: each scene is one change of the order."""
        order = self.told(tale.index) or self._open(tale)
        for scene in tale.scenes[order.version - 1 :]:
            self.clock.at = scene.at
            order = self._play(tale, order, scene)
        return order

    def _ref(self, index: int) -> str:
        return f"{index}/{self.orders}"

    def _open(self, tale: Tale) -> Order:
        self.clock.at = tale.created_at
        in_cart = tale.opening == "cart"
        return self.desk.orders.create(
            tale.lines,
            actor=tale.by,
            key=f"demo-order-{tale.index}",
            contact=self._contact(tale),
            delivery=None if in_cart else self._delivery(tale),
            adjustments=_discount(tale),
            status="created" if in_cart else "pending",
            source=SOURCE,
            external_ref=self._ref(tale.index),
        )

    def _contact(self, tale: Tale) -> ContactDetails | UUID | None:
        known = self.told(tale.known_from) if tale.known_from != tale.index else None
        if known and self.desk.contacts.get(known.contact_id).is_lead:
            return known.contact_id
        return None if tale.opening == "cart" else tale.buyer.details

    def _delivery(self, tale: Tale) -> Delivery:
        method = self.shipping.get(tale.shipping)
        if method is None:
            return Delivery(Money.zero(CURRENCY), recipient=tale.buyer.recipient(comment=tale.comment))
        at_home = tale.buyer.address if method.needs_address else ""
        address = tale.buyer.pickup_point if tale.shipping == "cdek" else at_home
        recipient = tale.buyer.recipient(address=address, comment=tale.comment)
        cost = self.desk.shipping.quote(method.id, tale.lines, recipient).price
        return Delivery(cost or Money.zero(CURRENCY), method.id, recipient=recipient)

    def _play(self, tale: Tale, order: Order, scene: Scene) -> Order:
        match scene.deed:
            case Move(status, reason):
                return self.desk.orders.set_status(
                    order.id, status, actor=scene.by, expected_version=order.version, reason=reason
                )
            case EditLines(edits):
                return self.desk.orders.edit_lines(
                    order.id, edits, actor=scene.by, expected_version=order.version
                )
            case GiveDetails():
                return self._give_details(tale, order, scene)
            case Track(code):
                return self._deliver(order, scene, attrs.evolve(order.delivery, tracking_code=code))
            case Redirect(address):
                recipient = attrs.evolve(order.delivery.recipient, address=address)
                return self._deliver(order, scene, attrs.evolve(order.delivery, recipient=recipient))
            case Choose(method):
                return self.desk.payments.choose(
                    order.id, self.paying[method].id, actor=scene.by, expected_version=order.version
                )
            case Pay() as deed:
                return self._pay(tale, order, scene, deed)
            case GiveBack() as deed:
                return self._give_back(tale, order, scene, deed)
            case Cancel() as deed:
                return self._cancel(order, scene, deed)

    def _give_details(self, tale: Tale, order: Order, scene: Scene) -> Order:
        contact = self.desk.contacts.get(order.contact_id)
        self.desk.contacts.edit(
            contact.id, tale.buyer.details, actor=scene.by, expected_version=contact.version
        )
        return self._deliver(order, scene, self._delivery(tale))

    def _deliver(self, order: Order, scene: Scene, delivery: Delivery) -> Order:
        return self.desk.orders.edit_delivery(
            order.id, delivery, actor=scene.by, expected_version=order.version
        )

    def _pay(self, tale: Tale, order: Order, scene: Scene, deed: Pay) -> Order:
        to_pay = order.balance.money(order.balance.to_pay)
        self.desk.payments.record(
            order.id,
            to_pay if deed.percent is None else _whole(order.total, deed.percent),
            method_id=self.paying[deed.method].id,
            actor=scene.by,
            key=self._money_key(tale, order),
            reference=f"п/п {1000 + tale.index}" if deed.method == "transfer" else "",
        )
        return self.desk.orders.get(order.id)

    def _give_back(self, tale: Tale, order: Order, scene: Scene, deed: GiveBack) -> Order:
        payment = max(order.payments, key=lambda payment: payment.sums.refundable)
        kept = order.balance.money(payment.sums.refundable)
        surplus = order.balance.money(-order.balance.balance)
        self.desk.payments.refund(
            payment.id,
            surplus if deed.percent is None else _whole(kept, deed.percent),
            actor=scene.by,
            key=self._money_key(tale, order),
            reason=deed.reason,
        )
        return self.desk.orders.get(order.id)

    def _cancel(self, order: Order, scene: Scene, deed: Cancel) -> Order:
        without_delivery = order.balance.money(order.balance.paid) - order.delivery.cost
        return self.desk.orders.cancel(
            order.id,
            reason=deed.reason,
            actor=scene.by,
            expected_version=order.version,
            refund=without_delivery if deed.given_back == "but delivery" else deed.given_back,
        )

    def _money_key(self, tale: Tale, order: Order) -> str:
        return f"demo-order-{tale.index}-{order.version}"


def set_up(desk: Desk) -> tuple[dict[str, ShippingMethod], dict[str, PaymentMethod]]:
    """
    Make the methods of the story's shop, or find those made before; by the codes the tales use.

    They are found by their titles: an earlier version of this story may have asked for them in other words, and a
    request in other words is another request.
    """
    shipped = {method.title: method for method in desk.settings.shipping_methods()}
    shipping = {
        code: shipped.get(title)
        or desk.settings.add_shipping_method(
            "pickup" if code == "pickup" else "flat-rate",
            title,
            settings=_shipping_settings(code, rubles),
            actor=OLGA,
            key=f"demo-shipping-{code}",
            description=description,
            tracking_url=tracking_url,
            position=position,
        )
        for position, (code, title, rubles, description, tracking_url) in enumerate(_SHIPPING, 1)
    }
    paid = {method.title: method for method in desk.settings.payment_methods()}
    paying = {
        code: paid.get(title)
        or desk.settings.add_payment_method(
            provider,
            title,
            actor=OLGA,
            key=f"demo-payment-{code}",
            settings=_BANK if provider == "bank-transfer" else {},
            description=description,
            button=button,
            is_primary=code == "card",
            position=position,
        )
        for position, (code, provider, title, description, button) in enumerate(_PAYING, 1)
    }
    return shipping, paying


def _shipping_settings(code: str, rubles: int) -> dict[str, object]:
    if code == "pickup":
        return {"address": "Москва, Лесная ул., 20", "hours": "ежедневно с 9 до 20"}
    return {"cost": Money.of(rubles, CURRENCY)}


_BANK = {"details": "ООО «Зерно и лист»\nр/с 40702810000000000000 в банке «Пример»\nБИК 044525000"}
_SHIPPING = (
    # code, title, roubles, description, address of the carrier's page
    ("courier", "Курьер по Москве", 350, "Привезём завтра с 10 до 21", ""),
    (
        "cdek",
        "СДЭК до пункта выдачи",
        290,
        "2–6 дней, хранение неделю",
        "https://www.cdek.ru/ru/tracking?order_id={code}",
    ),
    ("post", "Почта России", 340, "5–12 дней", "https://www.pochta.ru/tracking?barcode={code}"),
    ("pickup", "Самовывоз с Лесной", 0, "Соберём за час", ""),
)
_PAYING = (
    # code, provider, title, description, button
    (
        "card",
        "cash",
        "Картой при получении",
        "Картой: терминал есть у курьера и в лавке",
        "Оплатить картой при получении",
    ),
    (
        "cash",
        "cash",
        "Наличные курьеру",
        "Наличными: подготовьте без сдачи, если можно",
        "Оплатить наличными",
    ),
    ("transfer", "bank-transfer", "Банковский перевод", "По счёту: пришлём его на почту", "Получить счёт"),
)


def _whole(amount: Money, percent: int) -> Money:
    """*percent* of an amount in whole roubles, as people pay; all of it is all, to the kopeck."""
    share = amount.share(percent, 100)
    return share if percent == 100 else Money(share.minor - share.minor % 100, share.currency)


def _discount(tale: Tale) -> tuple[Adjustment, ...]:
    if not tale.discount:
        return ()
    goods = Money(sum(line.amount.minor for line in tale.lines), CURRENCY)
    off = -_whole(goods, tale.discount)
    return (
        Adjustment(
            kind=AdjustmentKind.DISCOUNT, amount=off, title=f"Скидка постоянного клиента {tale.discount} %"
        ),
    )
