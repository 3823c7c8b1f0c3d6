"""The order's own page: how far it is, what is paid, where it goes, and cancelling; and the list of one's own."""

from collections.abc import Callable
from urllib.parse import urlsplit

import attrs
import pytest
from orderkit_flask.shop import words

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.shop.buyers import DETAILS, Buyer
from adapters.flask.tests.shop.conftest import Provider
from orderkit import (
    ContactDetails,
    CustomerRef,
    Desk,
    Order,
    OrderFilter,
    OrderKit,
    PaymentMethod,
    ShippingMethod,
    Status,
)
from tests.making import STAFF, Clock, Maker, contents, mug, rub

N = "\u202f"
ANNA = CustomerRef("7", ContactDetails("Анна Ким", "anna@example.com"))


def order_of(desk: Desk) -> Order:
    """The newest order."""
    return desk.orders.get(desk.orders.find().rows[0].id)


def move(desk: Desk, status: str) -> None:
    """Staff move the order."""
    order = order_of(desk)
    desk.orders.set_status(order.id, status, actor=STAFF, expected_version=order.version, reason="по звонку")


def decline(desk: Desk, reason: str) -> None:
    """Staff let the order stay, though its buyer asked."""
    order = order_of(desk)
    desk.orders.decline_cancel(order.id, reason=reason, actor=STAFF, expected_version=order.version)


def test_every_status_has_words() -> None:
    """A buyer reads how far it is and what that means, for whatever the core can say."""
    for table in (words.STATUSES, words.MEANINGS):
        assert {status.value for status in Status} == set(table)
    assert {reason.value for reason in ok.DeclineReason} == set(words.DECLINED)


def test_what_a_buyer_checks(buyer: Buyer, courier: ShippingMethod) -> None:
    """A slip in phone or e-mail is seen, though whoever has the link can use neither; the comment is whole."""
    buyer.add()
    typed = DETAILS | {"contact.email": "anna@example.com", "delivery.comment": "Домофон <12>"}
    answer = buyer.check_out(typed)
    page = buyer.look(urlsplit(answer.headers["Location"]).path.removesuffix("/payment"))

    assert "Получатель Анна Ким Телефон •••6789 E-mail a•••@example.com" in page.text
    assert "Комментарий к заказу Домофон <12>" in page.text
    assert "anna@" not in page.text


def test_a_comment_without_delivery(buyer: Buyer) -> None:
    """It is told of what is sent as a file, too."""
    buyer.add("GIFT")
    answer = buyer.check_out(
        {"contact.name": "Анна", "contact.phone": "8 912 345-67-89", "delivery.comment": "Спасибо"}
    )

    assert "Комментарий к заказу Спасибо" in buyer.look(urlsplit(answer.headers["Location"]).path).text


def test_the_page(buyer: Buyer, courier: ShippingMethod, post: ShippingMethod, desk: Desk) -> None:
    """What is in it, what it comes to, where it goes; of the person who receives it nothing to call by."""
    buyer.add("TEE", "2", Размер="M")
    buyer.check_out()
    [link] = [f"/shop/o/{desk.orders.issue_link(order_of(desk).id, actor=STAFF)}"]
    page = buyer.look(link)

    for told in (
        "Заказ 1001", "Принят", "Магазин получил заказ", "Футболка", "Размер: M", f"2 × 1{N}990,50{N}₽",
        f"Доставка 300,00{N}₽", f"Итого 4{N}281,00{N}₽", f"К оплате 4{N}281,00{N}₽", "Курьер",
        "Россия, Пермь, Ленина, 1", "Анна Ким",
    ):  # fmt: skip
        assert told in page.text
    assert "345-67-89" not in page.text


def test_it_follows_the_order(buyer: Buyer, post: ShippingMethod, make: Maker, desk: Desk) -> None:
    """Money, tracking code and status appear as staff enter them; the carrier's page learns nothing of ours."""
    link = buyer.order_by_link("MUG-1")
    order = order_of(desk)
    desk.payments.record(order.id, rub("790"), method_id=make.cash().id, actor=STAFF, key="k")
    order = order_of(desk)
    delivery = attrs.evolve(order.delivery, tracking_code="RU 1")
    desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=order.version)
    move(desk, "shipped")
    page = buyer.look(link)

    assert "В пути" in page.text
    assert f"Оплачено 790,00{N}₽" in page.text
    assert ("a", "href", "https://post.example/RU%201") in page.attributes
    assert "noreferrer" in page.values("rel", "a")
    assert [] == page.values("action", "form")


