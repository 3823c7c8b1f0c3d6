"""Secrets of methods: stored sealed, changed without being told, and lost without anything else being lost."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, OrderKit, ShippingMethod
from orderkit.errors import ConflictError, InvalidInputError
from tests.making import STAFF, contents, mug
from tests.plugins import AccountSettings, account, offering, plugin
from tests.services.test_settings import edit

OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([place]) * 32).decode() for place in (1, 2, 3))
TEXT = "sk-live-8Zq"
OURS = "ORDERKIT_SECRET_COFFEE__PASSWORD"
Open = Callable[..., Desk]


@pytest.fixture
def open_desk(open_kit: Callable[..., OrderKit]) -> Iterator[Open]:
    """Call it for the desk of a kit with these keys, on the same database."""

    def open_desk(*keys: str) -> Desk:
        kit = open_kit(plugins=[plugin(account())], strict=True, secret_key=keys)
        kit.sites.ensure("coffee", currency="RUB")
        return kit.site("coffee")

    return open_desk


def add(desk: Desk, text: str = TEXT, **settings: Any) -> ShippingMethod:
    given = {"password": ok.Secret(text), **settings}
    return desk.settings.add_shipping_method("account", "Договор", settings=given, actor=STAFF, key="k")


def again(method: ShippingMethod, **settings: Any) -> dict[str, Any]:
    return {**method.settings, **settings}


def test_is_stored_sealed(open_desk: Open, open_kit: Any) -> None:
    """The plugin gets it; neither a row nor the method tells it."""
    desk = open_desk(OLD)
    method = add(desk, login="olga", token=ok.Secret("t-" + TEXT))

    values = desk.settings.values(method)
    assert (TEXT, "t-" + TEXT, "olga") == (values.password.reveal(), values.token.reveal(), values.login)
    stored = open_kit()
    assert TEXT not in repr(contents(stored)) + repr(method) + repr(method.snapshot()) + repr(values)
    assert TEXT not in repr(method.settings)
    assert "fernet:" not in repr(method) + repr(method.snapshot()) + repr(
        contents(stored)["orderkit_journal"]
    )
    assert [] == list(stored.verify())


def test_an_instance_of_the_class(open_desk: Open) -> None:
    """As any settings may be given."""
    desk = open_desk(OLD)
    values = attrs.evolve(desk.settings.values(add(desk)), password=ok.Secret("new"))
    method = edit(desk, add(desk), settings=values)

    assert "new" == desk.settings.values(method).password.reveal()


def test_the_journal_tells_that_it_was_changed(open_desk: Open, open_kit: Any) -> None:
    """And not what it was, nor what it is; one that was not given anew stays, and is no change."""
    desk = open_desk(OLD)
    method = add(desk)
    kept = edit(desk, method, settings=again(method, login="olga"))
    changed = edit(desk, kept, settings=again(kept, password=ok.Secret("another")))

    assert method.settings["password"] == kept.settings["password"] != changed.settings["password"]
    assert "another" == desk.settings.values(changed).password.reveal()
    edits = [row for row in contents(open_kit())["orderkit_journal"] if "shipping_method.edited" in row]
    assert [["settings.login"], ["settings.password"]] == sorted(
        re.findall(r"settings\.\w+", row) for row in edits
    )
    assert "another" not in repr(edits)


def test_taking_it_away(open_desk: Open) -> None:
    """One that need not be there may be; one that must be there may not."""
    desk = open_desk(OLD)
    method = add(desk, token=ok.Secret("t"))
    without = edit(desk, method, settings=again(method, token=None))
    with pytest.raises(InvalidInputError) as refused:
        edit(desk, without, settings=again(without, password=None))

    assert desk.settings.values(without).token is None
    assert ("not_secret", "settings.password") == (refused.value.code, refused.value.field)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (TEXT, "not_secret"),
        ({"secret": TEXT}, "secret_unreadable"),
        ({"secret": f"fernet:{TEXT}"}, "secret_unreadable"),
        ({"secret": "env:PATH"}, "secret_out_of_bounds"),
        (ok.Secret("env:PATH"), "secret_out_of_bounds"),
        (ok.Secret("file:/etc/passwd"), "secret_out_of_bounds"),
        (ok.Secret(f"env:{OURS}"), None),
        (ok.Secret(TEXT * 10), "too_long"),
        (ok.Secret(TEXT + "\0"), "control_characters"),
        (ok.Secret("  "), "empty"),
    ],
)
def test_what_is_refused(
    open_desk: Open, monkeypatch: pytest.MonkeyPatch, given: Any, code: str | None
) -> None:
    """A bare text, which would be told on its way; what no key opens; a place that is none of the site's."""
    monkeypatch.setenv(OURS, TEXT)
    desk = open_desk(OLD)
    if code is None:
        method = edit(desk, add(desk), settings={"password": given})
        assert TEXT == desk.settings.values(method).password.reveal()
        return
    with pytest.raises(InvalidInputError) as refused:
        edit(desk, add(desk), settings={"password": given})

    assert (code, "settings.password") == (refused.value.code, refused.value.field)
    error: BaseException | None = refused.value
    while error is not None:
        assert TEXT not in repr(error)
        error = error.__cause__


