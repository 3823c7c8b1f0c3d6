"""Secrets in the form of a method: typed, never shown, kept, changed and taken away; and nowhere else at all."""

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit, walk
from orderkit import Desk, OrderKit, ShippingMethod
from orderkit.plugin import Secret
from tests.making import STAFF, Clock, Maker, mug
from tests.plugins import account, plugin

ClientOf = Callable[..., FlaskClient]
KEY, OTHER = (base64.urlsafe_b64encode(bytes([place]) * 32).decode() for place in (1, 2))
SHIPPING = "/orders/shipping-methods"
TEXT = "sk-live-8Zq"
KEPT = "Уже есть: сохранён, зашифрован. Оставьте пустым, чтобы он остался."


@pytest.fixture
def make_kit(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., OrderKit]]:
    """Call it for a kit on one file, with a carrier that has secrets, as a process would have."""
    kits = []

    def make_kit(**options: Any) -> OrderKit:
        brought = [plugin(account())]
        kit = OrderKit(
            f"sqlite:///{tmp_path}/shop.db", clock=clock, plugins=brought, **{"secret_key": KEY} | options
        )
        kits.append(kit)
        kit.upgrade()
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        return kit

    yield make_kit
    for kit in kits:
        kit.close()


@pytest.fixture
def kit(make_kit: Callable[..., OrderKit]) -> OrderKit:
    return make_kit()


def client_of_kit(kit: OrderKit) -> FlaskClient:
    """A client of the tab of another process on the same file."""
    app = Flask(__name__)
    app.testing, app.secret_key = True, "for tests"
    OrderKitFlask(app, kit, host=Host(may=lambda _: True, site=lambda: "coffee", actor=lambda: STAFF))
    return app.test_client()


def add(desk: Desk, **settings: Any) -> ShippingMethod:
    given = {"password": Secret(TEXT), **settings}
    return desk.settings.add_shipping_method("account", "Договор", settings=given, actor=STAFF, key="k")


def inputs(text: str) -> dict[str, dict[str, str]]:
    """Attributes of each input for a password, by its name."""
    found: list[dict[str, str]] = []
    page = Parsed(text)
    for tag, name, value in page.attributes:
        if tag == "input":
            if not found or name in found[-1] or name == "id":
                found.append({})
            found[-1][name] = value
    return {one["name"]: one for one in found if one.get("type") == "password"}


def test_a_new_one_is_typed(client: FlaskClient, desk: Desk) -> None:
    """Into a field that no browser fills in; the help says how it is kept."""
    page = client.get(f"{SHIPPING}/new/account").text
    drawn = inputs(page)
    answer = submit(client, f"{SHIPPING}/new/account", {"settings.password": f" {TEXT} "}, title="Договор")

    assert ["settings.password", "settings.token"] == list(drawn)
    assert {("off", "false", None)} == {
        (one["autocomplete"], one["spellcheck"], one.get("value")) for one in drawn.values()
    }
    assert (True, False) == tuple("required" in one for one in drawn.values())
    assert "Из кабинета. Хранится зашифрованным и больше не показывается." in Parsed(page).text
    assert "env:ORDERKIT_SECRET_COFFEE__NAME" in page
    assert ".clear" not in page
    assert 303 == answer.status_code
    [method] = desk.settings.shipping_methods()
    assert TEXT == desk.settings.values(method).password.reveal()
    assert desk.settings.values(method).token is None