def test_where_to_pick_it_up(buyer: Buyer, pickup: ShippingMethod, desk: Desk) -> None:
    """What was told at the checkout stands on both pages until the goods are fetched; no carrier stops that."""
    method = attrs.evolve(pickup, description="Соберём за час")
    desk.settings.edit_shipping_method(method, actor=STAFF)
    link = buyer.order_by_link("MUG-1")
    window = f"/orders/{order_of(desk).id}"
    for page in (buyer.look(link), buyer.look(window)):
        assert "Самовывоз Соберём за час Мира, 5" in page.text

    move(desk, "delivered")
    for page in (buyer.look(link), buyer.look(window)):
        assert "Самовывоз Соберём за час" in page.text
        assert "Мира, 5" not in page.text
    move(desk, "preparing")
    assert "Мира, 5" in buyer.look(link).text
    with desk.settings.store.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE orderkit_shipping_methods SET carrier = 'gone'")
    for page in (buyer.look(link), buyer.look(window)):
        assert "Самовывоз Соберём за час" in page.text
        assert "не установлено" not in page.text


def test_carriers_of_parcels_are_not_asked(buyer: Buyer, pickup: ShippingMethod, desk: Desk) -> None:
    """To look at an order that is brought to its buyer costs no question over the network."""
    link = buyer.order_by_link("MUG-1")
    desk.settings.edit_shipping_method(attrs.evolve(pickup, needs_address=True), actor=STAFF)

    assert "Мира, 5" not in buyer.look(link).text


def test_all_is_paid(buyer: Buyer, make: Maker, cash: PaymentMethod, desk: Desk) -> None:
    """What was paid is told instead of how it could be, and of nothing that is left to pay."""
    link = buyer.order_by_link("BOOK")
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(cash.id)})
    buyer.client.post(form.action, data=form.fields)
    assert f"Оплата Наличными при получении К оплате 300,00{N}₽" in buyer.look(link).text

    desk.payments.record(order_of(desk).id, rub("300"), method_id=cash.id, actor=STAFF, key="k")
    page = buyer.look(link)
    assert f"Оплата Оплачено 300,00{N}₽" in page.text
    assert "К оплате" not in page.text


def test_nothing_to_pay(buyer: Buyer, desk: Desk) -> None:
    """Of a gift nothing is said about money but what it comes to."""
    assert "Оплата" not in buyer.look(buyer.order_by_link("GIFT")).text


def test_who_needs_the_address(buyer_of: Callable[..., Buyer], courier: ShippingMethod, desk: Desk) -> None:
    """A guest is told to keep the address of the page; a customer finds it among his orders."""
    people: list[CustomerRef | None] = [ANNA]
    buyer = buyer_of(customer=lambda: people[-1])
    link = buyer.order_by_link("MUG-1")
    assert "Сохраните адрес" not in buyer.look(link).text
    assert "/shop/my" in buyer.look(link).values("href", "a")
    people.append(CustomerRef("8", ContactDetails("Вера")))
    assert "Сохраните адрес" in buyer.look(link).text
    people.append(None)
    assert "Сохраните адрес" in buyer.look(link).text
    assert "/shop/my" not in buyer.look(link).values("href", "a")

    submit(buyer.client, f"{link}/cancel", on=link)
    assert "Сохраните адрес" not in buyer.look(link).text


def test_how_to_pay(buyer: Buyer, make: Maker, desk: Desk) -> None:
    """What is to be done to pay by the way chosen stands on the page until it is done."""
    method = make.desk.settings.add_payment_method(
        "bank-transfer", "Перевод", settings={"details": "Счёт 40702"}, actor=STAFF, key="t"
    )
    link = buyer.order_by_link("BOOK")
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(method.id)})
    buyer.client.post(form.action, data=form.fields)
    assert "Счёт 40702" in buyer.look(link).text

    desk.payments.record(order_of(desk).id, rub("300"), method_id=method.id, actor=STAFF, key="k")
    assert "Счёт 40702" not in buyer.look(link).text


