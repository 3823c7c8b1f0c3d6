"""Who is who: linked and un-linked by staff, shown together, and nothing lost or shown to the wrong person."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderkit import (
    Actor,
    ActorKind,
    Contact,
    ContactDetails,
    ContactLink,
    ContactView,
    Desk,
    Evidence,
    OrderFilter,
    OrderKit,
    Strength,
)
from orderkit.domain import people
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Clock, Maker, contents, mug
from tests.services.meanwhile import meanwhile

HOST = Actor(ActorKind.HOST)
BORIS = ContactDetails("Борис Ли", "boris@example.com", "+7 912 000-00-01")


def known(desk: Desk, details: ContactDetails = ANNA) -> Contact:
    """Somebody the desk knows."""
    return desk.contacts.create(details, actor=STAFF)


def suggest(desk: Desk, one: Contact, other: Contact, evidence: Evidence = Evidence.NAME) -> ContactLink:
    """Have two contacts linked by evidence, as what somebody typed would."""
    change = people.link(one.id, other.id, evidence, (), desk.contacts.acting(HOST))
    assert change
    return desk.contacts.store.save(change)


def test_linking_shows_two_as_one(any_kit: OrderKit, any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """Orders and journals of both are shown together, each with its contact; nothing moves."""
    one = any_make.order(contact=ANNA)
    clock.move(minutes=1)
    other = any_make.order(contact=BORIS)
    link = any_desk.contacts.link(other.contact_id, one.contact_id, actor=STAFF)
    views = [any_desk.contacts.view(order.contact_id) for order in (one, other)]

    assert (Strength.LINKED, Evidence.STAFF) == (link.strength, link.evidence)
    for view, order in zip(views, (one, other), strict=True):
        assert order.contact_id == view.contact.id == view.person.members[0]
        assert {one.contact_id, other.contact_id} == set(view.person.members)
        assert ((link,), (), True) == (view.person.links, view.person.suggestions, view.person.is_whole)
        assert STAFF == view.person.told[link.id]
        assert [(other.id, other.contact_id), (one.id, one.contact_id)] == [
            (row.id, row.contact_id) for row in view.orders
        ]
        assert {one.id: one.number, other.id: other.number} == view.order_numbers
        assert {ANNA, BORIS} == set(view.details.values())
        kinds = [entry.kind for entry in view.journal]
        assert 1 == kinds.count("contact.linked")
        assert 2 == kinds.count("order.created") == kinds.count("contact.created")
    assert views[0].journal == views[1].journal
    assert [one, other] == [any_desk.orders.get(order.id) for order in (one, other)]
    assert [] == list(any_kit.verify())


def test_orders_of_a_person(any_desk: Desk, any_make: Maker) -> None:
    """The desk finds the orders of the whole person; the storefront those of what is proven, page by page."""
    typed, named, proven, own = (any_make.order(contact=ANNA) for _ in range(4))
    me = any_desk.contacts.get(own.contact_id)
    for order, evidence in ((typed, Evidence.EMAIL), (proven, Evidence.LOGIN), (named, Evidence.NAME)):
        suggest(any_desk, me, any_desk.contacts.get(order.contact_id), evidence)

    def found(**wanted: object) -> set[str]:
        return {row.number for row in any_desk.orders.find(OrderFilter(**wanted)).rows}

    assert {own.number} == found(contact_id=me.id)
    assert {own.number, typed.number, proven.number} == found(person_id=me.id)
    assert {own.number, proven.number} == found(person_id=me.id, verified_only=True)
    page = any_desk.orders.of_person(me.id, limit=1)
    rest = any_desk.orders.of_person(me.id, after=page.next, limit=1)
    assert [own.number, proven.number] == [row.number for row in (*page.rows, *rest.rows)]
    assert None is rest.next
    assert () == any_desk.orders.of_person(uuid4()).rows


def test_whoever_typed_an_email_sees_nothing(any_desk: Desk, any_make: Maker) -> None:
    """Neither a claim nor staff's word shows one person's orders to another visitor; both ways."""
    hers = any_make.order(contact=ANNA)
    his = any_make.order(contact=ContactDetails(email=ANNA.email), actor=BUYER)
    contacts = [any_desk.contacts.get(order.contact_id) for order in (hers, his)]
    link = suggest(any_desk, *contacts, Evidence.EMAIL)

    def seen() -> list[list[UUID]]:
        pages = [any_desk.orders.of_person(contact.id) for contact in contacts]
        return [[row.id for row in page.rows] for page in pages]

    claimed = (link.strength, seen())
    confirmed = (any_desk.contacts.confirm(link.id, actor=STAFF, expected_version=1).strength, seen())

    assert (Strength.CLAIMED, [[hers.id], [his.id]]) == claimed
    assert (Strength.LINKED, [[hers.id], [his.id]]) == confirmed


def test_linking_twice_makes_one_link(any_kit: OrderKit, any_desk: Desk) -> None:
    """Linked again, in either order, with a key or without, there is one link, and nothing more is written."""
    one, other = known(any_desk), known(any_desk, BORIS)
    link = any_desk.contacts.link(one.id, other.id, actor=STAFF, key="k")
    before = contents(any_kit)
    answers = [
        any_desk.contacts.link(other.id, one.id, actor=OTHER_STAFF),
        any_desk.contacts.link(one.id, other.id, actor=STAFF, key="k"),
        any_desk.contacts.link(one.id, other.id, actor=STAFF, key="l"),
    ]

    assert [link] * 3 == answers
    assert before == contents(any_kit)


def test_a_key_is_for_one_request(desk: Desk) -> None:
    """The key of one linking links nobody else; after the link was undone it is answered with what became of it."""
    one, other, third = known(desk), known(desk, BORIS), known(desk)
    link = desk.contacts.link(one.id, other.id, actor=STAFF, key="k")
    undone = desk.contacts.unlink(link.id, actor=STAFF, expected_version=1)
    with pytest.raises(ConflictError) as refused:
        desk.contacts.link(one.id, third.id, actor=STAFF, key="k")

    assert "key_reused" == refused.value.code
    assert undone == desk.contacts.link(one.id, other.id, actor=STAFF, key="k")


def test_linking_somebody_unknown(any_kit: OrderKit, any_desk: Desk) -> None:
    """Both must be contacts of this site, and two."""
    one, before = known(any_desk), contents(any_kit)
    for other, error, code in (
        (uuid4(), NotFoundError, "contact_not_found"),
        (one.id, InvalidInputError, "same_contact"),
    ):
        with pytest.raises(error) as refused:
            any_desk.contacts.link(one.id, other, actor=STAFF)
        assert code == refused.value.code
    with pytest.raises(NotFoundError) as unknown:
        any_desk.contacts.person(uuid4())

    assert "contact_not_found" == unknown.value.code
    assert before == contents(any_kit)


def test_undoing_and_linking_again(any_kit: OrderKit, any_desk: Desk) -> None:
    """What was undone can be linked anew by staff: another link, with a life of its own."""
    one, other = known(any_desk), known(any_desk, BORIS)
    first = any_desk.contacts.link(one.id, other.id, actor=STAFF)
    undone = any_desk.contacts.unlink(first.id, actor=STAFF, expected_version=1)
    second = any_desk.contacts.link(one.id, other.id, actor=STAFF)

    assert not undone.is_live
    assert first.id != second.id
    assert (second,) == any_desk.contacts.person(one.id).links
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize(("verb", "evidence"), [("confirm", Evidence.EMAIL), ("dismiss", Evidence.NAME)])
def test_deciding_twice(any_kit: OrderKit, any_desk: Desk, verb: str, evidence: Evidence) -> None:
    """A double click decides once; whoever saw an older version is told what was decided and by whom."""
    link = suggest(any_desk, known(any_desk), known(any_desk, BORIS), evidence)
    decide = getattr(any_desk.contacts, verb)
    decided = decide(link.id, actor=STAFF, expected_version=1, key="k")
    before = contents(any_kit)
    again = decide(link.id, actor=STAFF, expected_version=1, key="k")
    with pytest.raises(ConflictError) as late:
        any_desk.contacts.unlink(link.id, actor=OTHER_STAFF, expected_version=1)

    assert decided == again
    assert ("stale_version", "Ольга") == (late.value.code, late.value.changed_by)
    assert before == contents(any_kit)


def test_refusals(any_kit: OrderKit, any_desk: Desk) -> None:
    """What cannot be decided so, and who may not decide, changes nothing."""
    hint = suggest(any_desk, known(any_desk), known(any_desk, BORIS))
    claim = suggest(any_desk, known(any_desk), known(any_desk, BORIS), Evidence.PHONE)
    before = contents(any_kit)
    refused: dict[str, Callable[[], object]] = {
        "not_linked": lambda: any_desk.contacts.unlink(hint.id, actor=STAFF, expected_version=1),
        "not_suggested": lambda: any_desk.contacts.dismiss(claim.id, actor=STAFF, expected_version=1),
        "not_by_this_actor": lambda: any_desk.contacts.unlink(claim.id, actor=BUYER, expected_version=1),
    }
    for code, verb in refused.items():
        with pytest.raises(TransitionRefusedError) as error:
            verb()
        assert code == error.value.code
    with pytest.raises(NotFoundError) as unknown:
        any_desk.contacts.confirm(uuid4(), actor=STAFF, expected_version=1)

    assert "link_not_found" == unknown.value.code
    assert before == contents(any_kit)


def test_a_suggestion_within_one_person_is_none(any_desk: Desk) -> None:
    """Once two are one person by way of a third, nobody is asked about them any more."""
    one, other, third = known(any_desk), known(any_desk, BORIS), known(any_desk)
    hint = suggest(any_desk, one, other)
    assert (hint,) == any_desk.contacts.person(other.id).suggestions
    for end in (one, other):
        any_desk.contacts.link(end.id, third.id, actor=STAFF)
    person = any_desk.contacts.person(one.id)

    assert () == person.suggestions
    assert (one.id, other.id, third.id) == person.members


def test_suggestions_of_a_whole_person(any_desk: Desk) -> None:
    """Who may be somebody is asked of each contact of that person, with all there is to compare."""
    one, other, third = known(any_desk), known(any_desk, BORIS), known(any_desk)
    any_desk.contacts.link(one.id, other.id, actor=STAFF)
    hint = suggest(any_desk, other, third)
    person = any_desk.contacts.person(one.id)

    assert ((hint,), (one.id, other.id)) == (person.suggestions, person.members)
    assert {one.id, other.id, third.id} == set(person.contacts)
    assert HOST == person.told[hint.id]


def test_linking_overtaken(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linked by somebody else between looking and saving, it is theirs that is answered."""
    one, other = known(any_desk), known(any_desk, BORIS)
    theirs: list[ContactLink] = []
    meanwhile(monkeypatch, lambda: theirs.append(any_desk.contacts.link(one.id, other.id, actor=OTHER_STAFF)))

    assert any_desk.contacts.link(one.id, other.id, actor=STAFF) == theirs[0]


