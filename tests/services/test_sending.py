"""What happens to orders is told to their clients: once, truthfully, by a server that may be down."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import attrs
import pytest

from orderkit import (
    Actor,
    ActorKind,
    Delivery,
    JournalEntry,
    MessageStatus,
    NotificationRule,
    Order,
    OrderKit,
    OrderSubmitted,
    Recipient,
    WorkReport,
)
from orderkit.errors import ConflictError, NotFoundError, SettingsError
from orderkit.services import outbox, sending
from tests.making import STAFF, Clock, Maker, mug, rub
from tests.smtp import Mailbox, free_port, serving

ANNA = Recipient(name="Анна Ким", email="anna@example.com", phone="+7 912 345-67-89", city="Казань")
ORDER_URL = "https://coffee.example/orders/{token}"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with serving() as box:
        yield box


def rule(make: Maker, port: int, **fields: Any) -> NotificationRule:
    settings = {
        "host": "127.0.0.1", "port": port, "security": "none",
        "sender": "shop@coffee.example", "sender_name": "Кофейня",
    }  # fmt: skip
    return make.desk.settings.add_notification_rule(
        "email",
        "Письма клиентам",
        settings=settings,
        actor=STAFF,
        key=make.key(),
        **{"language": "ru", **fields},
    )


def placed(make: Maker, recipient: Recipient = ANNA, **fields: Any) -> Order:
    post = make.desk.settings.add_shipping_method(
        "flat-rate", "Почта", settings={"cost": rub(300)}, tracking_url="https://post.example/{code}",
        actor=STAFF, key=make.key(),
    )  # fmt: skip
    return make.order([mug()], delivery=Delivery(rub(300), post.id, recipient=recipient), **fields)


def moved(make: Maker, order: Order, status: str, **fields: Any) -> Order:
    version = make.desk.orders.get(order.id).version
    return make.desk.orders.set_status(order.id, status, actor=STAFF, expected_version=version, **fields)


def pay(make: Maker, order: Order, amount: str) -> None:
    make.desk.payments.record(
        order.id, rub(amount), method_id=make.cash(make.key()).id, actor=STAFF, key=make.key()
    )


def entries(make: Maker, order: Order) -> list[JournalEntry]:
    journal = make.desk.orders.view(order.id).journal
    return [entry for entry in reversed(journal) if entry.kind.startswith("message.")]


def kinds(make: Maker, order: Order) -> list[str]:
    return [
        f"{entry.data['message']} {entry.kind.removeprefix('message.')}" for entry in entries(make, order)
    ]


def test_an_order_from_beginning_to_end(any_kit: OrderKit, any_make: Maker, box: Mailbox) -> None:
    """Placed, paid, sent with its tracking code and cancelled: four letters that say so, and a journal of them."""
    rule(any_make, box.port, order_url=ORDER_URL)
    order = placed(any_make)
    any_kit.work()
    pay(any_make, order, "1200")
    any_kit.work()
    order = any_make.desk.orders.get(order.id)
    delivery = attrs.evolve(order.delivery, tracking_code="RU-1")
    any_make.desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=order.version)
    moved(any_make, order, "shipped")
    any_kit.work()
    order = moved(any_make, order, "preparing", reason="вернулся")
    any_make.desk.orders.cancel(
        order.id, reason="нет", refund="all", actor=STAFF, expected_version=order.version
    )
    any_kit.work()
    happened = ["placed", "paid", "shipped", "cancelled"]

    assert ["принят", "оплачен", "отправлен", "отменён"] == [
        letter["Subject"].split()[-1] for letter in box.letters
    ]
    assert {"anna@example.com"} == set(box.recipients)
    assert [f"{what} {step}" for what in happened for step in ("requested", "sent")] == kinds(any_make, order)
    assert "https://post.example/RU-1" in box.texts[2]
    assert ["RU-1" in text for text in box.texts] == [False, False, True, False]
    assert WorkReport() == any_kit.work()
    assert [] == list(any_kit.verify())
    told = repr(entries(any_make, order))
    assert [] == [word for word in ("anna", "Анна", "345-67-89", "9123456789") if word in told]


def test_the_link_opens_the_order(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """Each letter has an address of its own, which opens that order."""
    rule(make, box.port, order_url=ORDER_URL, messages=["placed"])
    order = placed(make)
    kit.work()
    token = box.texts[0].partition("https://coffee.example/orders/")[2].split()[0]

    assert order.id == make.desk.orders.by_link(token).id
    assert [] == list(kit.verify())


def test_no_link_is_shown(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """What opens an order stands in the letter alone, not in what a log shows of whoever sends it."""
    service = kit._sending(make.desk.site)
    service.tokens[UUID(int=1)] = "opens-the-order"
    rule(make, box.port, order_url=ORDER_URL)

    assert "opens-the-order" not in repr(service.subscriptions())


def test_a_server_that_is_down(any_kit: OrderKit, any_make: Maker, clock: Clock) -> None:
    """The journal tells it once, however often it is tried; at last the letter comes, with the same id and link."""
    port = free_port()
    rule(any_make, port, order_url=ORDER_URL)
    order = placed(any_make)
    for _ in range(3):
        any_kit.work()
        clock.move(minutes=5)
    [message] = any_make.desk.messages.of_order(order.id)
    with serving(port=port) as box:
        box.answers["RCPT"] = "450 4.2.0 later"
        any_kit.work()
        clock.move(hours=1)
        del box.answers["RCPT"]
        any_kit.work()
    journal = any_make.desk.orders.view(order.id).journal

    assert (MessageStatus.DEFERRED, "ConnectionRefusedError") == (message.status, message.reason)
    assert [f"<{message.id}@coffee.example>"] == [letter["Message-ID"] for letter in box.letters]
    assert ["placed requested", "placed deferred", "placed sent"] == kinds(any_make, order)
    assert 1 == sum(entry.kind == "order.link_issued" for entry in journal)


def test_nobody_knows_whether_it_came(kit: OrderKit, make: Maker, clock: Clock, box: Mailbox) -> None:
    """A letter whose answer was lost comes again with the same Message-ID."""
    rule(make, box.port)
    order = placed(make)
    box.answers["DATA"] = "drop"
    kit.work()
    del box.answers["DATA"]
    clock.move(minutes=5)
    kit.work()

    assert 2 == len(box.letters)
    assert 1 == len({letter["Message-ID"] for letter in box.letters})
    assert ["placed requested", "placed deferred", "placed sent"] == kinds(make, order)


def test_a_refusal_is_final(kit: OrderKit, make: Maker, clock: Clock, box: Mailbox) -> None:
    """It is told with its reason and without the address, needs somebody, and is not tried again."""
    rule(make, box.port)
    order = placed(make)
    box.answers["RCPT"] = "550 5.1.1 anna@example.com is unknown"
    kit.work()
    clock.move(days=1)
    again = kit.work()
    [message] = make.desk.messages.of_order(order.id)

    assert (MessageStatus.FAILED, "SMTP 550 5.1.1 (RCPT)") == (message.status, message.reason)
    assert message.needs_attention
    assert (WorkReport(), 1) == (again, len(box.recipients))


def test_given_up_after_a_day(
    kit: OrderKit, make: Maker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What did not get through for so long is told as such; the outbox has nothing left to cure."""
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 2)
    rule(make, free_port())
    order = placed(make)
    reports = [(kit.work(), clock.move(hours=1))[0] for _ in range(3)]
    [message] = make.desk.messages.of_order(order.id)

    assert (MessageStatus.FAILED, "given_up") == (message.status, message.reason)
    assert [0, 1, 0] == [report.given_up for report in reports]
    assert [] == list(kit.verify())