def test_is_kept_changed_and_taken_away(client: FlaskClient, desk: Desk) -> None:
    """Left empty it stays; typed anew it is another; a box takes away the one that need not be there."""
    method = add(desk, token=Secret("t"))
    address = f"{SHIPPING}/{method.id}"
    page = client.get(address).text

    assert 2 == Parsed(page).text.count(KEPT)
    assert "required" not in inputs(page)["settings.password"]
    assert "settings.token.clear" in page
    assert "settings.password.clear" not in page
    assert 303 == submit(client, address, title="Другой").status_code
    kept = desk.settings.shipping_method(method.id)
    assert (method.settings, "Другой") == (kept.settings, kept.title)
    assert 303 == submit(client, address, {"settings.password": "new"}).status_code
    assert 303 == submit(client, address, {"settings.token.clear": "yes"}).status_code
    values = desk.settings.values(desk.settings.shipping_method(method.id))
    assert ("new", None) == (values.password.reveal(), values.token)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"settings.password": ""}, "Заполните это поле."),
        ({"settings.password": "x" * 101}, "Слишком длинно; не больше 100 знаков."),
        ({"settings.password": "env:PATH"}, "Оттуда читать нельзя."),
        (
            {"settings.password": "env:ORDERKIT_SECRET_COFFEE__NONE"},
            "Там, где его должна держать платформа, ничего нет.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: FlaskClient, desk: Desk, typed: dict[str, str], told: str
) -> None:
    """And that it must be typed again: it is not shown, however it came."""
    answer = submit(client, f"{SHIPPING}/new/account", typed, title="Договор")
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert told in page.text
    assert [("input", "aria-invalid", "true")] == [one for one in page.attributes if one[1] == "aria-invalid"]
    assert bool(typed["settings.password"]) == ("Введите ещё раз" in page.text)
    assert not typed["settings.password"] or typed["settings.password"] not in answer.text
    assert () == desk.settings.shipping_methods()


def test_typed_and_taken_away(client: FlaskClient, desk: Desk) -> None:
    """Both at once is no decision."""
    method = add(desk, token=Secret("t"))
    typed = {"settings.token": "new", "settings.token.clear": "yes"}
    answer = submit(client, f"{SHIPPING}/{method.id}", typed)

    assert 422 == answer.status_code
    assert "Введите новый или отметьте" in Parsed(answer.text).text
    assert method == desk.settings.shipping_method(method.id)


def test_what_must_be_there_is_not_taken_away(client: FlaskClient, desk: Desk) -> None:
    """By a field that the form does not have."""
    method = add(desk)
    client.get(SHIPPING)
    form = Parsed(client.get(f"{SHIPPING}/{method.id}").text).form(f"{SHIPPING}/{method.id}")
    form.fields["settings.password.clear"] = "yes"

    assert 303 == client.post(form.action, data=form.fields).status_code
    assert method.settings == desk.settings.shipping_method(method.id).settings


def test_the_browser_cannot_hand_in_what_is_stored(client: FlaskClient, desk: Desk) -> None:
    """A sealed text from elsewhere is a secret like any other."""
    method = add(desk)
    stored = str(method.settings["password"]["secret"])  # type: ignore[index,call-overload]
    submit(client, f"{SHIPPING}/{method.id}", {"settings.token": stored[:2000]})

    assert stored == desk.settings.values(desk.settings.shipping_method(method.id)).token.reveal()


def test_two_people_change_one_method(client: FlaskClient, desk: Desk) -> None:
    """What one typed is not shown to anybody; it is typed again, and then it counts."""
    method = add(desk)
    address = f"{SHIPPING}/{method.id}"
    form = Parsed(client.get(address).text).form(address)
    desk.settings.edit_shipping_method(attrs.evolve(method, title="Чужой"), actor=STAFF)
    form.put({"settings.password": "mine-44"})
    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert "mine-44" not in answer.text
    assert "Введите ещё раз" in answer.text
    again = Parsed(answer.text).form(address)
    again.put({"settings.password": "mine-44"})
    assert 303 == client.post(again.action, data=again.fields).status_code
    stored = desk.settings.shipping_method(method.id)
    assert ("Чужой", "mine-44") == (stored.title, desk.settings.values(stored).password.reveal())


