"""«Способы доставки» and «Способы оплаты»: the lists, and the form that is drawn alike for every plugin."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import attrs
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit
from orderkit import Desk, OrderKit, PaymentMethod, ShippingMethod
from tests.backends import Backends
from tests.making import OTHER_STAFF, STAFF, Clock, Maker, rub
from tests.plugins import drone, plugin

ClientOf = Callable[..., FlaskClient]
SHIPPING, PAYMENT = "/orders/shipping-methods", "/orders/payment-methods"
N = "\u202f"
PAGES = {"catalogue": "Каталог", "wholesale": "Опт"}
LINK = "https://drone.example/?c={code}"
DETAILS = "ООО «Зерно»\nр/с 4070"


@pytest.fixture
def kit(clock: Clock, backends: Backends) -> Iterator[OrderKit]:
    """With a plugin of the host's own beside those that are installed."""
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(drone(tracking_url=LINK))])
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


def page_of(client: FlaskClient, address: str, status: int = 200) -> Parsed:
    answer = client.get(address)
    assert status == answer.status_code
    return Parsed(answer.text)


def add_transfer(desk: Desk, title: str = "На счёт", **fields: object) -> PaymentMethod:
    return desk.settings.add_payment_method(
        "bank-transfer", title, settings={"details": DETAILS}, actor=STAFF, key=title, **fields
    )


def add_drone(desk: Desk) -> ShippingMethod:
    return desk.settings.add_shipping_method(
        "drone", "Дрон", settings={"per_flight": rub("1500"), "metres": 120}, actor=STAFF, key="drone"
    )


def without_drone(kit: OrderKit) -> None:
    """The plugin is not installed any more."""
    carriers = {code: one for code, one in kit.registry.carriers.items() if code != "drone"}
    kit.registry = attrs.evolve(kit.registry, carriers=carriers)


def move(client: FlaskClient, method: ShippingMethod | PaymentMethod, root: str, way: str) -> TestResponse:
    """Press one of the arrows of a row."""
    address = f"{root}/{method.id}/move"
    field = {"up": "before", "down": "after"}[way]
    forms = [form for form in Parsed(client.get(root).text).forms if form.action == address]
    [form] = [form for form in forms if field in form.fields]
    return client.post(address, data=form.fields)


def titles(desk: Desk) -> list[str]:
    return [method.title for method in desk.settings.shipping_methods()]


# The lists.


def test_shipping_methods_in_words(client: FlaskClient, desk: Desk) -> None:
    """Title, type, settings in words, whether an address is needed, on or off; in order of display."""
    add = desk.settings.add_shipping_method
    add(
        "flat-rate",
        "Курьер",
        settings={"cost": rub("300"), "free_from": rub("5000")},
        actor=STAFF,
        key="1",
        position=2,
    )
    add("pickup", "Лесная", settings={"address": "Лесная, 20"}, actor=STAFF, key="2", active=False)

    text = page_of(client, SHIPPING).text

    assert ("Лесная Самовывоз Адрес Лесная, 20 Адрес покупателя не нужен Выключен Включить Изменить") in text
    assert (
        f"Курьер Фиксированная цена Стоимость 300,00{N}₽ Бесплатно от 5{N}000,00{N}₽ "
        "Адрес покупателя нужен Включён Выключить Изменить"
    ) in text
    assert text.index("Лесная") < text.index("Курьер")


