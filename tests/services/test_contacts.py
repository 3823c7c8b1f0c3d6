"""Contacts: known by their reference, followed in versions, shown with what they did."""

import pytest

from orderkit import ContactDetails, Desk, OrderKit
from orderkit.errors import ConflictError
from orderkit.storage.writing import Store
from tests.making import ANNA, OTHER_STAFF, STAFF, Maker, contents, execute
from tests.services.meanwhile import meanwhile


def test_ensure_finds_or_makes(any_kit: OrderKit, any_desk: Desk) -> None:
    """The same reference is the same person, however it is spaced; details are those given first."""
    first = any_desk.contacts.ensure("crm", "7", actor=STAFF, details=ANNA)
    before = contents(any_kit)
    again = any_desk.contacts.ensure(" crm ", " 7", actor=STAFF, details=ContactDetails("Другая"))

    assert first == again
    assert before == contents(any_kit)
    assert first.id != any_desk.contacts.ensure("shop", "7", actor=STAFF).id


def test_ensure_overtaken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made by somebody else between looking and making, it is theirs that is answered."""
    made = []
    meanwhile(monkeypatch, lambda: made.append(desk.contacts.ensure("crm", "7", actor=OTHER_STAFF)))
    found = desk.contacts.ensure("crm", "7", actor=STAFF)

    assert made == [found]


def test_ensure_refused(desk: Desk, kit: OrderKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the database refuses for another reason is not mistaken for somebody faster."""
    one = desk.contacts.create(ANNA, actor=STAFF)
    monkeypatch.setattr("orderkit.kit.new_uuid", lambda: one.id)
    with pytest.raises(ConflictError) as refused:
        desk.contacts.ensure("crm", "7", actor=STAFF)

    assert "constraint" == refused.value.code


def test_edits_follow_in_versions(any_kit: OrderKit, any_desk: Desk) -> None:
    """New details follow the old ones, which are kept; the same details change nothing."""
    contact = any_desk.contacts.create(ANNA, actor=STAFF)
    new = ContactDetails("Анна Пак", ANNA.email, ANNA.phone)
    edited = any_desk.contacts.edit(contact.id, new, actor=STAFF, expected_version=1)
    same = any_desk.contacts.edit(contact.id, new, actor=STAFF, expected_version=2)
    forgotten = any_desk.contacts.edit(contact.id, ContactDetails(), actor=STAFF, expected_version=2)

    assert (2, new, edited) == (edited.version, edited.details, same)
    assert (3, False) == (forgotten.version, any_desk.contacts.get(contact.id).is_lead)
    assert 2 == execute(any_kit, "UPDATE orderkit_details SET comment = ''")
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize("late", [True, False])
def test_a_stale_version(desk: Desk, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    """Late or overtaken, the refusal names what was changed and by whom."""
    contact = desk.contacts.create(ANNA, actor=STAFF)

    def overtake() -> None:
        desk.contacts.edit(contact.id, ContactDetails("Б"), actor=OTHER_STAFF, expected_version=1)

    if late:
        overtake()
    else:
        meanwhile(monkeypatch, overtake)
    with pytest.raises(ConflictError) as refused:
        desk.contacts.edit(contact.id, ContactDetails("А"), actor=STAFF, expected_version=1)

    assert ("stale_version", ("details",), "Пётр") == (
        refused.value.code,
        refused.value.changed,
        refused.value.changed_by,
    )


def test_profile(any_desk: Desk, any_make: Maker) -> None:
    """The profile shows details, orders and one journal of all that the person's orders went through."""
    order = any_make.full_order()
    view = any_desk.contacts.view(order.contact_id)

    assert (ANNA, {order.id: order.number}) == (view.contact.details, view.order_numbers)
    assert [order.number] == [row.number for row in view.orders]
    assert {
        "contact.created",
        "order.created",
        "payment.recorded",
        "payment.refunded",
        "order.status_changed",
    } == {entry.kind for entry in view.journal}


def test_profile_knows_every_version_of_the_details(any_desk: Desk, any_make: Maker) -> None:
    """What was told earlier is kept for the journal; what belongs to an order's recipient is not among it."""
    order = any_make.full_order()
    changed = ContactDetails("Анна Ли")
    any_desk.contacts.edit(order.contact_id, changed, actor=STAFF, expected_version=1)
    view = any_desk.contacts.view(order.contact_id)

    assert {ANNA, changed} == set(view.details.values())
    assert 2 == len(view.details)
    assert changed == view.details[view.contact.details_id]


def test_other_conflicts_keep_their_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal for another reason than the version is handed on."""
    contact = desk.contacts.create(ANNA, actor=STAFF)

    def contradict(*_: object) -> None:
        raise ConflictError("planted", code="constraint")

    monkeypatch.setattr(Store, "save", contradict)
    with pytest.raises(ConflictError, match="planted"):
        desk.contacts.edit(contact.id, ContactDetails("А"), actor=STAFF, expected_version=1)


def test_by_reference(any_desk: Desk) -> None:
    """A contact is found by source and reference together."""
    contact = any_desk.contacts.ensure("crm", "7", actor=STAFF)

    assert contact == any_desk.contacts.by_ref("crm", "7")
    assert None is any_desk.contacts.by_ref("shop", "7")