@pytest.mark.parametrize("key", [OTHER, ""])
def test_a_lost_key(make_kit: Any, kit: OrderKit, key: str) -> None:
    """The tab goes on: list and form say what is the matter, and a new secret mends it if there is a key."""
    told = "Пароль: Он зашифрован другим ключом."
    add(kit.site("coffee"))
    client = client_of_kit(make_kit(secret_key=key))
    [method] = kit.site("coffee").settings.shipping_methods()
    address = f"{SHIPPING}/{method.id}"

    for page in (SHIPPING, address):
        answer = client.get(page)
        assert (200, True) == (answer.status_code, told in Parsed(answer.text).text)
    assert 303 == submit(client, f"{address}/switch", on=SHIPPING).status_code
    assert 303 == submit(client, address, title="Другой").status_code
    answer = submit(client, address, {"settings.password": "anew"})
    if key:
        assert 303 == answer.status_code
        assert told not in Parsed(client.get(SHIPPING).text).text
    else:
        assert "Ключ задаёт разработчик платформы: OrderKit(…, secret_key=…)." in Parsed(answer.text).text


def test_nothing_to_store_it_with(make_kit: Any) -> None:
    """Whoever typed secrets into the form of a host without a key is not told to type them again."""
    client = client_of_kit(make_kit(secret_key=""))
    typed = {"settings.password": TEXT, "settings.token": "tk-77"}
    answer = submit(client, f"{SHIPPING}/new/account", typed, title="Договор")

    assert (422, 1) == (answer.status_code, Parsed(answer.text).text.count("Его нечем зашифровать."))
    assert "Введите ещё раз" not in answer.text