def test_cancelling(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """While nothing is paid and nobody works on it, the buyer cancels it himself; why is up to him."""
    link = buyer.order_by_link("MUG-1")
    answer = submit(buyer.client, f"{link}/cancel", on=link, reason="передумала")

    assert link == answer.headers["Location"]
    assert "cancelled" == order_of(desk).status
    entry = desk.orders.view(order_of(desk).id).journal[0]
    assert ("order.cancelled", "buyer", "передумала") == (entry.kind, entry.actor.kind.value, entry.reason)
    page = buyer.look(link)
    assert "Отменён" in page.text
    assert [] == page.values("action", "form")


def test_cancelling_twice(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """The second press leads to the cancelled order, whatever was typed with it, and changes nothing."""
    link = buyer.order_by_link("MUG-1")
    form = buyer.look(link).form(f"{link}/cancel")
    buyer.client.post(form.action, data=form.fields)
    version = order_of(desk).version
    form.put({"reason": "и ещё раз"})
    again = buyer.client.post(form.action, data=form.fields)

    assert (303, link) == (again.status_code, again.headers["Location"])
    assert version == order_of(desk).version


def test_cancelling_without_a_reason(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """The journal says whose word it was."""
    link = buyer.order_by_link("MUG-1")
    submit(buyer.client, f"{link}/cancel", on=link)

    assert "Отменил покупатель" == desk.orders.view(order_of(desk).id).journal[0].reason


def test_asking_to_cancel(buyer: Buyer, courier: ShippingMethod, desk: Desk, make: Maker) -> None:
    """Once it is being made it is for the shop to say: the buyer asks, once, and reads that an answer will come."""
    link = buyer.order_by_link("MUG-1")
    move(desk, "preparing")
    assert "Попросить об отмене" in buyer.look(link).text
    form = buyer.look(link).form(f"{link}/cancel")
    form.put({"reason": "передумала"})
    for _ in range(2):
        assert 303 == buyer.client.post(form.action, data=form.fields).status_code

    assert "preparing" == order_of(desk).status
    assert [order_of(desk).id] == [
        row.id for row in desk.orders.find(OrderFilter(cancel_requested=True)).rows
    ]
    page = buyer.look(link)
    assert page.text.index("Магазин ответит") < page.text.index("Что в заказе")
    assert [] == page.values("action", "form")


def test_the_shop_declines(
    buyer: Buyer, courier: ShippingMethod, desk: Desk, kit: OrderKit, clock: Clock
) -> None:
    """The buyer reads that the order stays, when that was said and why; and may ask again, knowing it."""
    link = buyer.order_by_link("MUG-1")
    move(desk, "preparing")
    other_tab = buyer.look(link).form(f"{link}/cancel")
    other_tab.put({"reason": "передумала"})
    submit(buyer.client, f"{link}/cancel", on=link)
    clock.move(minutes=5)
    decline(desk, "Уже <собран>")

    told = "Магазин ответил (1 марта 2026, 12:05): заказ остаётся в силе. Уже <собран>"
    page = buyer.look(link)
    assert told in page.text
    assert "Попросить об отмене ещё раз" in page.text
    before = contents(kit)
    late = buyer.client.post(other_tab.action, data=other_tab.fields)
    assert 409 == late.status_code
    assert told in Parsed(late.text).text
    assert before == contents(kit)
    again = Parsed(late.text).form(f"{link}/cancel")
    assert ["передумала"] == again.fields["reason"]
    assert 303 == buyer.client.post(again.action, data=again.fields).status_code
    assert order_of(desk).cancel_requested_at
    assert "остаётся в силе" not in buyer.look(link).text


def test_how_long_the_answer_is_told(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """While the order is on its way its buyer may not have read it yet; once it is there nobody needs it."""
    link = buyer.order_by_link("MUG-1")
    move(desk, "preparing")
    submit(buyer.client, f"{link}/cancel", on=link)
    decline(desk, "Уже собран")

    move(desk, "shipped")
    assert "Уже собран" in buyer.look(link).text
    assert "Уже собран" == buyer.ask(f"orders/{link[8:]}", method="GET").json["cancel_declined"]
    move(desk, "delivered")
    assert "Уже собран" not in buyer.look(link).text


def test_asking_while_money_is_kept(buyer: Buyer, courier: ShippingMethod, desk: Desk, make: Maker) -> None:
    """What is paid is given back by the shop, so that the buyer asks."""
    link = buyer.order_by_link("MUG-1")
    desk.payments.record(order_of(desk).id, rub("750"), method_id=make.cash().id, actor=STAFF, key="k")
    assert "Попросить об отмене" in buyer.look(link).text
    submit(buyer.client, f"{link}/cancel", on=link)

    assert "pending_paid" == order_of(desk).status
    assert order_of(desk).cancel_requested_at


def test_a_wish_that_meets_another_order(
    buyer: Buyer, courier: ShippingMethod, desk: Desk, kit: OrderKit
) -> None:
    """Staff were faster: nothing is cancelled that the buyer has not seen, and the page says so, keeping the reason."""
    link = buyer.order_by_link("MUG-1")
    form = buyer.look(link).form(f"{link}/cancel")
    form.put({"reason": "передумала"})
    order = order_of(desk)
    delivery = attrs.evolve(order.delivery, cost=rub("1"))
    desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=order.version)
    answer = buyer.client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert "тем временем изменился" in Parsed(answer.text).text
    again = Parsed(answer.text).form(f"{link}/cancel")
    assert ["передумала"] == again.fields["reason"]
    assert 303 == buyer.client.post(again.action, data=again.fields).status_code
    assert "cancelled" == order_of(desk).status


@pytest.mark.parametrize("status", ["shipped", "delivered"])
def test_too_late_to_cancel(
    buyer: Buyer, courier: ShippingMethod, desk: Desk, kit: OrderKit, status: str
) -> None:
    """A form from before is told why; nothing is asked of anybody."""
    link = buyer.order_by_link("MUG-1")
    form = buyer.look(link).form(f"{link}/cancel")
    move(desk, status)
    before = contents(kit)
    answer = buyer.client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert Parsed(answer.text).values("role", "p").count("alert") == 1
    assert contents(kit) == before


def test_hostile_reasons_stay_texts(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """Too long, and the form comes back with it; else it stands in the journal as typed."""
    link, text = buyer.order_by_link("MUG-1"), '"></textarea><img src=x onerror=alert(1)>'
    refused = submit(buyer.client, f"{link}/cancel", on=link, reason=text * 60)

    assert 422 == refused.status_code
    page = Parsed(refused.text)
    assert [text * 60] == page.form(f"{link}/cancel").fields["reason"]
    assert [] == page.values("onerror")


def test_the_order_is_found_without_its_link(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, desk: Desk, clock: Clock
) -> None:
    """For a day the browser that placed it is led there from its empty cart; no other browser is, and not later."""
    buyer, other = buyer_of(), buyer_of()
    assert "принят" not in buyer.look("/shop/").text
    buyer.order_by_link("MUG-1")
    assert "Заказ 1001 принят" in buyer.look("/shop/").text
    answer = submit(buyer.client, "/shop/last", on="/shop/")
    assert "Заказ 1001" in buyer.look(answer.headers["Location"]).text
    buyer.add()
    assert "принят" not in buyer.look("/shop/").text
    buyer.ask("cart/lines/1", method="DELETE")

    other.add("BOOK")
    other.ask("cart/lines/1", method="DELETE")
    page = other.look("/shop/")
    assert "1001" not in page.text
    assert [] == [form.action for form in page.forms if form.action == "/shop/last"]
    clock.move(days=1, seconds=1)
    assert "принят" not in buyer.look("/shop/").text


def test_the_order_that_was_placed_last(
    buyer: Buyer, courier: ShippingMethod, desk: Desk, clock: Clock
) -> None:
    """Not the one whose cart was begun last: what was in hand for days may be ordered today."""
    buyer.add()
    clock.move(hours=1)
    contact = desk.orders.get(desk.orders.find().rows[0].id).contact_id
    desk.orders.create([mug()], contact=contact, actor=STAFF, key="by telephone")
    clock.move(hours=1)
    assert 303 == buyer.check_out().status_code

    assert "Заказ 1001 принят" in buyer.look("/shop/").text


def test_an_order_that_staff_made(buyer: Buyer, make: Maker, cash: PaymentMethod) -> None:
    """By telephone, say: its link shows it, and it can be paid, without a cart or a cookie."""
    order = make.order(contact=ANNA.details)
    link = f"/shop/o/{make.desk.orders.issue_link(order.id, actor=STAFF)}"

    assert "Выбрать способ оплаты" in buyer.look(link).text
    assert "Наличными при получении" in buyer.look(f"{link}/payment").text
    assert "" == buyer.token


def test_my_orders(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, cash: PaymentMethod, desk: Desk
) -> None:
    """What the customer ordered, the newest first; no carts, and nothing of who typed the same e-mail."""
    people: list[CustomerRef | None] = [ANNA]
    buyer = buyer_of(customer=lambda: people[-1])
    buyer.order_by_link("MUG-1")
    stranger = Buyer.of(buyer.client.application, desk)
    people.append(None)
    stranger.add("GIFT")
    stranger.check_out({"contact.name": "Анна Ким", "contact.email": "anna@example.com"})
    people.append(ANNA)
    page = buyer.look("/shop/my")

    assert 1 == page.text.count("Заказ 1")
    assert "Заказ 1001" in page.text
    assert "Ждёт оплаты" in page.text
    [own] = [address for address in page.values("href", "a") if address.startswith("/shop/my/")]
    assert "Кружка" in buyer.look(own).text


def test_what_was_ordered_before_logging_in(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, desk: Desk
) -> None:
    """A login proves that whoever typed the customer's phone was the customer: the order is theirs everywhere."""
    people: list[CustomerRef | None] = [None]
    buyer = buyer_of(customer=lambda: people[-1])
    buyer.order_by_link("MUG-1")
    people.append(CustomerRef("7", ContactDetails("Анна Ким", phone="+7 912 345-67-89")))
    assert "ничего не заказывали" in buyer.look("/shop/my").text
    buyer.add("BOOK")
    elsewhere = Buyer.of(buyer.client.application, desk)

    assert "Заказ 1001" in elsewhere.look("/shop/my").text
    assert "Кружка" in elsewhere.look(f"/shop/my/{desk.orders.by_number('1001').id}").text


def test_many_orders(buyer_of: Callable[..., Buyer], desk: Desk, make: Maker) -> None:
    """Page by page; a cursor of nobody is refused in words."""
    buyer = buyer_of(customer=lambda: ANNA)
    buyer.add()
    for _ in range(25):
        make.order(contact=buyer.visitor.contact_id)
    first = buyer.look("/shop/my")
    [older] = [address for address in first.values("href", "a") if "after=" in address]
    second = buyer.look(older)

    assert (20, 5) == (first.text.count("Заказ 10"), second.text.count("Заказ 10"))
    assert [address for address in second.values("href", "a") if "before=" in address]
    assert 422 == buyer.client.get("/shop/my?after=nonsense").status_code


def test_provider_is_waited_for(buyer: Buyer, make: Maker, provider: Provider) -> None:
    """While a bank is asked nobody cancels: what it takes would be lost sight of."""
    provider.answer = ok.Pending("P-1")
    method = make.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="c")
    link = buyer.order_by_link("BOOK")
    old = buyer.look(link).form(f"{link}/cancel")
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(method.id)})
    buyer.client.post(form.action, data=form.fields)

    assert "Попросить об отмене" in buyer.look(link).text
    assert buyer.client.post(old.action, data=old.fields).status_code in (303, 409)
    assert "payment" == order_of(buyer.desk).status


def test_paid_too_much_and_given_back(
    buyer: Buyer, make: Maker, cash: PaymentMethod, provider: Provider, desk: Desk
) -> None:
    """The buyer sees by how much; once all is back, paying again is what the page proposes."""
    provider.answer = ok.Succeeded(rub("300"), "B-1")
    link = buyer.order_by_link("BOOK")
    card = make.desk.settings.add_payment_method("card", "Счёт", actor=STAFF, key="card")
    submit(buyer.client, f"{link}/payment", method=str(card.id))
    order = order_of(desk)
    twice = desk.payments.record(order.id, rub("300"), method_id=cash.id, actor=STAFF, key="twice")
    assert f"Переплата 300,00{N}₽" in buyer.look(link).text
    for payment in (twice, order.payments[-1]):
        desk.payments.refund(payment.id, rub("300"), actor=STAFF, key=f"back-{payment.id}")
    page = buyer.look(link)

    assert "Переплата" not in page.text
    assert "Выбрать способ оплаты" in page.text
    assert "Другие способы оплаты" not in page.text