def test_sent_again(any_kit: OrderKit, any_make: Maker, box: Mailbox) -> None:
    """Staff have a letter sent once more: another one, once for each key."""
    rule(any_make, box.port)
    order = placed(any_make)
    any_kit.work()
    [first] = any_make.desk.messages.of_order(order.id)
    send = any_make.desk.messages.send_again
    asked = [send(order.id, first.id, actor=STAFF, key="again") for _ in range(2)]
    any_kit.work()
    second = any_make.desk.messages.of_order(order.id)[1]

    assert asked[0].id == asked[1].id == second.id != first.id
    assert (STAFF, MessageStatus.SENT) == (second.asked_by, second.status)
    assert 2 == len({letter["Message-ID"] for letter in box.letters})
    assert [] == list(any_kit.verify())


def test_what_cannot_be_sent_again(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """Only a message of that order, and no key that was for another one."""
    rule(make, box.port)
    order, other = placed(make), placed(make)
    kit.work()
    send = make.desk.messages.send_again
    [first], [strange] = make.desk.messages.of_order(order.id), make.desk.messages.of_order(other.id)
    send(order.id, first.id, actor=STAFF, key="again")
    with pytest.raises(NotFoundError) as unknown:
        send(order.id, strange.id, actor=STAFF, key="other")
    with pytest.raises(ConflictError) as reused:
        send(other.id, strange.id, actor=STAFF, key="again")

    assert ["message_not_found", "key_reused"] == [unknown.value.code, reused.value.code]


def test_paid_in_parts(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """A part is no news; the rest is, once, whatever is paid on top."""
    rule(make, box.port, messages=["paid"])
    order = placed(make)
    for amount in ("200", "1000", "50"):
        pay(make, order, amount)
        kit.work()

    assert ["paid requested", "paid sent"] == kinds(make, order)


@pytest.mark.parametrize(
    ("tells", "letters"), [(True, ["cancelled requested", "cancelled sent"]), (False, [])]
)
def test_cancelled_without_a_word(
    kit: OrderKit, make: Maker, box: Mailbox, tells: bool, letters: list[str]
) -> None:
    """Whoever cancels says whether its client is to be told."""
    rule(make, box.port, messages=["cancelled"])
    order = placed(make)
    make.desk.operations.cancel(
        order.id, reason="x", actor=STAFF, expected_version=order.version, key="c", tell_client=tells
    )
    kit.work()

    assert letters == kinds(make, order)


def test_cancelled_once_more(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """That nobody was to be told of an earlier cancelling says nothing of this one."""
    rule(make, box.port, messages=["cancelled"])
    order = placed(make)
    make.desk.operations.cancel(
        order.id, reason="x", actor=STAFF, expected_version=order.version, key="c", tell_client=False
    )
    kit.work()
    moved(make, order, "pending", reason="ошибка")
    moved(make, order, "cancelled")
    kit.work()

    assert ["cancelled requested", "cancelled sent"] == kinds(make, order)


def test_a_status_reached_again(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """Going back and forth is not told twice."""
    rule(make, box.port, messages=["shipped"])
    order = placed(make)
    for status in ("shipped", "preparing", "shipped"):
        moved(make, order, status, reason="ошибка" if status == "preparing" else "")
        kit.work()

    assert ["shipped requested", "shipped sent"] == kinds(make, order)


def test_each_rule_sends_once(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """Two rules, two letters, each in its language; a rule that is off or not for this sends none."""
    rule(make, box.port)
    rule(make, box.port, language="en")
    rule(make, box.port, active=False)
    rule(make, box.port, messages=["paid"])
    placed(make)
    kit.work()

    assert ["Order 1001 is placed", "Заказ № 1001 принят"] == sorted(one["Subject"] for one in box.letters)


def test_a_rule_that_fails_holds_up_no_other(kit: OrderKit, make: Maker, clock: Clock, box: Mailbox) -> None:
    """Of two rules the one with a server is done, and stays done while the other is tried."""
    rule(make, free_port())
    rule(make, box.port)
    placed(make)
    for _ in range(3):
        kit.work()
        clock.move(minutes=5)

    assert 1 == len(box.letters)


def test_a_server_that_hangs_is_let_rest(
    kit: OrderKit, make: Maker, clock: Clock, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is waited for once a minute, not once for each letter: others wait for the outbox, too."""
    monkeypatch.setattr(sending, "SLOW", 0.0)
    rule(make, box.port)
    for _ in range(3):
        placed(make)
    box.answers["RCPT"] = "450 slowly"
    kit.work()
    tried = len(box.recipients)
    del box.answers["RCPT"]
    clock.move(minutes=2)
    kit.work()

    assert (1, 3) == (tried, len(box.letters))


def test_old_news_is_not_told(kit: OrderKit, make: Maker, clock: Clock, box: Mailbox) -> None:
    """What happened before a rule was made or switched on is written to nobody, however late a worker comes."""
    old = placed(make)
    clock.move(minutes=1)
    made = rule(make, box.port)
    kit.work()
    off = make.desk.settings.edit_notification_rule(attrs.evolve(made, active=False), actor=STAFF)
    meanwhile = placed(make)
    clock.move(minutes=1)
    make.desk.settings.edit_notification_rule(attrs.evolve(off, active=True), actor=STAFF)
    new = placed(make)
    kit.work()

    assert [[], [], ["placed requested", "placed sent"]] == [
        kinds(make, one) for one in (old, meanwhile, new)
    ]


def test_what_is_not_true_any_more(kit: OrderKit, make: Maker, clock: Clock) -> None:
    """Cancelled before it could be told, an order is not told to be placed; that needs nobody."""
    port = free_port()
    rule(make, port)
    order = placed(make)
    kit.work()
    make.desk.orders.cancel(order.id, reason="x", refund="none", actor=STAFF, expected_version=order.version)
    clock.move(minutes=1)
    with serving(port=port) as box:
        kit.work()
    first, second = make.desk.messages.of_order(order.id)

    assert ["Заказ № 1001 отменён"] == [letter["Subject"] for letter in box.letters]
    assert (MessageStatus.FAILED, "outdated", False) == (first.status, first.reason, first.needs_attention)
    assert MessageStatus.SENT is second.status


def test_a_cancelling_that_is_not_told(kit: OrderKit, make: Maker, clock: Clock) -> None:
    """What the client has not got by then is dropped all the same, and no word of the cancelling takes its place."""
    port = free_port()
    rule(make, port)
    order = placed(make)
    pay(make, order, "1200")
    kit.work()
    order = make.desk.orders.get(order.id)
    make.desk.operations.cancel(
        order.id, reason="x", actor=STAFF, expected_version=order.version, key="c", tell_client=False
    )
    clock.move(minutes=1)
    with serving(port=port) as box:
        kit.work()

    assert [] == box.letters
    assert [("placed", "outdated"), ("paid", "outdated")] == [
        (one.kind, one.reason) for one in make.desk.messages.of_order(order.id)
    ]


@pytest.mark.parametrize(
    ("refund", "told"),
    [("all", "Возвращено: 1 200,00 ₽"), ("none", ""), (rub("200"), "Возвращено: 200,00 ₽")],
)
def test_what_would_be_written(kit: OrderKit, make: Maker, box: Mailbox, refund: Any, told: str) -> None:
    """It is what is written then, to the letter; before, nothing is asked for."""
    rule(make, box.port, messages=["cancelled"])
    order = placed(make)
    pay(make, order, "1200")
    order = make.desk.orders.get(order.id)
    foretold = make.desk.operations.foretell_cancel(order, refund)
    [letter] = make.desk.messages.foretold("cancelled", foretold)

    assert (order, []) == (make.desk.orders.get(order.id), entries(make, order))
    make.desk.orders.cancel(order.id, reason="x", refund=refund, actor=STAFF, expected_version=order.version)
    kit.work()
    [sent] = box.letters
    assert letter.subject == sent["Subject"]
    written = sent.get_body(("plain",)).get_content()
    assert letter.text.split() == written.split()
    assert told in " ".join(letter.text.split())
    assert () == make.desk.messages.foretold("cancelled", foretold)  # it was told by now


def test_who_would_not_be_written_to(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """Nobody without an address, none by a rule that is off or tells of other things; a link is not made for it."""
    off = rule(make, box.port, order_url=ORDER_URL)
    rule(make, box.port, messages=["placed"])
    order = placed(make)
    unknown = placed(make, Recipient())
    [letter] = make.desk.messages.foretold("cancelled", make.desk.operations.foretell_cancel(order, "none"))

    assert ORDER_URL.replace("{token}", "…") in letter.text
    assert [True, False] == [make.desk.messages.can_reach(off, one) for one in (order, unknown)]
    assert () == make.desk.messages.foretold(
        "cancelled", make.desk.operations.foretell_cancel(unknown, "none")
    )
    make.desk.settings.edit_notification_rule(attrs.evolve(off, active=False), actor=STAFF)
    assert () == make.desk.messages.foretold("cancelled", make.desk.operations.foretell_cancel(order, "none"))


def test_a_rule_switched_off_meanwhile(kit: OrderKit, make: Maker, clock: Clock) -> None:
    """What waits is not sent by a rule that was switched off."""
    made = rule(make, free_port())
    order = placed(make)
    kit.work()
    make.desk.settings.edit_notification_rule(attrs.evolve(made, active=False), actor=STAFF)
    clock.move(minutes=1)
    kit.work()
    [message] = make.desk.messages.of_order(order.id)

    assert (MessageStatus.FAILED, "switched_off") == (message.status, message.reason)


def test_nobody_to_write_to(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """An order by phone is not written to by e-mail, and nothing is said of it."""
    rule(make, box.port)
    order = placed(make, Recipient(name="Анна", phone="+7 912 345-67-89"))
    kit.work()

    assert ([], []) == (kinds(make, order), box.recipients)


def test_an_import_writes_to_nobody(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """Orders of a file are old, whatever the file says."""
    rule(make, box.port)
    placed(make, actor=Actor(ActorKind.IMPORT), status="shipped")
    kit.work()

    assert [] == box.recipients


def test_the_address_at_sending_time(kit: OrderKit, make: Maker, clock: Clock) -> None:
    """A wrong address that was cured while the letter waited is not written to; the journal says which one was."""
    port = free_port()
    rule(make, port)
    order = placed(make, attrs.evolve(ANNA, email="anan@example.com"))
    kit.work()
    delivery = attrs.evolve(order.delivery, recipient=ANNA)
    order = make.desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=order.version)
    clock.move(minutes=1)
    with serving(port=port) as box:
        kit.work()
    [message] = make.desk.messages.of_order(order.id)

    assert ["anna@example.com"] == box.recipients
    assert order.delivery.recipient_id == message.recipient_id


def test_sites_are_apart(kit: OrderKit, make: Maker, box: Mailbox) -> None:
    """The rule of one site writes about no order of another."""
    kit.sites.ensure("tea", currency="RUB")
    rule(make, box.port)
    tea = Maker(kit.site("tea"))
    order = placed(tea)
    kit.work()

    assert ([], []) == (box.recipients, list(tea.desk.messages.of_order(order.id)))


def test_the_hosts_subscribers_are_waited_for(
    any_kit: OrderKit, any_make: Maker, box: Mailbox, open_kit: Callable[..., OrderKit]
) -> None:
    """A worker for messages alone takes nothing away from the host's own subscribers."""
    got: list[OrderSubmitted] = []
    any_kit.subscribe(OrderSubmitted, got.append, name="stock")
    any_kit.work()
    rule(any_make, box.port)
    placed(any_make)
    alone = open_kit().work()
    any_kit.work()

    assert (("stock",), 1, 1) == (alone.lacking, len(got), len(box.letters))


def test_the_name_is_ours(kit: OrderKit) -> None:
    """A host cannot take the name that the outbox knows messages by."""
    with pytest.raises(SettingsError) as refused:
        kit.subscribe(OrderSubmitted, print, name="orderkit.messages")

    assert "subscriber_exists" == refused.value.code


def test_of_an_order_that_is_not_here(kit: OrderKit, make: Maker) -> None:
    """There are no messages."""
    assert () == make.desk.messages.of_order(UUID(int=1))