def test_payment_methods_in_words(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """The primary one is marked, and each says where it is offered, as staff call the host's pages."""
    make.cash()
    add_transfer(desk, pages=["wholesale", "gone"], is_primary=True)

    text = page_of(client_of(pages=PAGES), PAYMENT).text

    assert "На счёт основной Банковский перевод Реквизиты ООО «Зерно» р/с 4070 Предлагается Опт, gone" in text
    assert "Наличные При получении Предлагается везде" in text
    assert text.index("На счёт") < text.index("Наличные")


def test_a_primary_method_that_is_switched_off(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """It is offered to nobody, so nothing calls it primary; and that no other one is switched on is said."""
    make.cash()
    add_transfer(desk, is_primary=True, active=False)
    text = page_of(client, PAYMENT).text

    assert "На счёт Банковский перевод" in text
    assert "Ни один основной способ не включён" in text

    add_transfer(desk, "На карту", is_primary=True)
    assert "Ни один основной способ не включён" not in page_of(client, PAYMENT).text


@pytest.mark.parametrize(
    ("address", "told"),
    [(SHIPPING, "Способов доставки пока нет"), (PAYMENT, "Способов оплаты пока нет")],
)
def test_empty_list_helps(client_of: ClientOf, address: str, told: str) -> None:
    """It says what will be here and offers the one thing to do, to those who may do it."""
    page = page_of(client_of(), address)
    assert told in page.text
    assert f"{address}/new" in page.values("href", "a")

    page = page_of(client_of(may=lambda permission: permission != "settings.edit"), address)
    assert told in page.text
    assert f"{address}/new" not in page.values("href", "a")


def test_switching_twice_is_done_once(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Off, and off again: one change; the list comes back to the switch."""
    courier = make.courier()
    address = f"{SHIPPING}/{courier.id}/switch"
    form = page_of(client, SHIPPING).form(address)

    answers = [client.post(address, data=form.fields) for _ in range(2)]

    assert [f"{SHIPPING}#ok-switch-{courier.id}"] * 2 == [answer.location for answer in answers]
    assert (False, 2) == (
        desk.settings.shipping_method(courier.id).active,
        desk.settings.shipping_method(courier.id).version,
    )
    submit(client, address, on=SHIPPING)
    assert desk.settings.shipping_method(courier.id).active


def test_order_of_display(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A step up or down, with the focus on the arrow that was pressed; the ends go no further."""
    _, post, shop = (make.courier(title=title) for title in ("Курьер", "Почта", "Лавка"))
    assert ["Курьер", "Лавка", "Почта"] == titles(desk)

    answer = move(client, shop, SHIPPING, "up")
    assert f"{SHIPPING}#ok-up-{shop.id}" == answer.location
    assert ["Лавка", "Курьер", "Почта"] == titles(desk)

    move(client, shop, SHIPPING, "down")
    answer = move(client, shop, SHIPPING, "down")
    assert f"{SHIPPING}#ok-down-{shop.id}" == answer.location
    assert ["Курьер", "Почта", "Лавка"] == titles(desk)

    forms = [form for form in page_of(client, SHIPPING).forms if form.action.endswith("/move")]
    assert 4 == len(forms)  # of six arrows the first and the last do nothing
    assert post.title in titles(desk)


def test_pressing_an_arrow_twice_is_one_step(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """It says beside which other one the method goes, so that a double click goes no further."""
    for title in ("А", "Б"):
        make.courier(title=title)
    last = make.courier(title="В")
    address = f"{SHIPPING}/{last.id}/move"
    form = page_of(client, SHIPPING).form(address)

    for _ in range(2):
        client.post(address, data=form.fields)

    assert ["А", "В", "Б"] == titles(desk)


def test_moving_beside_one_that_is_gone_changes_nothing(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Nor does moving beside itself; what is no id is not found."""
    first, _ = make.courier(title="А"), make.courier(title="Б")
    form = page_of(client, SHIPPING).form(f"{SHIPPING}/{first.id}/move")
    for other, status in ((UUID(int=1), 303), (first.id, 303), ("x", 404)):
        form.put({"after": str(other)})
        assert status == client.post(form.action, data=form.fields).status_code

    assert ["А", "Б"] == titles(desk)


def test_primary_methods_are_moved_among_themselves(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A button that could change nothing is none."""
    add_transfer(desk, "Первый", is_primary=True)
    add_transfer(desk, "Второй", is_primary=True)
    cash = make.cash()

    page = page_of(client, PAYMENT)

    assert 2 == len([form for form in page.forms if form.action.endswith("/move")])
    assert f"{PAYMENT}/{cash.id}/move" not in [form.action for form in page.forms]


def test_somebody_else_at_the_same_moment(
    kit: OrderKit, client_of: ClientOf, make: Maker, desk: Desk
) -> None:
    """A press in the list that comes too late says so above the list, as it is now."""
    courier, awaited = make.courier(), []

    def clock() -> datetime:
        if awaited and awaited.pop() == "the change itself":
            desk.settings.edit_shipping_method(attrs.evolve(courier, title="Гонец"), actor=OTHER_STAFF)
        return datetime.fromisoformat("2026-03-01T09:00:00+00:00")

    kit.clock = clock
    client = client_of()
    form = page_of(client, SHIPPING).form(f"{SHIPPING}/{courier.id}/switch")
    awaited += ["the change itself", "the page"]  # the last is asked for first
    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert "В этот же момент список изменил кто-то другой." in Parsed(answer.text).text
    assert "Гонец" in answer.text
    assert desk.settings.shipping_method(courier.id).active


# New ones.


def test_types_to_choose_from(client: FlaskClient) -> None:
    """Each plugin's with its label and description, one press from its form."""
    page = page_of(client, f"{SHIPPING}/new")

    assert "Самовывоз Покупатель забирает заказ сам; адрес не спрашиваем." in page.text
    assert [f"{SHIPPING}/new/{code}" for code in ("drone", "pickup", "flat-rate")] == page.values(
        "href", "a"
    )[1:]
    page = page_of(client, f"{PAYMENT}/new")
    assert "При получении Наличными или картой через ваш терминал. Оплату вы отмечаете вручную." in page.text


def test_new_shipping_method(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """All of it in one form; it comes last, and the list shows it."""
    make.courier()
    answer = submit(
        client,
        f"{SHIPPING}/new/flat-rate",
        {"settings.cost": "350", "settings.free_from": "5 000"},
        title=" Почта ",
        description="3\u20135 дней",
        tracking_url="https://post.example/?c={code}",
    )

    first, method = desk.settings.shipping_methods()
    assert 303 == answer.status_code
    assert f"{SHIPPING}#ok-edit-{method.id}" == answer.location
    assert "Курьер" == first.title
    assert ("Почта", "3\u20135 дней", "https://post.example/?c={code}", True, True) == (
        method.title,
        method.description,
        method.tracking_url,
        method.needs_address,
        method.active,
    )
    values = desk.settings.values(method)
    assert (rub("350"), rub("5000")) == (values.cost, values.free_from)


def test_the_type_says_whether_an_address_is_needed(client: FlaskClient, desk: Desk) -> None:
    """The form proposes it; whoever fills it in decides."""
    submit(client, f"{SHIPPING}/new/pickup", title="Лавка")
    submit(client, f"{SHIPPING}/new/pickup", title="Пункт", needs_address="yes", active=None)

    assert [("Лавка", False, True), ("Пункт", True, False)] == [
        (method.title, method.needs_address, method.active) for method in desk.settings.shipping_methods()
    ]


def test_the_type_says_where_to_follow_what_is_sent(client: FlaskClient) -> None:
    """The form proposes the carrier's own page, and none where it has none."""
    proposed = [
        page_of(client, f"{SHIPPING}/new/{code}").form(f"{SHIPPING}/new/{code}").fields["tracking_url"]
        for code in ("drone", "pickup")
    ]

    assert [[LINK], [""]] == proposed


def test_new_payment_method(client_of: ClientOf, desk: Desk) -> None:
    """Title for staff, description and button for the buyer, pages, primary, and the plugin's own."""
    answer = submit(
        client_of(pages=PAGES),
        f"{PAYMENT}/new/bank-transfer",
        {"settings.details": DETAILS.replace("\n", "\r\n")},
        title="На счёт",
        description="Пришлём счёт",
        button="Получить счёт",
        pages=["wholesale"],
        is_primary="yes",
    )

    [method] = desk.settings.payment_methods()
    assert 303 == answer.status_code
    assert ("На счёт", "Пришлём счёт", "Получить счёт", ("wholesale",), True, True, True) == (
        method.title,
        method.description,
        method.button,
        method.pages,
        method.is_primary,
        method.active,
        method.offline,
    )
    assert DETAILS == desk.settings.values(method).details


def test_every_kind_of_setting_is_saved(client: FlaskClient, desk: Desk) -> None:
    """A plugin of which the adapter knows nothing: its form is drawn, stored, and drawn again as it was typed."""
    page = page_of(client, f"{SHIPPING}/new/drone")
    assert "За полёт, ₽" in page.text
    assert "Fleet" in page.text
    submit(
        client,
        f"{SHIPPING}/new/drone",
        {
            "settings.per_flight": "1500,50",
            "settings.callsign": "Стриж",
            "settings.rules": "не выше\nкрыш",
            "settings.metres": "120",
            "settings.at_night": "yes",
            "settings.free_from": "",
            "settings.model": "large",
        },
        title="Дрон",
    )

    [method] = desk.settings.shipping_methods()
    values = desk.settings.values(method)
    assert (rub("1500.50"), "Стриж", "не выше\nкрыш", 120, True, None, "large") == attrs.astuple(
        values, recurse=False
    )
    fields = page_of(client, f"{SHIPPING}/{method.id}").form(f"{SHIPPING}/{method.id}").fields
    assert ["1500,50", "Стриж", "не выше\nкрыш", "120", "yes", "", "large"] == [
        fields[f"settings.{field.name}"][0] for field in attrs.fields(type(values))
    ]


def test_all_that_is_wrong_is_said_at_its_field(client: FlaskClient, desk: Desk) -> None:
    """In words, with what was typed still there, and nothing stored."""
    answer = submit(
        client,
        f"{SHIPPING}/new/flat-rate",
        {"settings.cost": "дорого"},
        title="",
        description="Привезём",
        tracking_url="https://post.example/",
    )

    page = Parsed(answer.text)
    form = page.form(f"{SHIPPING}/new/flat-rate")
    assert 422 == answer.status_code
    assert 3 == len([1 for _, name, _ in page.attributes if name == "aria-invalid"])
    assert "Заполните это поле." in page.text
    assert "Напишите сумму, например 1240,50." in page.text
    assert "Поставьте {code} в то место адреса, где стоит код отслеживания." in page.text
    assert (["дорого"], ["Привезём"]) == (form.fields["settings.cost"], form.fields["description"])
    assert () == desk.settings.shipping_methods()


def test_all_that_the_desk_refuses_is_said_at_once(client: FlaskClient, desk: Desk) -> None:
    """What can be read and cannot be kept is said at each field too, not one after the other."""
    answer = submit(
        client,
        f"{SHIPPING}/new/flat-rate",
        {"settings.cost": "-3"},
        title="А" * 300,
        tracking_url="javascript:{code}",
    )

    page = Parsed(answer.text)
    assert 422 == answer.status_code
    assert 3 == len([1 for _, name, _ in page.attributes if name == "aria-invalid"])
    assert "Цена не может быть меньше нуля." in page.text
    assert "Адрес должен начинаться с https:// или http://." in page.text
    assert "Слишком длинно; не больше 200 знаков." in page.text
    assert () == desk.settings.shipping_methods()


def test_a_plugin_refuses_in_its_own_words(
    client: FlaskClient, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """What only the plugin's class knows is told above the form, as the plugin says it; the log does not repeat it."""
    caplog.set_level(logging.INFO)
    answer = submit(
        client,
        f"{SHIPPING}/new/drone",
        {"settings.per_flight": "1", "settings.metres": "900", "settings.at_night": "yes"},
        title="Дрон",
    )

    assert 422 == answer.status_code
    assert "at night no higher than 500 metres" in Parsed(answer.text).text
    assert "settings:" not in Parsed(answer.text).text
    assert () == desk.settings.shipping_methods()
    assert "invalid_input settings" in caplog.text
    assert "500 metres" not in caplog.text


@attrs.frozen
class Hours:
    """Settings that find more than one thing wrong with themselves."""

    opens: int = ok.setting(label={"ru": "Открывается"}, default=9)
    closes: int = ok.setting(label={"ru": "Закрывается"}, default=21)

    def problems(self) -> Iterator[ok.Problem]:
        if self.closes <= self.opens:
            yield ok.Problem({"en": "It closes first.", "ru": "Закрывается раньше."}, "closes")
            yield ok.Problem("Подумайте ещё.", "closes")
        if self.opens > 24:
            yield ok.Problem({"ru": "В сутках 24 часа."}, "opens")
            yield ok.Problem("Так нельзя.", "minutes")


def with_hours(kit: OrderKit) -> None:
    """The plugin of the drone asks for hours."""
    changed = attrs.evolve(kit.registry.carriers["drone"], settings=Hours)
    kit.registry = attrs.evolve(kit.registry, carriers={**kit.registry.carriers, "drone": changed})


def test_what_does_not_go_together_is_said_at_its_fields(
    kit: OrderKit, client_of: ClientOf, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """All that the plugin finds, in the language of the tab; what is about no field of the form stands above it."""
    caplog.set_level(logging.INFO)
    with_hours(kit)
    typed = {"settings.opens": "26", "settings.closes": "25"}
    answer = submit(client_of(), f"{SHIPPING}/new/drone", typed, title="Лавка")

    page = Parsed(answer.text)
    assert 422 == answer.status_code
    assert {"ok-p-settings.closes", "ok-p-settings.opens"} <= set(page.values("id", "span"))
    assert 2 == len([1 for _, name, _ in page.attributes if name == "aria-invalid"])
    for told in ("Закрывается раньше. Подумайте ещё.", "В сутках 24 часа.", "Так нельзя."):
        assert told in page.text
    assert "It closes first." not in page.text
    assert "раньше" not in caplog.text
    assert () == desk.settings.shipping_methods()


def test_a_method_that_does_not_go_together_any_more(kit: OrderKit, client_of: ClientOf, desk: Desk) -> None:
    """The list and the form say what its plugin finds by now, each at its setting."""
    with_hours(kit)
    kit.site("coffee").settings.add_shipping_method(
        "drone", "Лавка", settings={"opens": 20}, actor=STAFF, key="shop"
    )
    stored = kit.registry.carriers["drone"]
    found = [ok.Problem({"ru": "Вечером закрыто."}, "opens"), ok.Problem({"ru": "Совсем."})]
    body = {"problems": lambda _: found}
    stricter = attrs.evolve(stored, settings=attrs.make_class("Stricter", {}, (Hours,), class_body=body))
    kit.registry = attrs.evolve(kit.registry, carriers={**kit.registry.carriers, "drone": stricter})
    [method] = kit.site("coffee").settings.shipping_methods()

    for address in (SHIPPING, f"{SHIPPING}/{method.id}"):
        assert "Открывается: Вечером закрыто. Совсем." in page_of(client_of(), address).text


def test_adding_twice_adds_once(client: FlaskClient, desk: Desk) -> None:
    """A double click makes one method; the same form sent later with another title says that it was sent."""
    page = page_of(client, f"{PAYMENT}/new/cash")
    form = page.form(f"{PAYMENT}/new/cash")
    form.put({"title": "Наличные"})
    answers = [client.post(form.action, data=form.fields) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert 1 == len(desk.settings.payment_methods())

    form.put({"title": "Картой"})
    answer = client.post(form.action, data=form.fields)
    again = Parsed(answer.text).form(f"{PAYMENT}/new/cash")
    assert 409 == answer.status_code
    assert "Эту форму уже отправляли" in Parsed(answer.text).text
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert {"Наличные", "Картой"} == {method.title for method in desk.settings.payment_methods()}


# Those that are there.


def test_changing_a_method(client: FlaskClient, desk: Desk) -> None:
    """What is typed is stored; sent twice, it is one change; nothing typed is none."""
    method = add_transfer(desk, button="Оплатить")
    address = f"{PAYMENT}/{method.id}"
    assert 303 == submit(client, address).status_code
    assert 1 == desk.settings.payment_method(method.id).version

    form = page_of(client, address).form(address)
    form.put({"settings.details": "другие", "button": "", "active": None})
    for _ in range(2):
        answer = client.post(address, data=form.fields)
        assert f"{PAYMENT}#ok-edit-{method.id}" == answer.location

    stored = desk.settings.payment_method(method.id)
    assert ("другие", "", False, 2) == (
        desk.settings.values(stored).details,
        stored.button,
        stored.active,
        stored.version,
    )


def test_two_people_change_one_method(client_of: ClientOf, desk: Desk) -> None:
    """Field by field: what only one of them changed is kept, what both did is shown at its field."""
    method = add_transfer(desk, button="Оплатить", description="По счёту")
    client, address = client_of(pages=PAGES), f"{PAYMENT}/{method.id}"
    form = page_of(client, address).form(address)
    form.put({"title": "Перевод", "settings.details": "мои", "pages": ["catalogue"]})
    theirs = attrs.evolve(
        method, title="Счёт", button="Заплатить", settings={"details": "чужие"}, pages=["wholesale"]
    )
    desk.settings.edit_payment_method(theirs, actor=OTHER_STAFF)

    answer = client.post(address, data=form.fields)

    page = Parsed(answer.text)
    again = page.form(address)
    assert 409 == answer.status_code
    assert "Тем временем изменили то же самое (Пётр)." in page.text
    for told in ("Сейчас сохранено: Счёт", "Сейчас сохранено: чужие", "Сейчас сохранено: Опт"):
        assert told in page.text
    assert (["Перевод"], ["мои"], ["Заплатить"]) == (
        again.fields["title"],
        again.fields["settings.details"],
        again.fields["button"],
    )
    assert 303 == client.post(address, data=again.fields).status_code
    stored = desk.settings.payment_method(method.id)
    assert ("Перевод", "Заплатить", ("catalogue",)) == (stored.title, stored.button, stored.pages)


def test_pages_are_those_of_the_host(client_of: ClientOf, desk: Desk) -> None:
    """A host without pages has no such field and loses none; a page it names no more is still there to be unticked."""
    method = add_transfer(desk, pages=["wholesale", "gone"])
    address = f"{PAYMENT}/{method.id}"

    page = page_of(client_of(), address)
    assert "Где предлагать" not in page.text
    submit(client_of(), address, title="Перевод", pages=["catalogue"])
    assert ("Перевод", ("wholesale", "gone")) == (
        desk.settings.payment_method(method.id).title,
        desk.settings.payment_method(method.id).pages,
    )

    client = client_of(pages=PAGES)
    assert ["wholesale", "gone"] == page_of(client, address).form(address).fields["pages"]
    assert 422 == submit(client, address, pages=["nowhere"]).status_code
    assert 303 == submit(client, address, pages=None).status_code
    assert () == desk.settings.payment_method(method.id).pages


def test_a_method_without_its_plugin(
    kit: OrderKit, client_of: ClientOf, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """It is shown with that mark; it can be renamed and switched off, and its settings stay."""
    method = add_drone(desk)
    without_drone(kit)
    client = client_of()
    address = f"{SHIPPING}/{method.id}"

    assert "Дрон нет плагина drone Ни один установленный плагин не приносит" in page_of(client, SHIPPING).text
    page = page_of(client, address)
    assert (
        "Ни один установленный плагин не приносит вид «drone». Настройки этого способа остаются" in page.text
    )
    assert [] == [name for name in page.form(address).fields if "settings." in name]
    assert 404 == client.get(f"{SHIPPING}/new/drone").status_code
    with caplog.at_level(logging.WARNING):
        assert 303 == submit(client, address, title="Квадрокоптер").status_code
        assert 303 == submit(client, f"{address}/switch", on=SHIPPING).status_code

    stored = desk.settings.shipping_method(method.id)
    assert ("Квадрокоптер", False) == (stored.title, stored.active)
    assert method.settings == stored.settings


def test_settings_that_the_plugin_takes_no_more(kit: OrderKit, client_of: ClientOf, desk: Desk) -> None:
    """An update of the plugin asks for more: the list says so, and the form asks for it."""
    method = add_drone(desk)
    stricter = attrs.evolve(
        kit.registry.carriers["drone"], settings=kit.registry.carriers["flat-rate"].settings
    )
    kit.registry = attrs.evolve(kit.registry, carriers={**kit.registry.carriers, "drone": stricter})
    client = client_of()

    assert "Дрон настроен не до конца" in page_of(client, SHIPPING).text
    assert 422 == submit(client, f"{SHIPPING}/{method.id}").status_code
    answer = submit(client, f"{SHIPPING}/{method.id}", {"settings.cost": "10"})
    assert 303 == answer.status_code
    assert "настроен не до конца" not in page_of(client, SHIPPING).text


def test_nothing_is_deleted(client: FlaskClient, make: Maker) -> None:
    """Orders refer to methods: both the list and the form say that a method is switched off instead."""
    courier = make.courier()
    for address in (SHIPPING, f"{SHIPPING}/{courier.id}"):
        page = page_of(client, address)
        assert "Способ нельзя удалить, потому что на него ссылаются заказы" in page.text
        assert "Удалить" not in page.text
    assert 405 == client.delete(f"{SHIPPING}/{courier.id}").status_code


def test_a_script_is_told_that_the_form_is_done(client: FlaskClient, make: Maker) -> None:
    """It closes the window and puts the focus on the method in the list."""
    courier = make.courier()
    address = f"{SHIPPING}/{courier.id}"

    answer = submit(client, address, headers={"HX-Request": "true"}, title="Гонец")

    assert 204 == answer.status_code
    assert {"okDone": {"address": SHIPPING, "focus": f"ok-edit-{courier.id}"}} == json.loads(
        answer.headers["HX-Trigger"]
    )


@pytest.mark.parametrize("root", [SHIPPING, PAYMENT])
def test_addresses_that_name_nothing(client: FlaskClient, root: str) -> None:
    """Unknown methods and types are not found, in words."""
    for address in (f"{root}/x", f"{root}/{UUID(int=1)}"):
        assert "Такого способа на этом сайте нет." in page_of(client, address, 404).text
    assert "Плагин для этого не установлен." in page_of(client, f"{root}/new/teleport", 404).text


# Who may.


def test_looking_without_changing(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """With the right to look alone there is no button that would be refused: not in the list, not in the window."""
    courier, transfer = make.courier(), add_transfer(desk)
    client = client_of(may=lambda permission: permission == "settings.view", pages=PAGES)
    for root, method, told in (
        (SHIPPING, courier, f"Стоимость 300,00{N}₽"),
        (PAYMENT, transfer, "Реквизиты ООО «Зерно» р/с 4070"),
    ):
        page = page_of(client, root)
        assert told in page.text
        assert f"Посмотреть: {method.title}" in page.values("aria-label", "a")
        assert "Изменить" not in page.text
        assert [] == [form.action for form in page.forms if form.action]
        assert ["Закрыть"] == page.values("aria-label", "button")
        assert [] == [link for link in page.values("href", "a") if "/new" in link]

        page = page_of(client, f"{root}/{method.id}")
        assert told in page.text
        assert [] == [form.action for form in page.forms if form.action]


def test_changes_by_hand_are_refused(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """Whoever may only look cannot send what the screens do not offer."""
    courier = make.courier()
    full = client_of()
    sent = page_of(full, f"{SHIPPING}/{courier.id}").form(f"{SHIPPING}/{courier.id}").fields
    client = client_of(may=lambda permission: permission != "settings.edit")
    for way in (f"/{courier.id}", f"/{courier.id}/switch", f"/{courier.id}/move", "/new/flat-rate"):
        answer = client.post(f"{SHIPPING}{way}", data=sent)
        assert 403 == answer.status_code
        assert "(settings.edit)" in Parsed(answer.text).text
    for way in ("/new", "/new/flat-rate"):
        assert 403 == client.get(f"{SHIPPING}{way}").status_code

    assert 400 == full.post(f"{SHIPPING}/{courier.id}/switch", data={"active": "no"}).status_code
    assert (courier,) == desk.settings.shipping_methods()


def test_closed_to_those_who_may_not_look(client_of: ClientOf, make: Maker) -> None:
    """The sub-tabs are not there either."""
    courier = make.courier()
    client = client_of(may=lambda permission: permission != "settings.view")
    for address in (SHIPPING, PAYMENT, f"{SHIPPING}/{courier.id}"):
        assert "(settings.view)" in page_of(client, address, 403).text
    links = page_of(client, "/orders/").values("href", "a")
    assert not {SHIPPING, PAYMENT} & set(links)
    assert {SHIPPING, PAYMENT} < set(page_of(client_of(), "/orders/").values("href", "a"))


def test_titles_are_text(client: FlaskClient, make: Maker) -> None:
    """What staff type is shown as it is typed, in every place."""
    title = "<script>alert(1)</script>\"'"
    courier = make.courier(title=title)
    for address in (SHIPPING, f"{SHIPPING}/{courier.id}"):
        answer = client.get(address)
        assert title in Parsed(answer.text).text
        assert not re.search("<script>alert", answer.text)
