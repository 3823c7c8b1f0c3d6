"""
Every screen of the tab, in one place: what is judged for accessibility, measured inside strange hosts and photographed.

A new route is shown by a screen here, or stands in `NO_SCREENS` with the reason; a test compares with the app.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

import attrs
from flask import Flask
from orderkit_flask.permissions import PERMISSIONS
from playwright.sync_api import Page
from werkzeug.routing import Map

from orderkit import (
    Adjustment,
    ChangeQuantity,
    ContactDetails,
    ContactLink,
    Delivery,
    Evidence,
    OrderKit,
    Recipient,
)
from orderkit.domain import people
from tests.journeys.planting import HOLDING, SILENT, held_order, long_order, silent_order, tell_of
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Clock, Maker, mug, rub
from tests.plugins import drone, for_api, plugin

NO_SCREENS = {
    "static": "styles and a script",
    "htmx": "a script",
    "export": "a file",
    "foretell_payment": "a line of the form that records a payment",
    "add_note": "its form stands in the order's window",
    "send_again": "a button in the order's journal",
    "make_link": "its form stands in the order's window, which shows the link",
    "make_payment_link": "its form stands in the order's window, which shows the link",
    "see_dispute": "a button of an alert in the order's window",
    "set_aside": "a button of an alert in the order's window",
    "stop_cancelling": "a button of an alert in the order's window",
    "write_down": "a button of an alert in the order's window",
    "take_up_event": "a button of the list of events",
    "set_event_aside": "a button of the list of events",
    "ask_provider": "a button of a payment in the order's window, which shows what came of it",
    "confirm_link": "a button of the contact's window",
    "dismiss_link": "a button of the contact's window",
    "check_shipping_method": "a button of the method's page, which shows what came of it",
    "check_payment_method": "a button of the method's page, which shows what came of it",
    "check_notification_rule": "a button of the rule's page, which shows what came of it",
    "check_price_rule": "a button of the rule's page, which shows what came of it",
    "switch_shipping_method": "a button of the list",
    "switch_payment_method": "a button of the list",
    "switch_notification_rule": "a button of the list",
    "switch_price_rule": "a button of the list",
    "move_shipping_method": "a button of the list",
    "move_payment_method": "a button of the list",
    "move_notification_rule": "a button of the list",
    "move_price_rule": "a button of the list",
}
"""Endpoints that are no screens, and why."""

TROUBLED = (
    plugin(drone(), drone(code="kite"), name="hangar"),
    plugin(drone(), name="airport"),
    plugin(name="a-plugin-with-a-name-as-long-as-the-name-of-a-plugin-may-ever-be-in-this-world"),
    plugin(name="crane"),
    for_api(plugin(name="moonship"), ">=7.2,<8"),
)
"""Plugins of which none works as it should."""

NOBODY = "00000000-0000-7000-8000-000000000000"
FIRST_ORDER = "a.ok-whole"


@attrs.frozen
class Shop:
    """What is in the shop, by the names that the addresses of the screens use."""

    kit: OrderKit
    places: Mapping[str, str]

    def path(self, screen: "Screen") -> str:
        return f"/orders/{screen.path.format(**self.places)}"


Doing = Callable[[Page, Shop], None]


@attrs.frozen
class Screen:
    """
    One screen, with what has to be pressed after its address was opened.

    Attributes:
        path: Below the tab's address; names in braces are `Shop.places`.
        denied: The permissions that are missing, with spaces between.
        site: Whose orders are shown.
        locale: The host's language.
        refused: The answer's status where it is no 200.
    """

    name: str
    path: str = ""
    do: tuple[Doing, ...] = ()
    denied: str = ""
    site: str = "coffee"
    refused: int = 200
    locale: str = "ru"

    def open(self, page: Page, address: str, shop: Shop) -> None:
        """Show this screen."""
        page.set_extra_http_headers(
            {"Shop-Site": self.site, "Shop-Denied": self.denied, "Shop-Locale": self.locale}
        )
        answer = page.goto(address + shop.path(self))
        assert answer
        assert self.refused == answer.status
        for do in self.do:
            do(page, shop)


def press(control: str, shown: str) -> Doing:
    """Press one control, and wait for what it shows."""

    def do(page: Page, _: Shop) -> None:
        page.locator("#orderkit.ok-scripted").wait_for()
        page.locator(control).first.click()
        page.locator(shown).first.wait_for()

    return do


def write(field: str, text: str) -> Doing:
    return lambda page, _: page.locator(field).fill(text)


def put(field: str, text: str) -> Doing:
    """Put a text into a field that is not to be seen, as somebody who changes a form would."""
    return lambda page, _: page.locator(field).first.evaluate("(one, text) => { one.value = text; }", text)


def rival(page: Page, shop: Shop) -> None:
    """Somebody else changes the delivery of the same order meanwhile."""
    desk = shop.kit.site("coffee")
    order = desk.orders.by_number(shop.places["full_number"])
    assert order
    was = order.delivery
    delivery = attrs.evolve(was, recipient=attrs.evolve(was.recipient, city=f"Пермь-{order.version}"))
    desk.orders.edit_delivery(order.id, delivery, actor=OTHER_STAFF, expected_version=order.version)


def rival_moves(page: Page, shop: Shop) -> None:
    """Somebody else moves the order, and takes money for it."""
    desk = shop.kit.site("coffee")
    order = desk.orders.get(UUID(shop.places["contested"]))
    status = "pending" if order.status == "preparing" else "preparing"
    desk.orders.set_status(order.id, status, actor=OTHER_STAFF, expected_version=order.version)
    method = desk.settings.payment_methods()[0]
    key = f"rival-{order.version}"
    desk.payments.record(order.id, rub(100), method_id=method.id, actor=OTHER_STAFF, key=key)


def rival_edits(page: Page, shop: Shop) -> None:
    """Somebody else changes the contents and the discounts of the order."""
    desk = shop.kit.site("coffee")
    order = desk.orders.get(UUID(shop.places["contested"]))
    edits = [ChangeQuantity(order.lines[0].id, order.lines[0].quantity + 5)]
    order = desk.orders.edit_lines(order.id, edits, actor=OTHER_STAFF, expected_version=order.version)
    fee = attrs.evolve(order.adjustments[0], amount=order.adjustments[0].amount + rub(10))
    desk.orders.edit_adjustments(order.id, [fee], actor=OTHER_STAFF, expected_version=order.version)


def rival_corrects(page: Page, shop: Shop) -> None:
    """Somebody else corrects the contact and the method."""
    desk = shop.kit.site("coffee")
    contact = desk.contacts.get(UUID(shop.places["contact"]))
    details = attrs.evolve(contact.details, name=f"Анна Ким-{contact.version}")
    desk.contacts.edit(contact.id, details, actor=OTHER_STAFF, expected_version=contact.version)
    method = desk.settings.shipping_method(UUID(shop.places["shipping"]))
    after = attrs.evolve(method, description=f"С {method.version} утра")
    desk.settings.edit_shipping_method(after, actor=OTHER_STAFF)


def rival_decides(page: Page, shop: Shop) -> None:
    """Somebody else turns the suggestion down; whoever opens the page again finds it made anew."""
    desk = shop.kit.site("coffee")
    [hint] = desk.contacts.person(UUID(shop.places["contested_person"])).suggestions
    desk.contacts.dismiss(hint.id, actor=OTHER_STAFF, expected_version=hint.version)
    _linked(Maker(desk), hint.contact_id, hint.other_id, Evidence.NAME)


def settle(page: Page, _: Shop) -> None:
    """What moves has arrived."""
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")


DIALOG = "#ok-dialog .ok-window"
SAVE = ".ok-form .ok-buttons button[value=save]"
PROBLEM = ".ok-window .ok-problem"
MEANWHILE = ".ok-window .ok-form .ok-strip"
MEANWHILE_DECIDED = ".ok-window .ok-strip[role=alert]"
VIEWS_ONLY = " ".join(one for one in PERMISSIONS if not one.endswith(".view"))
"""What is denied to somebody who may only look."""

SCREENS = (
    Screen("orders"),
    Screen("orders-filters", do=(press(".ok-filters > summary", ".ok-panel"),)),
    Screen("orders-filtered", "?status=pending&status=preparing&money=unpaid"),
    Screen("orders-found-nothing", "?q=нетничего"),
    Screen("orders-mistake", "?from=2026-99-99", refused=422),
    Screen("orders-empty", site="empty"),
    Screen("orders-one", site="small"),
    Screen("orders-many", site="large"),
    Screen("orders-english", locale="en"),
    Screen("orders-read-only", denied=VIEWS_ONLY),
    Screen("orders-menu", do=(press("a[data-ok-menu]", "#ok-menu #ok-choices"),)),
    Screen("orders-window", do=(press(FIRST_ORDER, DIALOG), settle)),
    Screen(
        "orders-window-delivery",
        do=(press(FIRST_ORDER, DIALOG), press("#ok-s-delivery-edit", f"{DIALOG} .ok-methods"), settle),
    ),
    Screen("new-order", "new"),
    Screen("new-order-known", "new?contact={contact}"),
    Screen("new-order-hits", "new", (write("#ok-find", "чай"), press("[value=find]", ".ok-e-hits"))),
    Screen(
        "new-order-filled",
        "new",
        (
            write("#ok-find", "чай"),
            press("[value=find]", ".ok-e-hits"),
            press("[value^='add:']", ".ok-e-row"),
            press("[value=free]", ".ok-e-row + .ok-e-row"),
        ),
    ),
    Screen("new-order-mistake", "new", (press(SAVE, PROBLEM),)),
    Screen("order", "{full}"),
    Screen("order-guest", "{guest_order}"),
    Screen("order-long", "{long}"),
    Screen("order-created", "{created}"),
    Screen("order-overpaid", "{overpaid}"),
    Screen("order-cancelled", "{cancelled}"),
    Screen("order-delivered", "{delivered}"),
    Screen("order-abandoned", "{abandoned}"),
    Screen("order-asked", "{asked}"),
    Screen("order-link", "{asked}", (press("[aria-labelledby=ok-s-client] [type=submit]", "#ok-f-link"),)),
    Screen("order-read-only", "{full}", denied=VIEWS_ONLY),
    Screen("order-english", "{full}", locale="en"),
    Screen("order-endless", "{endless}"),
    Screen("note-mistake", "{full}", (press(".ok-journal button[value=save]", PROBLEM),)),
    Screen("order-details", "{full}", do=(press(".ok-more > summary", ".ok-differences"),)),
    Screen("status", "{full}/status"),
    Screen("status-reason", "{delivered}/status?step=preparing"),
    Screen(
        "status-rival", "{contested}/status", (rival_moves, press(".ok-stage [value=shipped]", MEANWHILE))
    ),
    Screen("cancel", "{full}/cancel"),
    Screen("cancel-mistake", "{full}/cancel", (press(SAVE, PROBLEM),)),
    Screen(
        "cancel-rival",
        "{contested}/cancel",
        (write("[name=reason]", "x"), rival_moves, press(SAVE, MEANWHILE)),
    ),
    Screen("decline", "{asked}/decline"),
    Screen("decline-mistake", "{asked}/decline", (press(SAVE, PROBLEM),)),
    Screen("decline-answered", "{full}/decline"),
    Screen("delivery", "{full}/delivery"),
    Screen("delivery-delivered", "{delivered}/delivery"),
    Screen(
        "delivery-mistake",
        "{full}/delivery",
        (write("[name='delivery.cost']", "даром"), press(SAVE, PROBLEM)),
    ),
    Screen(
        "delivery-rival",
        "{full}/delivery",
        (write("[name='delivery.city']", "Казань"), rival, press(SAVE, ".ok-meanwhile")),
    ),
    Screen("contents", "{full}/contents"),
    Screen("contents-long", "{long}/contents"),
    Screen(
        "contents-hits", "{full}/contents", (write("#ok-find", "чай"), press("[value=find]", ".ok-e-hits"))
    ),
    Screen(
        "contents-changed",
        "{full}/contents",
        (
            press("[value='remove:1']", ".ok-e-removed"),
            press("[value='replace:2']", ".ok-e-row .ok-e-choosing"),
        ),
    ),
    Screen(
        "contents-mistake",
        "{full}/contents",
        (
            press("#ok-free", ".ok-e-row [name$='.title']"),
            write("[name='line.1.quantity']", "0"),
            press(".ok-e-bar [value=save]", ".ok-e-number .ok-problem"),
        ),
    ),
    Screen(
        "contents-rival",
        "{contested}/contents",
        (write("[name='line.1.quantity']", "3"), rival_edits, press(SAVE, MEANWHILE)),
    ),
    Screen("contents-english", "{full}/contents", locale="en"),
    Screen("adjustments", "{full}/adjustments"),
    Screen(
        "adjustments-rival",
        "{contested}/adjustments",
        (write("[name='adjustment.1.amount']", "7"), rival_edits, press(SAVE, MEANWHILE)),
    ),
    Screen(
        "adjustments-mistake",
        "{full}/adjustments",
        (write("[name='adjustment.n1.amount']", "9999999"), press(SAVE, PROBLEM)),
    ),
    Screen("record-payment", "{full}/payments/new"),
    Screen(
        "record-payment-mistake", "{full}/payments/new", (write("[name=amount]", "x"), press(SAVE, PROBLEM))
    ),
    Screen(
        "record-payment-rival",
        "{contested}/payments/new",
        (write("[name=amount]", "50"), rival_moves, press(SAVE, MEANWHILE)),
    ),
    Screen("choose-method", "{guest_order}/payments/method"),
    Screen("refund", "{full}/payments/{payment}/refund"),
    Screen(
        "refund-mistake",
        "{full}/payments/{payment}/refund",
        (write("[name=amount]", "999999"), press(SAVE, PROBLEM)),
    ),
    Screen("order-silent", "{silent_order}"),
    Screen("order-held", "{held_order}"),
    Screen("capture", "{held_order}/payments/{held}/capture"),
    Screen(
        "capture-mistake",
        "{held_order}/payments/{held}/capture",
        (write("[name=amount]", "999999"), press(SAVE, PROBLEM)),
    ),
    Screen("void", "{held_order}/payments/{held}/void"),
    Screen("refund-divided", "{overpaid}/refund"),
    Screen("refund-sum", "{overpaid}/refund", (write("div + div [name^=share]", "1"), press(SAVE, PROBLEM))),
    Screen("contact", "contacts/{contact}"),
    Screen("contact-read-only", "contacts/{contact}", denied=VIEWS_ONLY),
    Screen("contact-english", "contacts/{contact}", locale="en"),
    Screen(
        "contact-mistake",
        "contacts/{contact}/details",
        (write("[name='contact.name']", "x" * 300), press(SAVE, PROBLEM)),
    ),
    Screen(
        "contact-rival",
        "contacts/{contact}/details",
        (write("[name='contact.name']", "Анна Ли"), rival_corrects, press(SAVE, ".ok-meanwhile")),
    ),
    Screen("person", "contacts/{person}"),
    Screen("person-read-only", "contacts/{person}", denied=VIEWS_ONLY),
    Screen("person-english", "contacts/{person}", locale="en"),
    Screen("person-unlink", "contacts/{person}/links/{claim}/unlink"),
    Screen("person-search", "contacts/{person}/links?who=анна"),
    Screen("person-found-nobody", "contacts/{person}/links?who=нетникого"),
    Screen(
        "person-rival",
        "contacts/{contested_person}",
        (rival_decides, press("form[action*='/confirm'] button", MEANWHILE_DECIDED)),
    ),
    Screen("contact-guest", "contacts/{guest}"),
    Screen("contact-form", "contacts/{contact}/details"),
    Screen("guest-view", "contacts/{guest}/actions"),
    Screen("payments", "payments"),
    Screen("payments-number", "payments", do=(press(".ok-p-found > summary", ".ok-p-found > p"),)),
    Screen("payments-found-nothing", "payments?q=нетничего"),
    Screen("payments-empty", "payments", site="empty"),
    Screen("payments-window", "payments", do=(press(FIRST_ORDER, DIALOG), settle)),
    Screen("provider-events", "provider-events"),
    Screen("plugins", "plugins"),
    Screen("plugins-english", "plugins", locale="en"),
    Screen("shipping-methods", "shipping-methods"),
    Screen("shipping-methods-empty", "shipping-methods", site="empty"),
    Screen("shipping-methods-read-only", "shipping-methods", denied="settings.edit"),
    Screen("shipping-types", "shipping-methods/new"),
    Screen("shipping-new", "shipping-methods/new/flat-rate"),
    Screen("shipping-new-mistake", "shipping-methods/new/flat-rate", (press(SAVE, PROBLEM),)),
    Screen("shipping-method", "shipping-methods/{shipping}"),
    Screen("shipping-method-read-only", "shipping-methods/{shipping}", denied="settings.edit"),
    Screen(
        "shipping-method-rival",
        "shipping-methods/{shipping}",
        (write("[name=description]", "Вечером"), rival_corrects, press(SAVE, ".ok-meanwhile")),
    ),
    Screen("shipping-methods-english", "shipping-methods", locale="en"),
    Screen("payment-methods", "payment-methods"),
    Screen("payment-methods-empty", "payment-methods", site="empty"),
    Screen("payment-types", "payment-methods/new"),
    Screen("payment-new", "payment-methods/new/bank-transfer"),
    Screen("payment-method", "payment-methods/{paying}"),
    Screen("payment-method-window", "payment-methods", (press("#ok-add", DIALOG), settle)),
    Screen("notifications", "notification-rules"),
    Screen("notifications-empty", "notification-rules", site="empty"),
    Screen("notification-types", "notification-rules/new"),
    Screen("notification-new", "notification-rules/new/email"),
    Screen("notification-new-mistake", "notification-rules/new/email", (press(SAVE, PROBLEM),)),
    Screen("notification", "notification-rules/{notifying}"),
    Screen("notification-read-only", "notification-rules/{notifying}", denied="settings.edit"),
    Screen("price-rules", "price-rules"),
    Screen("price-rules-empty", "price-rules", site="empty"),
    Screen("price-rule-types", "price-rules/new"),
    Screen("price-rule-new", "price-rules/new/promo-code"),
    Screen("price-rule", "price-rules/{pricing}"),
    Screen("not-found", NOBODY, refused=404),
    Screen("not-allowed", denied="orders.view", refused=403),
    Screen(
        "expired",
        "{contested}/delivery",
        (put(".ok-form [name=csrf]", "x"), press(SAVE, ".ok-toast:popover-open")),
    ),
)


def endpoints_shown(places: Mapping[str, str], urls: Map) -> set[str]:
    """Names of the endpoints that the screens open, and of those that take their forms."""
    adapter = urls.bind("")
    shown = set()
    for screen in SCREENS:
        path = f"/orders/{screen.path.format(**places)}".partition("?")[0]
        for method in adapter.allowed_methods(path):
            endpoint, _ = adapter.match(path, method=method)
            shown.add(endpoint.partition(".")[2])
    return shown


def endpoints_of(app: Flask) -> set[str]:
    """Names of all endpoints of the tab."""
    return {
        rule.endpoint.partition(".")[2]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("orderkit.")
    }


@contextmanager
def open_shop(url: str) -> Iterator[Shop]:
    """A shop with something for every screen, and a second one that is empty, in the database at *url*."""
    clock = Clock()
    kit = OrderKit(url, clock=clock, plugins=[HOLDING, SILENT, *TROUBLED], block_plugins=["crane"])
    for site in ("coffee", "empty", "small", "large"):
        kit.sites.ensure(site, currency="RUB", timezone="Europe/Moscow")
    Maker(kit.site("small")).order(contact=ANNA)
    many = Maker(kit.site("large"))
    for number in range(60):
        many.order([mug(number % 9 + 1)], contact=ANNA if number % 2 else ContactDetails())
    yield Shop(kit, _fill(Maker(kit.site("coffee")), clock))
    kit.close()


def _fill(make: Maker, clock: Clock) -> dict[str, str]:
    """Orders of every kind; answers with the places that the addresses name."""
    set_status, delivery = make.desk.orders.set_status, _deliveries(make)
    places = {"long": str(long_order(make, delivery["long"]).id)}
    clock.move(days=1)
    overpaid = make.order(contact=ContactDetails(phone="8 (912) 111-22-33"))
    pay = make.desk.payments.record
    cash = make.cash("Карта при получении")
    for amount in ("4500", "500"):
        pay(overpaid.id, rub(amount), method_id=cash.id, actor=STAFF, key=make.key())
    created = make.order(contact=ANNA)
    set_status(
        created.id, "created", actor=STAFF, reason="собрана по ошибке", expected_version=created.version
    )
    cancelled = make.order(contact=ANNA, delivery=delivery["short"])
    make.desk.orders.cancel(
        cancelled.id, refund="none", actor=STAFF, reason="передумали", expected_version=cancelled.version
    )
    delivered = make.order([mug(3)], contact=ContactDetails("Пётр Смирнов", "petr@example.com"))
    set_status(delivered.id, "delivered", actor=STAFF, expected_version=delivered.version)
    asked = make.order(contact=ANNA)
    set_status(asked.id, "preparing", actor=STAFF, expected_version=asked.version)
    make.desk.orders.request_cancel(asked.id, reason="Нашла дешевле.\nВерните, пожалуйста, деньги.")
    abandoned = make.order([mug(2)], status="payment", actor=BUYER)
    clock.move(hours=5)
    guest = make.order(actor=BUYER)
    clock.move(minutes=40)
    full = make.full_order()
    payment = full.payments[0]
    methods = make.desk.settings.payment_methods()
    endless = [mug(number % 9 + 1, sku=f"SKU-{number}", title=f"Кружка № {number}") for number in range(120)]
    contested = make.order(
        contact=ANNA, adjustments=[Adjustment(kind="fee", amount=rub("50"), title="Подарочная упаковка")]
    )
    places |= _people(make, clock)
    tell_of(make, full, methods[0].id)
    silent, held = silent_order(make), held_order(make)
    return (
        places
        | {
            "silent_order": str(silent.id),
            "held_order": str(held.id),
            "held": str(held.payments[0].id),
            "endless": str(make.order(endless, contact=ANNA).id),
            "contested": str(contested.id),
            "overpaid": str(overpaid.id),
            "asked": str(asked.id),
            "abandoned": str(abandoned.id),
            "created": str(created.id),
            "cancelled": str(cancelled.id),
            "delivered": str(delivered.id),
            "guest_order": str(guest.id),
            "guest": str(guest.contact_id),
            "full": str(full.id),
            "full_number": full.number,
            "contact": str(full.contact_id),
            "payment": str(payment.id),
            "paying": str(methods[0].id),
            "shipping": str(make.desk.settings.shipping_methods()[0].id),
        }
        | _rules(make)
    )


def _rules(make: Maker) -> dict[str, str]:
    """What the desk does by itself: it writes to clients, and takes something off."""
    settings = make.desk.settings
    server = {"host": "smtp.example.com", "sender": "shop@example.com", "sender_name": "Кофейня"}
    notifying = settings.add_notification_rule(
        "email",
        "Письма покупателям",
        settings=server,
        language="ru",
        order_url="https://shop.example/o/{token}",
        actor=STAFF,
        key=make.key(),
    )
    spring = {"code": "ВЕСНА", "percent": 10}
    pricing = settings.add_price_rule(
        "promo-code", "Весенняя скидка", settings=spring, actor=STAFF, key=make.key()
    )
    settings.add_price_rule("vat", "НДС", active=False, actor=STAFF, key=make.key())
    return {"notifying": str(notifying.id), "pricing": str(pricing.id)}


def _people(make: Maker, clock: Clock) -> dict[str, str]:
    """Somebody who is met again and again, with what speaks for it."""
    email = "vera.nikolaeva@example.com"
    vera = make.order(contact=ContactDetails("Вера Николаева", email, "8 (912) 111-00-22"))
    places = {"person": str(vera.contact_id)}
    clock.move(hours=1)
    typed = make.order(contact=ContactDetails("Вера", email), actor=BUYER)
    places["claim"] = str(_linked(make, vera.contact_id, typed.contact_id, Evidence.EMAIL).id)
    clock.move(minutes=5)
    _linked(make, make.order(actor=BUYER, status="created").contact_id, typed.contact_id, Evidence.LOGIN)
    long = ContactDetails(
        "Константин Преображенский-Задунайский " * 4, "k" * 60 + "@example.com", "8 912 000-00-01"
    )
    _linked(make, vera.contact_id, make.order(contact=long).contact_id, Evidence.STAFF)
    for details, evidence in (
        (ContactDetails("Николаева Вера", "other@example.com"), Evidence.NAME),
        (ContactDetails("Пётр", phone="8 912 111-00-22"), Evidence.COOKIE),
    ):
        _linked(make, vera.contact_id, make.order(contact=details, actor=BUYER).contact_id, evidence)
    doubtful = make.order(contact=ContactDetails("Анна Ким", "kim@example.com"), actor=BUYER)
    namesake = make.order(contact=ContactDetails("Анна Ким", "other.kim@example.com"), actor=BUYER)
    _linked(make, doubtful.contact_id, namesake.contact_id, Evidence.NAME)
    return places | {"contested_person": str(doubtful.contact_id)}


def _linked(make: Maker, one: UUID, other: UUID, evidence: Evidence) -> ContactLink:
    """Have two contacts linked, as what a buyer typed or staff said would."""
    contacts = make.desk.contacts
    actor = STAFF if evidence is Evidence.STAFF else BUYER
    change = people.link(one, other, evidence, (), contacts.acting(actor))
    assert change
    return contacts.store.save(change)


def _deliveries(make: Maker) -> dict[str, Delivery]:
    """Where orders go, in a few words and in many."""
    add = make.desk.settings.add_shipping_method
    far = add(
        "flat-rate",
        "Служба доставки до двери в удобное для вас время",
        settings={"cost": rub("1234567890.50")},
        description="Курьер позвонит за час",
        tracking_url="https://carrier.example/track?code={code}",
        actor=STAFF,
        key=make.key(),
    )
    near = add("pickup", "Самовывоз", active=False, actor=STAFF, key=make.key())
    where = Recipient(
        name="Константин Преображенский-Задунайский",
        phone="+7 912 000-11-22",
        email="konstantin.preobrazhenskiy.zadunayskiy@example.com",
        country="RU",
        city="Екатеринбург",
        postal_code="620014",
        address="пр. Ленина, 50Б, подъезд 2, этаж 9, квартира 140 " * 3,
        comment="Звоните заранее.\nДомофон не работает.",
    )
    return {"long": Delivery(rub("300"), far.id, "RU123456789CN", where), "short": Delivery(rub(0), near.id)}
