"""Visitors: met and found by their token, which nobody else learns; signed in; looking at pages."""

from collections.abc import Callable
from datetime import date

import attrs
import pytest

from orderkit import ContactDetails, CustomerRef, Desk, OrderKit, PageVisits, Visit, Visitor
from orderkit.errors import InvalidInputError, NotFoundError
from tests.counting import statements
from tests.making import ANNA, STAFF, Clock, Maker, contents, mug
from tests.services.meanwhile import meanwhile

CUSTOMER = CustomerRef("42", ANNA)


def test_meeting(any_kit: OrderKit, any_desk: Desk) -> None:
    """Somebody new is a guest, found again by the token alone; whoever is known is met without a change."""
    visitor, token = any_desk.visitors.meet()
    before = contents(any_kit)
    again, same = any_desk.visitors.meet(token)

    assert (visitor, token) == (again, same)
    assert visitor == any_desk.visitors.find(token)
    assert before == contents(any_kit)
    assert not any_desk.contacts.get(visitor.contact_id).is_lead
    assert ["visitor.met", "contact.created"] == [
        entry.kind for entry in any_desk.contacts.view(visitor.contact_id).journal
    ]
    assert {"buyer"} == {entry.actor.kind for entry in any_desk.contacts.view(visitor.contact_id).journal}
    assert [] == list(any_kit.verify())


def test_a_token_is_a_secret(any_kit: OrderKit, any_desk: Desk) -> None:
    """It has 256 bits of chance, no two are alike, and nothing stored tells it."""
    tokens = {any_desk.visitors.meet()[1] for _ in range(20)}
    stored = str(contents(any_kit))

    assert 20 == len(tokens)
    assert {43} == {len(token) for token in tokens}
    assert [] == [token for token in tokens if token in stored]


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "'; DROP TABLE x; --", "\x00", "\ud800", "я" * 10**6])
def test_tokens_of_nobody(kit: OrderKit, desk: Desk, token: str) -> None:
    """Nobody is found by them, nothing is written, and nobody is met under a token that is not ours."""
    desk.visitors.meet()
    before = contents(kit)

    assert desk.visitors.find(token) is None
    assert before == contents(kit)
    assert token != desk.visitors.meet(token)[1]


def test_looking_writes_nothing(any_kit: OrderKit, any_desk: Desk) -> None:
    """Finding is one statement that reads, and none without a token."""
    _, token = any_desk.visitors.meet()
    with statements(any_kit) as asked:
        any_desk.visitors.find(token)
        any_desk.visitors.find("")

    assert ["SELECT"] == [statement.split()[0] for statement in asked]


def test_another_token(any_kit: OrderKit, any_desk: Desk) -> None:
    """The visitor is known by the new one, with all that is theirs, and no longer by the old one."""
    visitor, token = any_desk.visitors.meet()
    order = any_desk.carts.add(visitor, mug())
    new = any_desk.visitors.rotate(visitor)
    found = any_desk.visitors.find(new)

    assert found is not None
    assert (None, visitor.id, 2) == (any_desk.visitors.find(token), found.id, found.version)
    assert order == any_desk.carts.of(found)
    assert [] == list(any_kit.verify())


def test_another_token_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overtaken by another change of the visitor, it is given all the same."""
    visitor, _ = desk.visitors.meet()
    others: list[str] = []
    meanwhile(monkeypatch, lambda: others.append(desk.visitors.rotate(visitor)))
    new = desk.visitors.rotate(visitor)

    assert [None, visitor.id] == [
        found and found.id for found in (desk.visitors.find(others[0]), desk.visitors.find(new))
    ]


def test_signing_in(any_kit: OrderKit, any_desk: Desk) -> None:
    """From then on its acts are the customer's; the cart in hand stays, and is the customer's once submitted."""
    visitor, token = any_desk.visitors.meet()
    order = any_desk.carts.add(visitor, mug())
    signed_in, new = any_desk.visitors.sign_in(visitor, CUSTOMER)
    contact = any_desk.contacts.get(signed_in.contact_id)

    assert (None, signed_in) == (any_desk.visitors.find(token), any_desk.visitors.find(new))
    assert (visitor.id, "42") == (signed_in.id, signed_in.customer)
    assert ("customer", "42", ANNA) == (contact.source, contact.external_ref, contact.details)
    assert visitor.contact_id != contact.id
    assert order == any_desk.carts.of(signed_in)
    assert [] == list(any_kit.verify())


def test_signing_in_elsewhere(any_desk: Desk) -> None:
    """At another browser it is the same contact, followed by what the host says by now."""
    first, _ = any_desk.visitors.sign_in(any_desk.visitors.meet()[0], CUSTOMER)
    told = CustomerRef("42", ContactDetails("Анна Пак"))
    second, _ = any_desk.visitors.sign_in(any_desk.visitors.meet()[0], told)

    assert (first.contact_id, True) == (second.contact_id, first.id != second.id)
    assert attrs.evolve(ANNA, name="Анна Пак") == any_desk.contacts.get(second.contact_id).details


def test_whose_an_order_is(any_desk: Desk, any_make: Maker) -> None:
    """A customer's own, and what is proven to be by the login; not what has the same e-mail."""
    carts, visitors = any_desk.carts, any_desk.visitors
    guest, _ = visitors.meet()
    before = carts.add(guest, mug())
    customer = CustomerRef("7", ANNA)
    assert (None, False) == (visitors.contact(customer), visitors.owns(customer, before))
    signed_in, _ = visitors.sign_in(guest, customer)
    elsewhere, _ = visitors.sign_in(visitors.meet()[0], customer)
    orders = before, carts.add(elsewhere, mug()), any_make.order(contact=ANNA)

    assert [True, True, False] == [visitors.owns(customer, order) for order in orders]
    assert not any(visitors.owns(CustomerRef("8", ANNA), order) for order in orders)
    assert any_desk.contacts.get(signed_in.contact_id) == visitors.contact(customer)