def test_a_claim_is_confirmed_by_linking(any_desk: Desk) -> None:
    """Staff who link two of whom one claims to be the other confirm it; the evidence stays."""
    one, other = known(any_desk), known(any_desk, BORIS)
    claim = suggest(any_desk, one, other, Evidence.EMAIL)
    link = any_desk.contacts.link(one.id, other.id, actor=STAFF)

    assert attrs.evolve(claim, strength=Strength.LINKED, version=2) == link


def shown(view: ContactView) -> tuple[object, ...]:
    """All of a profile but what was linked and un-linked."""
    person = attrs.evolve(view.person, history=())
    journal = tuple(
        entry for entry in view.journal if entry.kind not in ("contact.linked", "contact.unlinked")
    )
    return attrs.evolve(view, journal=journal, person=person), [row.id for row in view.orders]


@pytest.fixture(scope="module")
def shared_kit() -> Iterator[OrderKit]:
    """One shop for many examples: a fresh database for each would take most of the time."""
    kit = OrderKit("sqlite://", clock=Clock())
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    yield kit
    assert [] == list(kit.verify())
    kit.close()


@settings(deadline=None, max_examples=40)
@given(
    orders=st.lists(st.integers(0, 4), max_size=8),
    links=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(Evidence)), max_size=6),
    pair=st.lists(st.integers(0, 4), min_size=2, max_size=2, unique=True),
)
def test_undoing_leaves_all_as_it_was(
    shared_kit: OrderKit, orders: list[int], links: list[tuple[int, int, Evidence]], pair: list[int]
) -> None:
    """Whatever links and orders there are: two are linked, it is undone, and every profile is what it was."""
    desk = shared_kit.site("coffee")
    contacts = [known(desk, ContactDetails(f"Клиент {number}")) for number in range(5)]
    for number in orders:
        desk.orders.create([mug()], contact=contacts[number].id, actor=STAFF, key=uuid4().hex)
    taken = {frozenset(pair)}
    for one, other, evidence in links:
        if one != other and frozenset((one, other)) not in taken:
            taken.add(frozenset((one, other)))
            suggest(desk, contacts[one], contacts[other], evidence)
    before = [shown(desk.contacts.view(contact.id)) for contact in contacts]
    made = [desk.orders.get(row.id) for row in desk.orders.find(limit=10).rows]
    link = desk.contacts.link(*(contacts[number].id for number in pair), actor=STAFF)
    together: list[UUID] = [contacts[number].id for number in pair]
    assert set(together) <= set(desk.contacts.person(together[0]).members)
    desk.contacts.unlink(link.id, actor=STAFF, expected_version=1)

    assert before == [shown(desk.contacts.view(contact.id)) for contact in contacts]
    assert made == [desk.orders.get(order.id) for order in made]