def test_without_a_key(open_desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed is refused in words for whoever develops the platform; what the platform keeps is not."""
    desk = open_desk()
    with pytest.raises(InvalidInputError, match=r"OrderKit\(url, secret_key=…\)") as refused:
        add(desk)
    monkeypatch.setenv(OURS, TEXT)
    method = add(desk, f"env:{OURS}")

    assert ("no_secret_key", "settings.password") == (refused.value.code, refused.value.field)
    assert TEXT == desk.settings.values(method).password.reveal()


def test_a_lost_key(open_desk: Open) -> None:
    """The method cannot be used, and says why; it can be renamed, switched off, and given its secret anew."""
    method = add(open_desk(OLD), login="olga")
    desk = open_desk(OTHER)
    with pytest.raises(InvalidInputError) as refused:
        desk.settings.values(method)
    renamed = edit(desk, method, title="Старое", active=False)
    with pytest.raises(InvalidInputError) as kept:
        edit(desk, renamed, settings=again(renamed, login="petr"))
    [quote] = desk.shipping.quotes([mug()])
    anew = edit(desk, renamed, settings=again(renamed, password=ok.Secret("anew")))

    for error in (refused.value, kept.value):
        assert ("secret_unreadable", "settings.password") == (error.code, error.field)
    assert (None, True) == (quote.price, bool(quote.reason))
    assert method.settings == renamed.settings
    assert "anew" == desk.settings.values(anew).password.reveal()


@pytest.mark.parametrize("fields", [{}, {"title": "Старое"}, {"settings": {"login": "petr"}}])
def test_a_new_key(open_desk: Open, open_kit: Any, fields: dict[str, Any]) -> None:
    """The next save, whatever it changes, seals with it; then the old one may go."""
    method = add(open_desk(OLD))
    if "settings" in fields:
        fields = {"settings": again(method, **fields["settings"])}
    saved = edit(open_desk(NEW, OLD), method, **fields)

    assert TEXT == open_desk(NEW).settings.values(saved).password.reveal()
    assert (2, saved) == (saved.version, edit(open_desk(NEW, OLD), saved))
    assert [] == list(open_kit().verify())


def reused_by_a_payment_method(open_kit: Any) -> str:
    """With another secret it is another request there too."""
    kind = attrs.evolve(offering(ok.Offer()), settings=AccountSettings)
    add = open_kit(plugins=[plugin(kind)], secret_key=OLD).site("coffee").settings.add_payment_method
    for text in (TEXT, TEXT):
        add("barter", "Мена", settings={"password": ok.Secret(text)}, actor=STAFF, key="p")
    with pytest.raises(ConflictError) as refused:
        add("barter", "Мена", settings={"password": ok.Secret("another")}, actor=STAFF, key="p")
    return refused.value.code


def test_the_same_request(open_desk: Open, open_kit: Any) -> None:
    """Sent twice it is done once, though it is sealed another way each time; with another secret it is another one."""
    desk = open_desk(OLD)
    method = add(desk)
    repeated = add(desk)
    with pytest.raises(ConflictError) as refused:
        add(desk, "another")
    wanted = attrs.evolve(method, settings=again(method, password=ok.Secret("new")))
    edited = [desk.settings.edit_shipping_method(wanted, actor=STAFF, key="e") for _ in range(2)]
    other = attrs.evolve(method, settings=again(method, password=ok.Secret("newer")))
    with pytest.raises(ConflictError) as reused:
        desk.settings.edit_shipping_method(other, actor=STAFF, key="e")

    assert method == repeated
    assert edited[0] == edited[1]
    assert "key_reused" == reused_by_a_payment_method(open_kit)
    assert ["key_reused"] * 2 == [refused.value.code, reused.value.code]
