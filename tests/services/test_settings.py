"""Methods and rules are added once for each key and edited at the version seen."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import attrs
import pytest
from orderkit_flat_rate import FlatRateSettings

import orderkit.plugin as ok
from orderkit import Desk, Money, OrderKit
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError
from orderkit.storage.writing import Store
from tests.backends import Backends
from tests.counting import statements
from tests.making import OTHER_STAFF, STAFF, Clock, Maker, contents, execute, rub
from tests.plugins import adjusting, drone, offering, plugin, sending
from tests.services.meanwhile import meanwhile

ADD: dict[str, Callable[[Desk, str], Any]] = {
    "payment": lambda desk, title: desk.settings.add_payment_method("cash", title, actor=STAFF, key="k"),
    "shipping": lambda desk, title: desk.settings.add_shipping_method(
        "flat-rate", title, settings={"cost": rub("1")}, actor=STAFF, key="k"
    ),
    "notification": lambda desk, title: desk.settings.add_notification_rule(
        "pigeon", title, actor=STAFF, key="k"
    ),
    "price": lambda desk, title: desk.settings.add_price_rule("haggling", title, actor=STAFF, key="k"),
}
OWN = {"plugins": [plugin(sending(None), adjusting(()))], "strict": True}


@pytest.fixture
def any_kit(open_kit: Callable[..., OrderKit]) -> OrderKit:
    """As elsewhere, with a channel and an adjuster besides."""
    kit = open_kit(**OWN)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    return kit


@pytest.fixture
def kit(clock: Clock, backends: Backends) -> Iterator[OrderKit]:
    """As elsewhere, with a channel and an adjuster besides."""
    kit = OrderKit("sqlite://", clock=clock, **OWN)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


def all_like(desk: Desk, row: Any) -> tuple[Any, ...]:
    """All rows of the same class."""
    found: tuple[Any, ...] = getattr(desk.settings, f"{row.noun}s")()
    return found


def edit(desk: Desk, method: Any, actor: Any = STAFF, **fields: Any) -> Any:
    verb = getattr(desk.settings, f"edit_{method.noun}")
    return verb(attrs.evolve(method, **fields), actor=actor)


@pytest.mark.parametrize("kind", ADD)
def test_the_same_key_adds_once(any_kit: OrderKit, any_desk: Desk, kind: str) -> None:
    """A repeated request is answered with the method it made; another one with that key is refused."""
    first = ADD[kind](any_desk, "А")
    before = contents(any_kit)
    again = ADD[kind](any_desk, "А")
    with pytest.raises(ConflictError) as refused:
        ADD[kind](any_desk, "Б")

    assert first == again
    assert "key_reused" == refused.value.code
    assert before == contents(any_kit)


@pytest.mark.parametrize("kind", ADD)
def test_edits(any_kit: OrderKit, any_desk: Desk, kind: str) -> None:
    """An edit is a new version; the same values change nothing."""
    method = ADD[kind](any_desk, "А")
    edited = edit(any_desk, method, title="Б", active=False)

    assert (2, "Б", False) == (edited.version, edited.title, edited.active)
    assert edited == edit(any_desk, edited)
    assert (edited,) == all_like(any_desk, method)
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize("kind", ADD)
def test_what_the_journal_does_not_tell(kit: OrderKit, desk: Desk, kind: str) -> None:
    """A row that was changed behind the desk's back is found."""
    row = ADD[kind](desk, "А")
    execute(kit, f"UPDATE orderkit_{row.noun}s SET title = 'Б'")

    assert [("journal", f"orderkit_{row.noun}s {row.id}")] == [(one.check, one.row) for one in kit.verify()]


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("kind", ADD)
def test_a_stale_version(desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str, late: bool) -> None:
    """Late or overtaken, the refusal names what was changed and by whom."""
    method = ADD[kind](desk, "А")

    def overtake() -> None:
        edit(desk, method, OTHER_STAFF, position=5)

    if late:
        overtake()
    else:
        meanwhile(monkeypatch, overtake)
    with pytest.raises(ConflictError) as refused:
        edit(desk, method, title="Б")

    assert ("stale_version", ("position",), "Пётр") == (
        refused.value.code,
        refused.value.changed,
        refused.value.changed_by,
    )