def test_news_of_a_customer(any_kit: OrderKit, any_desk: Desk) -> None:
    """What the host says of its customer later on, the contact follows; without news one statement and no write."""
    visitor, _ = any_desk.visitors.sign_in(any_desk.visitors.meet()[0], CUSTOMER)
    before = contents(any_kit)
    with statements(any_kit) as same:
        for known in (CUSTOMER, CustomerRef("42"), CustomerRef("43", ANNA)):
            any_desk.visitors.follow(known)
    assert (before, 3) == (contents(any_kit), len(same))
    moved = ContactDetails(email="pak@example.com")
    contact = any_desk.visitors.follow(CustomerRef("42", moved))

    assert attrs.evolve(ANNA, email="pak@example.com") == contact.details
    assert contact == any_desk.contacts.get(visitor.contact_id)
    assert None is any_desk.visitors.follow(CustomerRef("43", ANNA))
    with pytest.raises(InvalidInputError):
        any_desk.visitors.follow("42")  # type: ignore[arg-type]
    assert [] == list(any_kit.verify())


def test_signing_in_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer whose contact is made by another tab at that moment is that contact."""
    one, other = desk.visitors.meet()[0], desk.visitors.meet()[0]
    signed_in: list[Visitor] = []
    meanwhile(monkeypatch, lambda: signed_in.append(desk.visitors.sign_in(other, CUSTOMER)[0]))

    assert desk.visitors.sign_in(one, CUSTOMER)[0].contact_id == signed_in[0].contact_id


def test_two_first_acts_after_a_login(
    any_kit: OrderKit, any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two tabs that act at once one is given a token; the other nothing, so that this one stays good."""
    guest, _ = any_desk.visitors.meet()
    first: list[tuple[Visitor, str]] = []
    meanwhile(monkeypatch, lambda: first.append(any_desk.visitors.sign_in(guest, CUSTOMER)))
    second = any_desk.visitors.sign_in(guest, CUSTOMER)
    [(signed_in, token)] = first

    assert (signed_in, "") == second
    assert signed_in == any_desk.visitors.find(token)
    told = attrs.evolve(CUSTOMER, details=attrs.evolve(ANNA, name="Анна Пак"))
    assert second == any_desk.visitors.sign_in(guest, told)
    assert "Анна Пак" == any_desk.contacts.get(signed_in.contact_id).details.name
    assert [] == list(any_kit.verify())


def test_somebody_else_signs_in(any_kit: OrderKit, any_desk: Desk) -> None:
    """At one browser, one after another: the second sees nothing of the first, who loses nothing."""
    anna, token = any_desk.visitors.sign_in(any_desk.visitors.meet()[0], CUSTOMER)
    order = any_desk.carts.add(anna, mug())
    boris, _ = any_desk.visitors.sign_in(anna, CustomerRef("43", ContactDetails("Борис")))

    assert (None, ()) == (any_desk.carts.of(boris), any_desk.carts.others(boris))
    assert boris.contact_id != anna.contact_id
    assert (anna, order) == (any_desk.visitors.find(token), any_desk.carts.of(anna))
    assert [] == list(any_kit.verify())


def test_no_customer(desk: Desk) -> None:
    """Whoever hands over an id alone is told what is wanted."""
    visitor, _ = desk.visitors.meet()
    with pytest.raises(InvalidInputError) as refused:
        desk.visitors.sign_in(visitor, "42")  # type: ignore[arg-type]

    assert ("wrong_type", "customer") == (refused.value.code, refused.value.field)


