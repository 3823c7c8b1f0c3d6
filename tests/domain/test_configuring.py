"""Whatever the admin configures is begun and changed alike."""

from typing import Any

import attrs
import pytest

from orderkit.domain import configuring
from tests.domain.making import act
from tests.domain.test_method import COST, cash, courier
from tests.domain.test_rule import mail, promo


@pytest.mark.parametrize("row", [cash(), courier(), mail(), promo()], ids=lambda row: row.noun)
def test_create(row: Any) -> None:
    """A new row is version 1 and tells all its fields; it belongs to no order and nobody."""
    change = configuring.create(row, act())
    told = {difference.field: difference.after for difference in change.entry.differences}

    assert (None, row, 1) == (change.before, change.after, change.entry.version)
    assert f"{row.noun}.created" == change.entry.kind
    assert (None, None) == (change.entry.order_id, change.entry.contact_id)
    assert told == row.snapshot()
    fields = {field.name for field in attrs.fields(type(row))} - {"id", "version"}
    assert fields - {"settings"} == {field for field in told if not field.startswith("settings.")}


@pytest.mark.parametrize(
    ("before", "fields", "told"),
    [
        (cash(), {"active": False}, {"active": (True, False)}),
        (cash(), {"pages": ("a",)}, {"pages": ([], ["a"])}),
        (courier(), {"settings": {}}, {"settings.cost": (COST, None)}),
        (cash(), {"settings": {"a": 1}}, {"settings.a": (None, 1)}),
        (courier(), {"title": "До двери"}, {"title": ("Курьер", "До двери")}),
        (mail(), {"messages": ("paid",)}, {"messages": (["placed", "shipped"], ["paid"])}),
        (promo(), {"position": 2}, {"position": (0, 2)}),
    ],
)
def test_edit(before: Any, fields: dict[str, Any], told: dict[str, Any]) -> None:
    """A change tells what differs; the same again is no change."""
    change = configuring.edit(before, attrs.evolve(before, **fields), act())

    assert change is not None
    assert (2, f"{before.noun}.edited") == (change.after.version, change.entry.kind)
    assert told == {one.field: (one.before, one.after) for one in change.entry.differences}
    assert configuring.edit(before, attrs.evolve(before), act()) is None


@pytest.mark.parametrize("row", [cash(), courier(), mail(), promo()], ids=lambda row: row.noun)
def test_the_code_behind_it(row: Any) -> None:
    """Each calls it by a name of its own, and every one answers to `code`."""
    own = {
        "payment_provider": "provider",
        "carrier": "carrier",
        "channel": "channel",
        "adjuster": "adjuster",
    }

    assert getattr(row, own[row.made_of]) == row.code
