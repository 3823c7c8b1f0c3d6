"""«Уведомления», «Скидки и налоги»: what is particular to rules; the rest they have from the pages of methods."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import Desk, NotificationRule, OrderKit, PriceRule
from tests.backends import Backends
from tests.making import STAFF, Clock
from tests.plugins import adjusting, plugin, sending

ClientOf = Callable[..., FlaskClient]
NOTIFICATIONS, PRICES = "/orders/notification-rules", "/orders/price-rules"
PAGE = "https://shop.example/o/{token}"


@pytest.fixture
def kit(clock: Clock, backends: Backends) -> Iterator[OrderKit]:
    """With a channel and an adjuster of the host's own, and no others."""
    own = plugin(sending(None), adjusting(()))
    kit = OrderKit("sqlite://", clock=clock, plugins=[own], allow_plugins=["cash"])
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


def page_of(client: FlaskClient, address: str, status: int = 200) -> Parsed:
    answer = client.get(address)
    assert status == answer.status_code
    return Parsed(answer.text)


def add_pigeon(desk: Desk, title: str = "Голуби", **fields: Any) -> NotificationRule:
    return desk.settings.add_notification_rule("pigeon", title, actor=STAFF, key=title, **fields)


def add_haggling(desk: Desk, title: str = "Торг", **fields: Any) -> PriceRule:
    return desk.settings.add_price_rule("haggling", title, actor=STAFF, key=title, **fields)


def without_plugins(kit: OrderKit) -> None:
    """Neither plugin is installed any more."""
    other = OrderKit("sqlite://", allow_plugins=["cash"])
    other.close()
    kit.registry = other.registry


def test_in_words(client: FlaskClient, desk: Desk) -> None:
    """Each with what it is made of; a notification says of what it tells, and in which language."""
    add_pigeon(desk, messages=["shipped", "placed"], language="ru")
    add_pigeon(desk, "Молчун", messages=[], active=False)
    add_haggling(desk)
    notifications = page_of(client, NOTIFICATIONS).text

    assert "Голуби Голубь Сообщает Заказ оформлен, Заказ отправлен Язык Русский Включено" in notifications
    assert "Молчун Голубь Сообщает ничего Язык Английский Выключено" in notifications
    assert "Торг Торг Включено" in page_of(client, PRICES).text


@pytest.mark.parametrize(
    ("address", "told", "lacking"),
    [
        (NOTIFICATIONS, "Уведомлений пока нет", "например, orderkit-email"),
        (PRICES, "Скидок и налогов пока нет", "например, orderkit-promo-code или orderkit-vat"),
    ],
)
def test_an_empty_list_helps(
    kit: OrderKit, client_of: ClientOf, address: str, told: str, lacking: str
) -> None:
    """It says what will be here and offers the one thing to do; without a plugin for it, which could be installed."""
    page = page_of(client_of(), address)
    assert told in page.text
    assert lacking not in page.text
    assert f"{address}/new" in page.values("href", "a")

    without_plugins(kit)
    for page in (page_of(client_of(), address), page_of(client_of(), f"{address}/new")):
        assert lacking in page.text
        assert f"{address}/new" not in page.values("href", "a")


def test_a_new_notification(client: FlaskClient, desk: Desk) -> None:
    """The form begins with all that can be told, in the language of whoever sets it up, and our page of an order."""
    address = f"{NOTIFICATIONS}/new/pigeon"
    assert address in page_of(client, f"{NOTIFICATIONS}/new").values("href", "a")
    form = page_of(client, address).form(address)

    assert ["placed", "paid", "shipped", "cancelled"] == form.fields["messages"]
    assert (["ru"], ["http://localhost/shop/o/{token}"], ["Голубь"]) == tuple(
        form.fields[name] for name in ("language", "order_url", "title")
    )

    typed = {"title": "Голуби", "messages": ["paid"], "language": "en", "order_url": PAGE}
    answer = client.post(address, data={**form.fields, **typed})
    [rule] = desk.settings.notification_rules()

    assert 303 == answer.status_code
    assert (("paid",), "en", PAGE, True, "Голуби") == (
        rule.messages,
        rule.language,
        rule.order_url,
        rule.active,
        rule.title,
    )


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"order_url": "https://shop.example/o/"}, "order_url", "Поставьте {token} туда"),
        ({"order_url": "shop.example/{token}"}, "order_url", "должен начинаться с https://"),
        ({"title": ""}, "title", "Заполните это поле."),
        ({"messages": ["lost"]}, "messages", "Выберите из списка."),
        ({"language": "fr"}, "language", "Выберите из списка."),
    ],
)
def test_a_mistake_is_said_at_its_field(
    client: FlaskClient, desk: Desk, typed: dict[str, Any], field: str, told: str
) -> None:
    """What was typed stays, and nothing is stored."""
    address = f"{NOTIFICATIONS}/new/pigeon"
    form = page_of(client, address).form(address)
    answer = client.post(address, data={**form.fields, "title": "Голуби", **typed})
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert told in page.text
    assert f"ok-p-{field}" in page.values("id")
    assert () == desk.settings.notification_rules()


