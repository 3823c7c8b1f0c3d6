"""The page of the storefront lists every address with whose it is, and every code that it refuses with."""

from collections.abc import Iterator

from flask import Flask
from orderkit_flask import Host, OrderKitFlask
from orderkit_flask.shop.principals import OPEN, Whose, declared
from orderkit_flask.shop.troubles import OWN
from werkzeug.routing import Rule

from orderkit import OrderKit
from tests.house.tables import code, table

PAGE = "reference/storefront.md"


def addresses() -> Iterator[tuple[str, str, str]]:
    """Method and path, whose it is, and what it is counted as, of every address of the storefront."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    OrderKitFlask(app, OrderKit("sqlite://"), host=Host(may=lambda _permission: True))
    for rule in app.url_map.iter_rules():
        room, _, view = rule.endpoint.rpartition(".")
        if room == "orderkit_shop" and view not in OPEN:
            says = declared(app.view_functions[rule.endpoint])
            assert says is not None
            yield f"{_method(rule)} {rule.rule.replace('<int:', '<')}", says.whose.value, says.act


def _method(rule: Rule) -> str:
    [method] = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    return method


def test_every_address_is_listed() -> None:
    """Pages and those for programs, each once."""
    listed = [
        (code(row["address"]), code(row["whose"]), code(row["counted as"]))
        for heading in ("Pages", "For programs")
        for row in table(PAGE, heading)
    ]

    assert sorted(addresses()) == sorted(listed)


def test_every_principal_is_explained() -> None:
    """A host's developer reads who reaches what."""
    assert list(Whose) == [code(row["whose"]) for row in table(PAGE, "The storefront")]


def test_every_code_is_listed() -> None:
    """Of the storefront's own; one of them is what any form says of its fields."""
    listed = [code(row["code"]) for row in table(PAGE, "Refusals")]

    assert sorted({*OWN, "invalid_input"}) == listed