@pytest.mark.parametrize("kind", ADD)
def test_other_conflicts_keep_their_code(desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A refusal for another reason than the version is handed on."""
    method = ADD[kind](desk, "А")

    def contradict(*_: object) -> None:
        raise ConflictError("planted", code="constraint")

    monkeypatch.setattr(Store, "save", contradict)
    with pytest.raises(ConflictError, match="planted"):
        edit(desk, method, title="Б")


def test_order_of_display(any_desk: Desk) -> None:
    """Primary first, then by position, then by title; switched off ones are listed too."""
    add = any_desk.settings.add_payment_method
    for title, fields in {
        "Б": {},
        "А": {"active": False},
        "В": {"position": -1},
        "Г": {"is_primary": True},
    }.items():
        add("cash", title, actor=STAFF, key=title, **fields)

    assert ["Г", "В", "А", "Б"] == [method.title for method in any_desk.settings.payment_methods()]


def test_settings_are_stored_in_full(any_kit: OrderKit, any_desk: Desk) -> None:
    """What the class reads is stored, defaults included; the journal tells of each setting."""
    method = any_desk.settings.add_shipping_method(
        "flat-rate", "Курьер", settings={"cost": rub("300")}, actor=STAFF, key="k"
    )
    as_stored = any_desk.settings.add_shipping_method(
        "flat-rate", "Другой", settings=method.settings, actor=STAFF, key="l"
    )
    as_instance = any_desk.settings.add_shipping_method(
        "flat-rate", "Третий", settings=any_desk.settings.values(method), actor=STAFF, key="m"
    )

    assert {"cost": {"minor": 30_000, "currency": "RUB"}, "free_from": None} == method.settings
    assert [method.settings] * 2 == [as_stored.settings, as_instance.settings]
    assert FlatRateSettings(cost=rub("300")) == any_desk.settings.values(method)
    assert ["cost", "free_from"] == [field.name for field in any_desk.settings.fields(method)]
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize(
    ("settings", "code", "field"),
    [
        (None, "empty", "settings.cost"),
        ({}, "empty", "settings.cost"),
        ({"cost": rub("1"), "wings": 2}, "unknown_setting", "settings.wings"),
        ({"cost": Money.of("1", "EUR")}, "other_currency", "settings.cost"),
        ({"cost": rub("-1")}, "negative", "settings.cost"),
        ({"cost": 1.5}, "not_plain", "settings.cost"),
        ("cost", "not_plain", "settings"),
    ],
)
def test_settings_of_no_use(
    kit: OrderKit, desk: Desk, make: Maker, settings: Any, code: str, field: str
) -> None:
    """They are refused by name when a method is added and when it is edited, and nothing is stored."""
    courier = make.courier()
    before = contents(kit)
    refusals = []
    with pytest.raises(InvalidInputError) as refused:
        desk.settings.add_shipping_method("flat-rate", "X", settings=settings, actor=STAFF, key="k")
    refusals.append(refused.value)
    with pytest.raises(InvalidInputError) as refused:
        edit(desk, courier, settings={} if settings is None else settings)
    refusals.append(refused.value)

    assert [(code, field)] * 2 == [(refusal.code, refusal.field) for refusal in refusals]
    assert before == contents(kit)


def test_unknown_types(desk: Desk) -> None:
    """The types that are known are listed."""
    with pytest.raises(InvalidInputError, match="known: bank-transfer, cash") as no_provider:
        desk.settings.add_payment_method("barter", "X", actor=STAFF, key="k")
    with pytest.raises(InvalidInputError, match="known: flat-rate, pickup") as no_carrier:
        desk.settings.add_shipping_method("drone", "X", actor=STAFF, key="k")

    with pytest.raises(InvalidInputError, match=r"no channel 'drone'; known: .*pigeon") as no_channel:
        desk.settings.add_notification_rule("drone", "X", actor=STAFF, key="k")
    with pytest.raises(InvalidInputError, match=r"no adjuster 'drone'; known: .*haggling") as no_adjuster:
        desk.settings.add_price_rule("drone", "X", actor=STAFF, key="k")

    assert ("unknown_channel", "channel") == (no_channel.value.code, no_channel.value.field)
    assert ("unknown_adjuster", "adjuster") == (no_adjuster.value.code, no_adjuster.value.field)
    assert ("unknown_provider", "provider") == (no_provider.value.code, no_provider.value.field)
    assert ("unknown_carrier", "carrier") == (no_carrier.value.code, no_carrier.value.field)


def test_what_the_type_says(open_kit: Callable[..., OrderKit]) -> None:
    """Whether staff mark payments, and whether an address is asked for, follows from the type."""
    kit = open_kit(plugins=[plugin(drone(), offering(None, offline=False))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    settings = kit.site("coffee").settings
    barter = settings.add_payment_method("barter", "Мена", actor=STAFF, key="b")
    pickup = settings.add_shipping_method("pickup", "Самовывоз", actor=STAFF, key="p")
    at_door = settings.add_shipping_method("pickup", "К двери", needs_address=True, actor=STAFF, key="q")

    assert (False, False, True) == (barter.offline, pickup.needs_address, at_door.needs_address)
    assert not settings.edit_payment_method(
        attrs.evolve(barter, offline=True, title="Б"), actor=STAFF
    ).offline
    assert ["barter", "stripe", "bank-transfer", "cash", "yookassa"] == [
        kind.code for kind in settings.payment_providers("ru")
    ]
    assert ["drone", "flat-rate", "pickup"] == [kind.code for kind in settings.carriers()]
    assert ["drone", "pickup", "flat-rate"] == [kind.code for kind in settings.carriers("ru")]


def test_where_to_follow_it(open_kit: Callable[..., OrderKit]) -> None:
    """The carrier knows the page that tells where a parcel is; a method may name another, or none."""
    link = "https://drone.example/?c={code}"
    kit = open_kit(plugins=[plugin(drone(tracking_url=link))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    add = partial(kit.site("coffee").settings.add_shipping_method, "drone", "По воздуху", actor=STAFF)
    fee = {"per_flight": rub(500)}
    other = "https://other.example/{code}"

    assert link == add(settings=fee, key="a").tracking_url
    assert other == add(settings=fee, key="b", tracking_url=other).tracking_url
    assert "" == add(settings=fee, key="c", tracking_url="").tracking_url
    with pytest.raises(ConflictError) as reused:
        add(settings=fee, key="a", tracking_url="")
    assert "key_reused" == reused.value.code


@attrs.frozen
class Careless:
    """The class does not take its own default."""

    height: int = ok.setting(label="Height", default=0, minimum=1)


def test_what_is_stored_can_be_read(open_kit: Callable[..., OrderKit]) -> None:
    """Settings that could not be read again are refused by name before they are stored."""
    kit = open_kit(plugins=[plugin(drone(settings=Careless))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    settings = kit.site("coffee").settings
    with pytest.raises(InvalidInputError) as refused:
        settings.add_shipping_method("drone", "Дрон", actor=STAFF, key="a")
    method = settings.add_shipping_method("drone", "Дрон", settings={"height": 2}, actor=STAFF, key="b")

    assert ("out_of_range", "settings.height") == (refused.value.code, refused.value.field)
    assert (method,) == settings.shipping_methods()
    assert Careless(height=2) == settings.values(method)


def test_a_setting_that_a_plugin_drops(open_kit: Callable[..., OrderKit]) -> None:
    """Methods that were stored with it go on working; whoever enters it anew is told that it is gone."""
    before = open_kit(plugins=[plugin(drone())], strict=True)
    before.sites.ensure("coffee", currency="RUB")
    method = before.site("coffee").settings.add_shipping_method(
        "drone", "Дрон", settings={"per_flight": rub("5")}, actor=STAFF, key="d"
    )
    desk = open_kit(plugins=[plugin(drone(settings=Careless))], strict=True).site("coffee")
    renamed = edit(desk, method, title="Змей")
    with pytest.raises(InvalidInputError) as refused:
        edit(desk, renamed, settings={"height": 3, "per_flight": rub("5")})

    assert Careless() == desk.settings.values(renamed)
    assert method.settings == renamed.settings
    assert ("unknown_setting", "settings.per_flight") == (refused.value.code, refused.value.field)
    assert {"height": 3} == edit(desk, renamed, settings={"height": 3}).settings


def test_another_provider(desk: Desk, make: Maker) -> None:
    """A method may change hands: its settings are then those of the other class."""
    cash = make.cash()
    moved = edit(desk, cash, provider="bank-transfer", settings={"details": "р/с 1"})
    with pytest.raises(InvalidInputError) as refused:
        edit(desk, moved, provider="cash")

    assert ("bank-transfer", {"details": "р/с 1"}) == (moved.provider, moved.settings)
    assert ("unknown_setting", "settings.details") == (refused.value.code, refused.value.field)


def test_a_missing_plugin(open_kit: Callable[..., OrderKit]) -> None:
    """Its methods and rules are shown, renamed and switched off as before; only their settings cannot be changed."""
    with_plugin = open_kit(plugins=[plugin(drone(), offering(None), sending(None), adjusting(()))])
    with_plugin.sites.ensure("coffee", currency="RUB")
    settings = with_plugin.site("coffee").settings
    made = (
        settings.add_shipping_method("drone", "А", settings={"per_flight": rub("5")}, actor=STAFF, key="d"),
        settings.add_payment_method("barter", "А", actor=STAFF, key="b"),
        settings.add_notification_rule("pigeon", "А", actor=STAFF, key="p"),
        settings.add_price_rule("haggling", "А", actor=STAFF, key="h"),
    )

    kit = open_kit()
    desk = kit.site("coffee")
    for method in made:
        assert (method,) == all_like(desk, method)
        renamed = edit(desk, method, title="Старое", active=False)
        assert ("Старое", False, method.settings) == (renamed.title, renamed.active, renamed.settings)
        assert () == desk.settings.fields(method)
        with pytest.raises(InvalidInputError, match="Install its plugin"):
            desk.settings.values(method)
        with pytest.raises(InvalidInputError, match="Install its plugin"):
            edit(desk, renamed, settings={"a": 1})
    assert [] == list(kit.verify())


@pytest.mark.parametrize("kind", ADD)
def test_one_row(any_desk: Desk, kind: str) -> None:
    """A method or a rule is found by its id among its own, and nowhere else."""
    row = ADD[kind](any_desk, "А")

    assert row == getattr(any_desk.settings, row.noun)(row.id)
    for noun in {"payment_method", "shipping_method", "notification_rule", "price_rule"} - {row.noun}:
        with pytest.raises(NotFoundError) as refused:
            getattr(any_desk.settings, noun)(row.id)
        assert f"{noun.rpartition('_')[2]}_not_found" == refused.value.code


@pytest.mark.parametrize("kind", ADD)
def test_a_double_click_edits_once(any_kit: OrderKit, any_desk: Desk, kind: str) -> None:
    """With a key the same edit again is answered with the method as it stands; another edit is refused."""
    method = ADD[kind](any_desk, "А")
    verb = getattr(any_desk.settings, f"edit_{method.noun}")
    renamed = attrs.evolve(method, title="Б")
    first = verb(renamed, actor=STAFF, key="form")
    before = contents(any_kit)
    again = verb(renamed, actor=STAFF, key="form")
    codes = []
    for other, key in ((attrs.evolve(method, title="В"), "form"), (renamed, ""), (renamed, "other")):
        with pytest.raises(ConflictError) as refused:
            verb(other, actor=STAFF, key=key)
        codes.append(refused.value.code)

    assert first == again
    assert ["key_reused", "stale_version", "stale_version"] == codes
    assert before == contents(any_kit)


def test_arranging(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Methods stand as they were put, the rest behind them; all of it is one commit, and the same again none."""
    first, second, third = (any_make.courier(title=title) for title in "АБВ")
    with statements(any_kit) as asked:
        arranged = any_desk.settings.arrange_shipping_methods([third.id, first.id], actor=STAFF)
    before = contents(any_kit)
    again = any_desk.settings.arrange_shipping_methods([third.id, first.id], actor=STAFF)

    assert [("В", 1), ("А", 2), ("Б", 3)] == [(method.title, method.position) for method in arranged]
    assert 1 == asked.count("COMMIT")
    assert arranged == again == any_desk.settings.shipping_methods()
    assert before == contents(any_kit)
    assert [] == list(any_kit.verify())
    assert second.id == arranged[2].id


def test_arranging_payment_methods(any_desk: Desk, any_make: Maker) -> None:
    """The primary one stays first, wherever it was put."""
    first, second, third = (any_make.cash(title) for title in "АБВ")
    edit(any_desk, third, is_primary=True)
    arranged = any_desk.settings.arrange_payment_methods([second.id, first.id, third.id], actor=STAFF)

    assert ["В", "Б", "А"] == [method.title for method in arranged]


def test_arranging_what_cannot_be(kit: OrderKit, desk: Desk, make: Maker) -> None:
    """One named twice, or one of another kind, and nothing is moved."""
    cash, courier = make.cash(), make.courier()
    before = contents(kit)
    with pytest.raises(InvalidInputError) as twice:
        desk.settings.arrange_payment_methods([cash.id, cash.id], actor=STAFF)
    with pytest.raises(NotFoundError) as unknown:
        desk.settings.arrange_payment_methods([cash.id, courier.id], actor=STAFF)

    assert ("named_twice", "method_not_found") == (twice.value.code, unknown.value.code)
    assert before == contents(kit)


@pytest.mark.parametrize("kind", ["notification", "price"])
def test_arranging_rules(kit: OrderKit, desk: Desk, kind: str) -> None:
    """They are put in order as methods are."""
    noun, code = f"{kind}_rule", {"notification": "pigeon", "price": "haggling"}[kind]
    add, arrange = getattr(desk.settings, f"add_{noun}"), getattr(desk.settings, f"arrange_{noun}s")
    first, second = (add(code, title, actor=STAFF, key=title) for title in "АБ")
    arranged = arrange([second.id], actor=STAFF)

    assert [("Б", 1), ("А", 2)] == [(rule.title, rule.position) for rule in arranged]
    assert arranged == all_like(desk, first)
    assert [] == list(kit.verify())
    with pytest.raises(NotFoundError) as refused:
        arrange([uuid4()], actor=STAFF)
    assert "rule_not_found" == refused.value.code


def test_a_notification_rule(any_kit: OrderKit, any_desk: Desk) -> None:
    """It comes back as it was given; unless said otherwise it tells of everything."""
    link = "https://shop.example/order/{token}"
    rule = any_desk.settings.add_notification_rule(
        "pigeon",
        "Голуби",
        messages=["shipped"],
        language="ru",
        order_url=link,
        position=4,
        actor=STAFF,
        key="a",
    )
    plain = any_desk.settings.add_notification_rule("pigeon", "Просто", actor=STAFF, key="b")

    assert (("shipped",), "ru", link, 4) == (rule.messages, rule.language, rule.order_url, rule.position)
    assert (("placed", "paid", "shipped", "cancelled"), "en", "") == (
        plain.messages,
        plain.language,
        plain.order_url,
    )
    assert (plain, rule) == any_desk.settings.notification_rules()
    assert edit(any_desk, rule, messages=()) == any_desk.settings.notification_rule(rule.id)
    assert [] == list(any_kit.verify())
