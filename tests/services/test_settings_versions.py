"""Settings that an earlier version of a plugin stored are read by the present one, and stored so with the next save."""

import base64
from collections.abc import Callable, Iterator
from typing import Any, Literal

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, OrderKit, ShippingMethod
from orderkit.errors import InvalidInputError, SettingsError
from tests.making import OTHER_STAFF, STAFF, contents, mug, rub
from tests.plugins import drone, offering, plugin
from tests.services.test_settings import edit

KEY = base64.urlsafe_b64encode(b"1" * 32).decode()
Open = Callable[..., Desk]


@attrs.frozen
class First:
    price: ok.Money = ok.setting(label="Price")
    key: ok.Secret | None = ok.setting(label="Key", default=None)


@attrs.frozen
class Second:
    """The price is called otherwise, and there is something that nobody was asked for."""

    cost: ok.Money = ok.setting(label="Cost")
    password: ok.Secret | None = ok.setting(label="Password", default=None)
    speed: Literal["slow", "fast"] = ok.setting(label="Speed")

    def problems(self) -> Iterator[ok.Problem]:
        if self.cost.minor == 1300:
            yield ok.Problem("not thirteen", "cost")


def upgrade(document: dict[str, Any], version: int) -> dict[str, Any]:
    assert version == 1
    document["cost"] = document.pop("price")
    document["password"] = document.pop("key")
    return document | {"speed": "slow"}


def second(**fields: Any) -> ok.CarrierType:
    return drone(**{"settings": Second, "settings_version": 2, "upgrade": upgrade} | fields)


@pytest.fixture
def open_desk(open_kit: Callable[..., OrderKit]) -> Open:
    """Call it for the desk of a kit with that type, on the same database."""

    def open_desk(kind: ok.CarrierType) -> Desk:
        kit = open_kit(plugins=[plugin(kind)], strict=True, secret_key=KEY)
        kit.sites.ensure("coffee", currency="RUB")
        return kit.site("coffee")

    return open_desk


def add(desk: Desk, amount: str = "5", title: str = "Дрон") -> ShippingMethod:
    settings = {"price": rub(amount), "key": ok.Secret("sk-8Zq")}
    return desk.settings.add_shipping_method("drone", title, settings=settings, actor=STAFF, key=title)


def stored_settings(kit: OrderKit) -> str:
    [row] = contents(kit)["orderkit_shipping_methods"]
    return row


def test_is_read_as_the_present_version(open_desk: Open, open_kit: Any) -> None:
    """By whoever asks for settings, price and forms; nothing is stored by looking."""
    method = add(open_desk(drone(settings=First)))
    before = contents(open_kit())
    desk = open_desk(second())
    [shown] = desk.settings.shipping_methods()
    values = desk.settings.values(shown)

    assert (rub("5"), "sk-8Zq", "slow") == (values.cost, values.password.reveal(), values.speed)
    assert shown == desk.settings.shipping_method(method.id)
    assert {"cost", "password", "speed", "$version"} == set(shown.settings)
    assert method.settings["key"] == shown.settings["password"]
    assert values == desk.settings.values(method)  # as it is stored
    assert before == contents(open_kit())


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("fields", [{}, {"title": "Змей"}, {"active": False}])
def test_is_stored_with_the_next_save(
    open_desk: Open, open_kit: Any, fields: dict[str, Any], shown: bool
) -> None:
    """Whatever it changes, whether of the method as it is shown or as it was stored; the journal tells of both."""
    method = add(open_desk(drone(settings=First)))
    desk = open_desk(second())
    saved = edit(desk, desk.settings.shipping_method(method.id) if shown else method, **fields)

    assert (2, {"$version": 2, "speed": "slow"}) == (
        saved.version,
        {name: saved.settings[name] for name in ("$version", "speed")},
    )
    assert '"price"' not in stored_settings(open_kit())
    assert (saved,) == desk.settings.shipping_methods()
    assert saved == edit(desk, saved)
    assert [] == list(open_kit().verify())


def test_settings_that_are_given_are_of_the_present_version(open_desk: Open, open_kit: Any) -> None:
    """Whether by a new method or an edit, unless they say otherwise."""
    add(open_desk(drone(settings=First)))
    desk = open_desk(second())
    [method] = desk.settings.shipping_methods()
    given = {"cost": rub("7"), "speed": "fast"}
    edited = edit(desk, method, settings=given)
    added = desk.settings.add_shipping_method("drone", "Второй", settings=given, actor=STAFF, key="2")
    older = edit(desk, edited, settings={"price": rub("8"), "key": None, "$version": 1})

    assert edited.settings == added.settings
    assert (rub("8"), "slow") == (desk.settings.values(older).cost, desk.settings.values(older).speed)