VERBS: dict[str, Callable[[Desk, Visitor], object]] = {
    "rotate": lambda desk, visitor: desk.visitors.rotate(visitor),
    "sign_in": lambda desk, visitor: desk.visitors.sign_in(visitor, CUSTOMER),
    "record": lambda desk, visitor: desk.visitors.record([Visit("/")], visitor=visitor),
    "add": lambda desk, visitor: desk.carts.add(visitor, mug()),
    "open_payment": lambda desk, visitor: desk.carts.open_payment(visitor),
    "others": lambda desk, visitor: desk.carts.others(visitor),
}


@pytest.mark.parametrize("verb", VERBS)
def test_visitors_of_elsewhere(any_kit: OrderKit, any_desk: Desk, verb: str) -> None:
    """A visitor of another site is unknown here, and nothing is written."""
    any_kit.sites.ensure("tea", currency="RUB")
    stranger, token = any_kit.site("tea").visitors.meet()
    before = contents(any_kit)
    with pytest.raises(NotFoundError) as refused:
        VERBS[verb](any_desk, stranger)

    assert refused.value.code in ("visitor_not_found", "contact_not_found")
    assert (None, None) == (any_desk.visitors.find(token), any_desk.carts.of(stranger))
    assert before == contents(any_kit)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "record"])
def test_no_visitor(kit: OrderKit, desk: Desk, verb: str) -> None:
    """A token in the place of a visitor is refused in words."""
    before = contents(kit)
    with pytest.raises(InvalidInputError) as refused:
        VERBS[verb](desk, "a token")  # type: ignore[arg-type]

    assert "wrong_type" == refused.value.code
    assert before == contents(kit)


def test_visits(any_kit: OrderKit, any_desk: Desk, clock: Clock) -> None:
    """They stand in the visitor's journal at the moments they were; those of nobody only count."""
    visitor, _ = any_desk.visitors.meet()
    any_desk.visitors.record([Visit("/mugs", "Кружки", 60), Visit("/tea", "Чай")], visitor=visitor)
    any_desk.visitors.record([Visit("/mugs", "Кружки")], visitor=None)
    told = [
        (entry.data["page"], entry.data["title"], entry.at)
        for entry in any_desk.contacts.view(visitor.contact_id).journal
        if entry.kind == "visit"
    ]

    assert [("/tea", "Чай", clock.now), ("/mugs", "Кружки", clock.now.replace(hour=8, minute=59))] == told
    assert (PageVisits("/mugs", 2), PageVisits("/tea", 1)) == any_desk.visitors.pages()
    assert [] == list(any_kit.verify())


def test_pages_by_day(any_kit: OrderKit, any_desk: Desk, clock: Clock) -> None:
    """A day is one in the site's time zone, and another site counts for itself."""
    any_kit.sites.ensure("tea", currency="RUB")
    clock.now = clock.now.replace(hour=20, minute=59)  # one minute to midnight in Moscow
    any_desk.visitors.record([Visit("/a")], visitor=None)
    clock.move(minutes=2)
    any_desk.visitors.record([Visit("/a"), Visit("/b")], visitor=None)
    any_desk.orders.create([mug()], actor=STAFF, key="no visit")
    first, second = date(2026, 3, 1), date(2026, 3, 2)

    assert (PageVisits("/a", 1),) == any_desk.visitors.pages(first, first)
    assert (PageVisits("/a", 1), PageVisits("/b", 1)) == any_desk.visitors.pages(second, second)
    assert (PageVisits("/a", 2), PageVisits("/b", 1)) == any_desk.visitors.pages(first)
    assert ((), ()) == (
        any_desk.visitors.pages(None, date(2026, 2, 28)),
        any_kit.site("tea").visitors.pages(),
    )


def test_most_visits(kit: OrderKit, desk: Desk) -> None:
    """Fifty at once are the bound; one more is refused whole. None are nothing."""
    desk.visitors.record([Visit("/")] * 50, visitor=None)
    before = contents(kit)
    with pytest.raises(InvalidInputError) as refused:
        desk.visitors.record([Visit("/")] * 51, visitor=None)
    with pytest.raises(InvalidInputError):
        desk.visitors.record(["/"], visitor=None)  # type: ignore[list-item]
    desk.visitors.record([], visitor=None)

    assert ("too_many_visits", 50) == (refused.value.code, refused.value.context["limit"])
    assert before == contents(kit)
    assert (PageVisits("/", 50),) == desk.visitors.pages()


def test_a_lead_keeps_the_visits_of_the_guest(any_desk: Desk, any_make: Maker) -> None:
    """The contact that was a guest and is a lead by now still has in its journal what it looked at."""
    visitor, _ = any_desk.visitors.meet()
    any_desk.visitors.record([Visit("/mugs")], visitor=visitor)
    any_desk.contacts.edit(visitor.contact_id, ANNA, actor=STAFF, expected_version=1)

    assert "visit" in [entry.kind for entry in any_desk.contacts.view(visitor.contact_id).journal]
