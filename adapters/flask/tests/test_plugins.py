"""«Плагины»: what is installed, what is the matter with it, and which plugin a method misses."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import OrderKit
from orderkit.plugin import API_VERSION
from tests.making import STAFF, rub
from tests.plugins import adjusting, drone, for_api, plugin, sending

ClientOf = Callable[..., FlaskClient]
PLUGINS, SHIPPING = "/orders/plugins", "/orders/shipping-methods"


class Bomb:
    """A plugin whose reason is markup."""

    @property
    def orderkit_api(self) -> str:
        raise OSError("<b>no map</b>")


TROUBLED: dict[str, Any] = {
    "plugins": [
        plugin(drone(), drone(code="kite"), name="hangar"),
        plugin(drone(), name="airport"),
        for_api(plugin(name="moonship"), ">=7"),
        Bomb(),
    ],
    "block_plugins": ["cash"],
}


def become(kit: OrderKit, **fields: Any) -> None:
    """Let the kit have what a kit made with this has."""
    other = OrderKit("sqlite://", **fields)
    other.close()
    kit.registry = other.registry


def text_of(client: FlaskClient, address: str) -> str:
    return Parsed(client.get(address).text).text


def test_the_page(kit: OrderKit, client: FlaskClient) -> None:
    """Each plugin with where it comes from, what it brings and what is the matter; those in trouble come first."""
    become(kit, **TROUBLED)
    answer = client.get(PLUGINS)
    text = Parsed(answer.text).text

    assert 200 == answer.status_code
    assert (
        "hangar работает не всё свой плагин платформы Доставка: Дрон Вид «drone» приносит и airport" in text
    )
    assert "airport не работает свой плагин платформы Вид «drone» приносит и hangar" in text
    assert f"версию интерфейса плагинов >=7, а здесь версия {API_VERSION}" in text
    assert "moonship не подходит" in text
    assert "Bomb не работает свой плагин платформы Причина: OSError: <b>no map</b>" in text
    assert "<b>no map</b>" not in answer.text
    assert "pickup работает orderkit-pickup 0.1.0 Доставка: Самовывоз" in text
    assert "bank-transfer работает orderkit-bank-transfer 0.1.0 Оплата: Банковский перевод" in text
    assert "cash выключен orderkit-cash 0.1.0 Его отключил тот, кто обслуживает платформу" in text
    places = [
        text.index(name) for name in ("hangar", "moonship", "Bomb", "bank-transfer", "pickup", "cash вы")
    ]
    assert sorted(places) == places


def test_what_each_kind_is_for(kit: OrderKit, client: FlaskClient) -> None:
    """Channels and adjusters are told in the words of the pages where rules are made of them."""
    become(kit, plugins=[plugin(sending(None), adjusting(()))])

    assert "свой плагин платформы Цена: Торг Уведомления: Голубь" in text_of(client, PLUGINS)


@pytest.mark.parametrize("address", [SHIPPING, "/orders/payment-methods"])
def test_the_way_to_it(kit: OrderKit, client: FlaskClient, address: str) -> None:
    """Both lists of methods lead there, and say how many plugins are in trouble; one that is blocked is in none."""
    become(kit, allow_plugins=["cash"])
    assert f'href="{PLUGINS}"' in client.get(address).text
    assert "неполадки" not in client.get(address).text
    become(kit, **TROUBLED)

    assert "Плагины неполадки: 4" in text_of(client, address)


def test_permission(client_of: ClientOf) -> None:
    """Whoever sees the methods sees the plugins; nobody else does."""
    assert 200 == client_of(may=lambda permission: permission == "settings.view").get(PLUGINS).status_code
    assert 403 == client_of(may=lambda permission: permission != "settings.view").get(PLUGINS).status_code


MISSING: dict[str, tuple[dict[str, Any], str]] = {
    # what became of the plugin → what the kit is made with, what the method says
    "gone": ({}, "Ни один установленный плагин не приносит вид «drone»."),
    "broken": ({"plugins": [plugin(name="drone")]}, "Плагин «drone» не работает."),
    "incompatible": (
        {"plugins": [for_api(plugin(drone(), name="drone"), ">=7")]},
        "Плагин «drone» не работает.",
    ),
    "blocked": (
        {"plugins": [plugin(drone(), name="drone")], "block_plugins": ["drone"]},
        "Плагин «drone» отключил тот, кто обслуживает платформу.",
    ),
    "shared": (
        {"plugins": [plugin(drone(), name="hangar"), plugin(drone(), name="airport")]},
        "Вид «drone» приносят сразу несколько плагинов: hangar, airport. Он не достался ни одному.",
    ),
    "perhaps another": (
        {"plugins": [plugin(name="wreck")], "block_plugins": ["cash"]},
        "Ни один работающий плагин не приносит вид «drone». Не работают: wreck.",
    ),
}


@pytest.mark.parametrize("became", MISSING)
def test_which_plugin_a_method_misses(kit: OrderKit, client: FlaskClient, became: str) -> None:
    """As far as it is known, by its name: in the list and in the form of the method."""
    fields, said = MISSING[became]
    become(kit, plugins=[plugin(drone())])
    method = kit.site("coffee").settings.add_shipping_method(
        "drone", "Дрон", settings={"per_flight": rub("1500")}, actor=STAFF, key="drone"
    )
    become(kit, **fields)

    assert f"Дрон нет плагина drone {said}" in text_of(client, SHIPPING)
    assert f"{said} Настройки этого способа остаются как есть" in text_of(client, f"{SHIPPING}/{method.id}")
