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
    CustomerRef,
    Delivery,
    Desk,
    Evidence,
    Order,
    OrderFilter,
    OrderKit,
    PaymentFilter,
    Recipient,
    Strength,
    Visitor,
)
from orderkit.domain import people
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from tests.counting import statements
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Clock, Maker, contents, mug, rub
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
    typed, named, proven, own = (any_make.order(contact=ContactDetails("Клиент")) for _ in range(4))
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


def test_payments_of_a_person(any_desk: Desk, any_make: Maker) -> None:
    """The payments of the whole person are found by any of its contacts; those of one contact by that alone."""
    cash = any_make.cash().id
    one, other, third = (any_make.order(contact=ContactDetails("Клиент")) for _ in range(3))
    for order in (one, other, third):
        any_desk.payments.record(order.id, rub("9"), method_id=cash, actor=STAFF, key=any_make.key())
    any_desk.contacts.link(one.contact_id, other.contact_id, actor=STAFF)

    def found(**wanted: UUID) -> set[UUID]:
        return {row.order_id for row in any_desk.payments.find(PaymentFilter(**wanted)).rows}

    assert {one.id, other.id} == found(person_id=one.contact_id) == found(person_id=other.contact_id)
    assert {one.id} == found(contact_id=one.contact_id)


def test_finding_contacts(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """By part of name, e-mail or phone, however typed, and by the number of an order; the newest first."""
    anna = known(any_desk)
    clock.move(minutes=1)
    namesake = known(any_desk, ContactDetails("Анна Ли"))
    recipient = Recipient(name="Анна Чужая")
    guest = any_make.order(actor=BUYER, delivery=Delivery(rub("0"), recipient=recipient))
    found = {
        text: [contact.id for contact in any_desk.contacts.find(text)]
        for text in ("АННА", "нна ким", "8 912 345", "EXAMPLE.com", guest.number, "ан", "", "никто")
    }

    assert {
        "АННА": [namesake.id, anna.id],
        "нна ким": [anna.id],
        "8 912 345": [anna.id],
        "EXAMPLE.com": [anna.id],
        guest.number: [guest.contact_id],
        "ан": [],
        "": [],
        "никто": [],
    } == found
    assert [namesake.id] == [contact.id for contact in any_desk.contacts.find("анна", limit=1)]
    for bad in ({"limit": 0}, {"limit": 201}, {"text": "x" * 201}):
        with pytest.raises(InvalidInputError):
            any_desk.contacts.find(**{"text": "анна"} | bad)


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
    person, named = (
        view.person,
        {*view.person.members}.union(*(link.pair for link in view.person.suggestions)),
    )
    contacts = {id: contact for id, contact in person.contacts.items() if id in named}
    person = attrs.evolve(person, history=(), contacts=contacts)
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


@settings(max_examples=settings.default.max_examples // 2)  # each looks at ten profiles
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


def bought(desk: Desk, details: ContactDetails, visitor: Visitor | None = None) -> tuple[Visitor, Order]:
    """Somebody fills a cart and submits it with these details; a new visitor if none is given."""
    who = visitor or desk.visitors.meet()[0]
    cart = desk.carts.add(who, mug())
    order = desk.carts.submit(
        cart.id, visitor=who, contact=details, delivery=Delivery(rub("0")), key=uuid4().hex, seen=None
    )
    return desk.visitors.visitors.fresh(who), order


def said_of(desk: Desk, order: Order) -> dict[UUID, tuple[Strength, Evidence]]:
    """What live links say of an order's contact: the other one → strength and evidence."""
    person = desk.contacts.person(order.contact_id)
    return {
        next(id for id in link.pair if id != order.contact_id): (link.strength, link.evidence)
        for link in (*person.links, *person.suggestions)
        if order.contact_id in link.pair
    }


def test_submitting_recognises(any_kit: OrderKit, any_desk: Desk) -> None:
    """The same e-mail or phone is a claim, a name a suggestion, disagreement suggests both; nobody is changed."""
    (_, anna), (_, boris) = bought(any_desk, ANNA), bought(any_desk, BORIS)
    before = [any_desk.contacts.get(order.contact_id) for order in (anna, boris)]
    _, by_email = bought(any_desk, ContactDetails("Я", "ANNA@example.com"))
    _, by_phone = bought(any_desk, ContactDetails("Я", phone="8 912 000-00-01"))
    _, namesake = bought(any_desk, ContactDetails("Ли Борис", "li@example.com"))
    _, torn = bought(any_desk, ContactDetails("Я", ANNA.email, BORIS.phone))

    assert {anna.contact_id: (Strength.CLAIMED, Evidence.EMAIL)} == said_of(any_desk, by_email)
    assert {boris.contact_id: (Strength.CLAIMED, Evidence.PHONE)} == said_of(any_desk, by_phone)
    assert {boris.contact_id: (Strength.SUGGESTED, Evidence.NAME)} == said_of(any_desk, namesake)
    assert {
        anna.contact_id: (Strength.SUGGESTED, Evidence.EMAIL),
        boris.contact_id: (Strength.SUGGESTED, Evidence.PHONE),
    } == said_of(any_desk, torn)
    assert before == [any_desk.contacts.get(order.contact_id) for order in (anna, boris)]
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize("actor", [STAFF, HOST, Actor(ActorKind.IMPORT)])
def test_making_an_order_recognises(any_kit: OrderKit, any_desk: Desk, any_make: Maker, actor: Actor) -> None:
    """Whoever staff or the host name anew is linked as in the storefront; an import says itself who is who."""
    _, hers = bought(any_desk, ANNA)
    order = any_make.order(contact=ContactDetails("Анна Пак", "Anna@Example.com"), actor=actor)
    namesake = any_make.order(contact=ContactDetails("Ким Анна"), actor=actor)
    guest = any_make.order(actor=actor)
    again = any_make.order(contact=order.contact_id, actor=actor)
    recognised = actor.kind is not ActorKind.IMPORT

    assert ({hers.contact_id: (Strength.CLAIMED, Evidence.EMAIL)} if recognised else {}) == said_of(
        any_desk, order
    )
    suggested = {hers.contact_id: (Strength.SUGGESTED, Evidence.NAME)} if recognised else {}
    assert suggested == said_of(any_desk, namesake)
    assert ({}, order.contact_id) == (said_of(any_desk, guest), again.contact_id)
    assert [hers.id] == [row.id for row in any_desk.orders.of_person(hers.contact_id).rows]
    assert [] == list(any_kit.verify())


def test_the_same_cookie_and_another_email(any_kit: OrderKit, any_desk: Desk) -> None:
    """Another e-mail at the same browser is another contact, and perhaps the same person; each sees its own."""
    visitor, first = bought(any_desk, ANNA)
    moved, second = bought(any_desk, ContactDetails("Коля", "kolya@example.com"), visitor)

    assert {first.contact_id: (Strength.SUGGESTED, Evidence.COOKIE)} == said_of(any_desk, second)
    assert second.contact_id == moved.contact_id != first.contact_id
    assert [second.id] == [row.id for row in any_desk.orders.of_person(moved.contact_id).rows]
    assert [] == list(any_kit.verify())


def test_whoever_submits_somebody_elses_details_sees_nothing(any_desk: Desk) -> None:
    """Who typed all that is known of a lead, logged in or not, sees own orders alone; and so does the lead."""
    anna, hers = bought(any_desk, ANNA)
    stranger, his = bought(any_desk, ANNA)
    customer, _ = any_desk.visitors.sign_in(any_desk.visitors.meet()[0], CustomerRef("7"))
    customer, theirs = bought(any_desk, ANNA, customer)
    seen = {
        who.id: {row.id for row in any_desk.orders.of_person(who.contact_id).rows}
        for who in (anna, stranger, customer)
    }

    assert {anna.id: {hers.id}, stranger.id: {his.id}, customer.id: {theirs.id}} == seen
    assert {hers.contact_id, his.contact_id, theirs.contact_id} <= set(
        any_desk.contacts.person(hers.contact_id).members
    )


def test_a_login_proves(any_kit: OrderKit, any_desk: Desk) -> None:
    """What a guest ordered before logging in is shown to the customer afterwards, at any browser."""
    visitor, before = bought(any_desk, ANNA)
    customer, _ = any_desk.visitors.sign_in(visitor, CustomerRef("42", ANNA))
    elsewhere, _ = any_desk.visitors.sign_in(any_desk.visitors.meet()[0], CustomerRef("42"))
    _, later = bought(any_desk, ANNA, elsewhere)

    assert customer.contact_id == elsewhere.contact_id != before.contact_id
    assert {before.id, later.id} == {row.id for row in any_desk.orders.of_person(customer.contact_id).rows}
    assert (Strength.VERIFIED, Evidence.LOGIN) == said_of(any_desk, before)[customer.contact_id]
    assert [] == list(any_kit.verify())


def test_a_customer_who_types_somebody_elses_details(any_kit: OrderKit, any_desk: Desk) -> None:
    """They stay with the order, even where nothing is delivered; the customer stays who they are, and nobody else."""
    _, his = bought(any_desk, BORIS)
    customer, _ = any_desk.visitors.sign_in(any_desk.visitors.meet()[0], CustomerRef("42", ANNA))
    _, order = bought(any_desk, BORIS, customer)
    to = order.delivery.recipient

    assert (customer.contact_id, ANNA) == (order.contact_id, any_desk.contacts.get(order.contact_id).details)
    assert attrs.astuple(BORIS) == (to.name, to.email, to.phone)
    assert {} == said_of(any_desk, his)
    _, own = bought(any_desk, ANNA, customer)
    assert not own.delivery.recipient
    assert [] == list(any_kit.verify())


def test_a_login_at_somebody_elses_browser(any_desk: Desk) -> None:
    """Who logs in where another e-mail was typed sees nothing of that order; staff are asked."""
    visitor, hers = bought(any_desk, ANNA)
    boris, _ = any_desk.visitors.sign_in(visitor, CustomerRef("42", BORIS))

    assert () == any_desk.orders.of_person(boris.contact_id).rows
    assert {boris.contact_id: (Strength.SUGGESTED, Evidence.COOKIE)} == said_of(any_desk, hers)


def test_what_staff_undid_is_only_suggested(any_desk: Desk) -> None:
    """The same visitor typing the same again after staff un-linked the two is a suggestion, once; then silence."""
    _, hers = bought(any_desk, ANNA)
    visitor, his = bought(any_desk, ContactDetails("Я", ANNA.email))
    [link] = any_desk.contacts.person(his.contact_id).links
    any_desk.contacts.unlink(link.id, actor=STAFF, expected_version=1)
    bought(any_desk, ContactDetails("Я", ANNA.email), visitor)
    [hint] = any_desk.contacts.person(his.contact_id).suggestions
    any_desk.contacts.dismiss(hint.id, actor=STAFF, expected_version=1)
    bought(any_desk, ContactDetails("Я", ANNA.email), visitor)

    assert (Strength.SUGGESTED, {hers.contact_id, his.contact_id}) == (hint.strength, hint.pair)
    assert {} == said_of(any_desk, his)


def test_a_known_email_takes_as_many_questions_as_an_unknown(any_kit: OrderKit, any_desk: Desk) -> None:
    """Before it writes, a submit asks the same whether the e-mail is known or not; the answer tells nothing."""
    bought(any_desk, ANNA)
    asked, answers = [], []
    for details in (ContactDetails("Я", "nobody@example.com"), ContactDetails("Я", ANNA.email)):
        who = any_desk.visitors.meet()[0]
        cart = any_desk.carts.add(who, mug())
        with statements(any_kit) as sent:
            order = any_desk.carts.submit(
                cart.id, visitor=who, contact=details, delivery=Delivery(rub("0")), key=uuid4().hex, seen=None
            )
        asked.append([statement for statement in sent if statement.lstrip().startswith(("SELECT", "WITH"))])
        answers.append((order.status, order.version, order.contact_id == who.contact_id, order.total))

    assert len(asked[0]) == len(asked[1])
    assert answers[0] == answers[1]


def test_a_submit_overtaken_by_staff(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where staff link the two between looking and saving, the order is placed all the same, and their word stands."""
    _, hers = bought(any_desk, ANNA)
    who = any_desk.visitors.meet()[0]
    cart = any_desk.carts.add(who, mug())
    meanwhile(monkeypatch, lambda: any_desk.contacts.link(hers.contact_id, who.contact_id, actor=OTHER_STAFF))
    order = any_desk.carts.submit(
        cart.id, visitor=who, contact=ANNA, delivery=Delivery(rub("0")), key="k", seen=None
    )

    assert {hers.contact_id: (Strength.LINKED, Evidence.STAFF)} == said_of(any_desk, order)