def test_putting_them_in_order_upgrades_nothing(open_desk: Open, open_kit: Any) -> None:
    """Only their places are told of; what is stored stays as it is."""
    before = open_desk(drone(settings=First))
    first, last = add(before, title="А"), add(before, title="Б")
    desk = open_desk(second())
    arranged = desk.settings.arrange_shipping_methods([last.id, first.id], actor=OTHER_STAFF)

    assert ["Б", "А"] == [method.title for method in arranged]
    assert 2 == sum('"price"' in row for row in contents(open_kit())["orderkit_shipping_methods"])
    assert [] == list(open_kit().verify())


def failing(document: dict[str, Any], version: int) -> Any:
    raise KeyError("price")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (second(upgrade=failing), "its upgrade fails: KeyError"),
        (second(upgrade=lambda *_: None), "its upgrade fails: InvalidInputError"),
        (second(upgrade=lambda *_: {"cost": object()}), "its upgrade fails: InvalidInputError"),
        (second(upgrade=lambda: {}), "its upgrade fails: TypeError"),
        (second(upgrade=lambda *_: exec("raise SystemExit")), "its upgrade fails: SystemExit"),
    ],
)
def test_an_upgrade_that_fails(open_desk: Open, open_kit: Any, kind: ok.CarrierType, told: str) -> None:
    """The method cannot be used, and says why; the rest of it can be changed, and its settings typed anew."""
    method = add(open_desk(drone(settings=First)))
    desk = open_desk(kind)
    [shown] = desk.settings.shipping_methods()
    with pytest.raises(InvalidInputError, match=told) as refused:
        desk.settings.values(shown)
    [quote] = desk.shipping.quotes([mug()])
    renamed = edit(desk, shown, title="Змей")

    assert ("settings_outdated", "settings") == (refused.value.code, refused.value.field)
    assert (method, None) == (shown, quote.price)
    assert ("Змей", method.settings) == (renamed.title, renamed.settings)
    anew = edit(desk, renamed, settings={"cost": rub("6"), "speed": "fast"})
    assert rub("6") == desk.settings.values(anew).cost
    assert [] == list(open_kit().verify())


def test_what_an_upgrade_makes_is_not_stored_if_it_cannot_be_used(open_desk: Open, open_kit: Any) -> None:
    """It is shown as far as it goes, so that it can be mended; a better upgrade finds what was there."""
    method = add(open_desk(drone(settings=First)), amount="13")
    desk = open_desk(second())
    [shown] = desk.settings.shipping_methods()
    renamed = edit(desk, shown, title="Змей")

    assert "cost" in shown.settings
    assert "Змей" == renamed.title
    assert '"price"' in stored_settings(open_kit())
    assert "cost" in renamed.settings
    with pytest.raises(InvalidInputError, match="not thirteen"):
        desk.settings.values(renamed)
    assert rub("13") == open_desk(drone(settings=First)).settings.values(method).price


def test_a_plugin_of_an_earlier_version(open_desk: Open) -> None:
    """Settings of a version that is not there yet are not guessed at."""
    later = open_desk(second())
    settings = {"cost": rub("5"), "speed": "fast"}
    later.settings.add_shipping_method("drone", "Дрон", settings=settings, actor=STAFF, key="d")
    desk = open_desk(drone(settings=First))
    [shown] = desk.settings.shipping_methods()
    with pytest.raises(InvalidInputError, match="install the version of the plugin") as refused:
        desk.settings.values(shown)

    assert "settings_outdated" == refused.value.code
    for version in (3, 0, -1, "1", True, None):
        with pytest.raises(InvalidInputError, match="which it cannot read") as refused:
            edit(later, shown, settings={**settings, "$version": version})
        assert "settings_outdated" == refused.value.code
    assert "Змей" == edit(desk, shown, title="Змей").title
    with pytest.raises(InvalidInputError):
        edit(desk, desk.settings.shipping_methods()[0], settings={"price": rub("1"), "$version": "x"})


def test_an_upgrade_has_a_document_of_its_own(open_desk: Open) -> None:
    """Whatever it does to it, what was read stays."""

    def careless(document: dict[str, Any], version: int) -> dict[str, Any]:
        document["price"]["minor"] += 1
        return upgrade(document, version)

    method = add(open_desk(drone(settings=First)))
    desk = open_desk(second(upgrade=careless))

    assert [rub("5.01")] * 2 == [desk.settings.values(method).cost for _ in range(2)]


@pytest.mark.parametrize(
    "fields",
    [
        {"settings_version": 0},
        {"settings_version": True},
        {"settings_version": "2"},
        {"settings_version": 2},
        {"settings_version": 2, "upgrade": "later"},
        {"upgrade": "later"},
    ],
)
def test_versions_that_cannot_be(fields: dict[str, Any]) -> None:
    """The plugin is told when it makes the type, of whichever kind."""
    for make in (drone, lambda **fields: attrs.evolve(offering(None), **fields)):
        with pytest.raises(SettingsError, match="settings_version") as refused:
            make(**fields)
        assert "bad_descriptor" == refused.value.code