def test_a_place_is_told(client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the platform keeps it is no secret."""
    monkeypatch.setenv("ORDERKIT_SECRET_COFFEE__PASSWORD", TEXT)
    method = add(desk, password=Secret("env:ORDERKIT_SECRET_COFFEE__PASSWORD"))
    told = "его держит платформа: env:ORDERKIT_SECRET_COFFEE__PASSWORD"

    for page in (SHIPPING, f"{SHIPPING}/{method.id}"):
        answer = client.get(page)
        assert told in Parsed(answer.text).text
        assert TEXT not in answer.text


# The connection.


@attrs.frozen
class Reached:
    """A carrier whose server takes one password."""

    settings: Any

    def quote(self, request: ok.QuoteRequest) -> list[ok.Quote]:
        return []

    def check_connection(self) -> list[ok.Problem]:
        if self.settings.password.reveal() == "lost":
            raise OSError(f"no way with {self.settings.password.reveal()}")
        if self.settings.password.reveal() == TEXT:
            return []
        return [
            ok.Problem({"en": "Not accepted.", "ru": "Не подходит."}, "password"),
            ok.Problem("Позвоните нам."),
        ]


def with_check(kit: OrderKit) -> None:
    changed = attrs.evolve(kit.registry.carriers["account"], factory=lambda settings, _: Reached(settings))
    kit.registry = attrs.evolve(kit.registry, carriers={**kit.registry.carriers, "account": changed})


@pytest.mark.parametrize(
    ("password", "told"),
    [
        (TEXT, ["Соединение работает."]),
        ("other", ["Пароль: Не подходит.", "Позвоните нам."]),
        ("lost", ["Расширение не смогло проверить соединение."]),
    ],
)
def test_the_connection_is_checked(
    kit: OrderKit,
    client_of: ClientOf,
    caplog: pytest.LogCaptureFixture,
    password: str,
    told: list[str],
) -> None:
    """By a press, in words; nothing is changed by it, and looking checks nothing."""
    caplog.set_level(logging.DEBUG)
    with_check(kit)
    desk, client = kit.site("coffee"), client_of()
    method = add(desk, password=Secret(password))
    address = f"{SHIPPING}/{method.id}"
    assert [] == [words for words in told if words in Parsed(client.get(address).text).text]
    answer = submit(client, f"{address}/check", on=address)

    page = Parsed(answer.text)
    assert 200 == answer.status_code
    assert [] == [words for words in told if words not in page.text]
    assert (page.text.count("Соединение работает."), method) == (
        int(password == TEXT),
        desk.settings.shipping_method(method.id),
    )
    assert "status" in page.values("role", "div")
    assert "no way with" not in caplog.text + answer.text


def test_who_may_check(kit: OrderKit, client_of: ClientOf, desk: Desk) -> None:
    """Whoever may change a method that has a check; a press by hand is refused, or says that there is none."""
    method = add(desk)
    address = f"{SHIPPING}/{method.id}"
    assert "Проверить соединение" not in client_of().get(address).text
    with_check(kit)
    looker = client_of(may=lambda permission: permission == "settings.view")
    assert "Проверить соединение" not in looker.get(address).text
    assert 403 == looker.post(f"{address}/check").status_code
    assert "Проверить соединение" in client_of().get(address).text
    assert client_of().get(f"{address}/check").status_code in (404, 405)


def test_a_check_that_is_gone(kit: OrderKit, client_of: ClientOf) -> None:
    """The page was opened when what works for the method still had one."""
    made: list[Any] = [Reached]
    changed = attrs.evolve(kit.registry.carriers["account"], factory=lambda settings, _: made[-1](settings))
    kit.registry = attrs.evolve(kit.registry, carriers={**kit.registry.carriers, "account": changed})
    client = client_of()
    method = add(kit.site("coffee"))
    form = Parsed(client.get(f"{SHIPPING}/{method.id}").text).form(f"{SHIPPING}/{method.id}/check")
    made.append(lambda _: None)
    answer = client.post(form.action, data=form.fields)

    assert 200 == answer.status_code
    assert "Расширение этого способа не умеет проверять соединение." in Parsed(answer.text).text


def test_it_is_found_nowhere(
    make_kit: Any,
    kit: OrderKit,
    client_of: ClientOf,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No page, no journal, no log, no error, no row and no file has it, however the form was sent."""
    caplog.set_level(logging.DEBUG)
    client, desk = client_of(actor=lambda: STAFF), kit.site("coffee")
    make = Maker(desk)
    new = f"{SHIPPING}/new/account"
    sent = [
        submit(client, new, {"settings.password": TEXT}, title=""),
        submit(client, new, {"settings.password": TEXT, "settings.token": TEXT}, title="Договор"),
    ]
    [method] = desk.settings.shipping_methods()
    address = f"{SHIPPING}/{method.id}"
    sent += [
        submit(client, address, {"settings.password": f"{TEXT}-2"}),
        submit(client, address, {"settings.password": f"env:{TEXT}"}),
        submit(client, address, {"settings.password": f"file:{TEXT}"}),
        submit(client_of_kit(make_kit(secret_key="")), address, {"settings.password": TEXT}),
        submit(client_of_kit(make_kit(secret_key=OTHER)), address, {"settings.login": "olga"}),
        client.post(address, data={"settings.password": TEXT}),
    ]
    make.order(lines=[mug()])
    desk.shipping.quotes([mug()])
    pages = [answer for _, answer in walk(client)]
    values = desk.settings.values(desk.settings.shipping_method(method.id))

    assert [422, 303, 303, 422, 422, 422, 422, 400] == [answer.status_code for answer in sent]
    assert f"{TEXT}-2" == values.password.reveal()
    assert 10 < len(pages)
    for answer in [*sent, *pages]:
        assert TEXT not in answer.text + str(answer.headers)
    assert caplog.text
    assert TEXT not in caplog.text + "".join(record.exc_text or "" for record in caplog.records)
    assert TEXT not in repr(values) + repr(attrs.asdict(values)) + repr(desk.settings.shipping_methods())
    files = list(tmp_path.glob("shop.db*"))
    assert files
    assert [] == [file for file in files if TEXT.encode() in file.read_bytes()]