def test_changing_a_notification(client: FlaskClient, desk: Desk) -> None:
    """What is not ticked any more is not told any more."""
    rule = add_pigeon(desk, order_url=PAGE, language="ru")
    address = f"{NOTIFICATIONS}/{rule.id}"
    form = page_of(client, address).form(address)
    fields = {name: values for name, values in form.fields.items() if name not in ("messages", "active")}
    client.post(address, data=fields)
    after = desk.settings.notification_rule(rule.id)

    assert ((), PAGE, False, 2) == (after.messages, after.order_url, after.active, after.version)


def test_two_people_change_one_notification(client: FlaskClient, desk: Desk) -> None:
    """What somebody else ticked meanwhile is told in words."""
    rule = add_pigeon(desk, messages=["placed"])
    address = f"{NOTIFICATIONS}/{rule.id}"
    form = page_of(client, address).form(address)
    client.post(address, data={**form.fields, "messages": ["shipped", "cancelled"]})
    answer = client.post(address, data={**form.fields, "key": "other", "messages": ["paid"]})

    assert 409 == answer.status_code
    assert "Сейчас сохранено: Заказ отправлен, Заказ отменён" in Parsed(answer.text).text


def test_price_rules(client: FlaskClient, desk: Desk) -> None:
    """They are added, put in order and switched off as methods are."""
    address = f"{PRICES}/new/haggling"
    for title in ("А", "Б"):
        form = page_of(client, address).form(address)
        assert 303 == client.post(address, data={**form.fields, "title": title}).status_code
    _, second = desk.settings.price_rules()
    move, switch = f"{PRICES}/{second.id}/move", f"{PRICES}/{second.id}/switch"
    client.post(move, data=page_of(client, PRICES).form(move).fields)
    client.post(switch, data=page_of(client, PRICES).form(switch).fields)

    assert [("Б", False), ("А", True)] == [(rule.title, rule.active) for rule in desk.settings.price_rules()]


@pytest.mark.parametrize(
    ("add", "told"),
    [
        (add_pigeon, "Настройки этого уведомления сохранены, но по нему ничего не отправляется."),
        (
            add_haggling,
            "Пока оно включено, заказы не оформить: выключите его или попросите установить плагин.",
        ),
    ],
)
def test_without_its_plugin(
    kit: OrderKit, client: FlaskClient, desk: Desk, add: Callable[[Desk], Any], told: str
) -> None:
    """The list and the form say so, and all but the settings can be changed."""
    rule = add(desk)
    without_plugins(kit)
    root = f"/orders/{rule.noun.replace('_', '-')}s"
    assert "нет плагина" in page_of(client, root).text
    page = page_of(client, f"{root}/{rule.id}")
    assert told in page.text

    client.post(f"{root}/{rule.id}", data={**page.form(f"{root}/{rule.id}").fields, "title": "Старое"})
    assert "Старое" in page_of(client, root).text


@pytest.mark.parametrize("add", [add_pigeon, add_haggling])
def test_looking_without_changing(client_of: ClientOf, desk: Desk, add: Callable[[Desk], Any]) -> None:
    """Whoever may not change rules reads them, and finds no form."""
    rule = add(desk)
    client = client_of(may=lambda permission: permission != "settings.edit")
    root = f"/orders/{rule.noun.replace('_', '-')}s"

    for address in (root, f"{root}/{rule.id}"):
        page = page_of(client, address)
        assert rule.title in page.text
        assert ["dialog"] == [form.method for form in page.forms]
    assert 403 == client.post(f"{root}/{rule.id}/switch").status_code


@pytest.mark.parametrize("root", [NOTIFICATIONS, PRICES])
def test_addresses_that_name_nothing(client: FlaskClient, root: str) -> None:
    """No such rule, and no such type: each in words."""
    nobody = "00000000-0000-7000-8000-000000000000"

    assert "Такого правила на этом сайте нет" in page_of(client, f"{root}/{nobody}", 404).text
    assert "Такого правила на этом сайте нет" in page_of(client, f"{root}/abc", 404).text
    assert "Плагин для этого не установлен" in page_of(client, f"{root}/new/gone", 404).text
