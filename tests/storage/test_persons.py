"""Whom typed details resemble, and who is one person with whom: found by index, in so many statements, and no more."""

import itertools
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from orderkit import Contact, ContactDetails, Desk, Evidence, OrderFilter, OrderKit
from orderkit.domain import people
from orderkit.domain.people import CROWD, Alike
from orderkit.storage import persons
from orderkit.storage.persons import Persons
from tests.counting import statements
from tests.making import ANNA, STAFF, Maker, execute

TYPED = ContactDetails("Ким Анна", "ANNA@example.com", "+7 912 345-67-89")


def known(desk: Desk, details: ContactDetails = ANNA) -> Contact:
    """Somebody the desk knows."""
    return desk.contacts.create(details, actor=STAFF)


def join(desk: Desk, one: UUID, other: UUID, evidence: Evidence = Evidence.STAFF) -> None:
    """Have two contacts linked."""
    change = people.link(one, other, evidence, (), desk.contacts.acting(STAFF))
    assert change
    desk.contacts.store.save(change)


def alike(desk: Desk, details: ContactDetails, *contact_ids: UUID) -> Alike:
    """Whom somebody resembles who typed these details."""
    return desk.contacts.reader.alike(details, *contact_ids)


def test_alike(any_desk: Desk) -> None:
    """E-mail, phone and name each find the leads that have the same, however typed, and a guest by nothing."""
    anna = known(any_desk)
    by_phone = known(any_desk, ContactDetails("Анна", phone="89123456789"))
    namesake = known(any_desk, ContactDetails("Анна Ким"))
    known(any_desk, ContactDetails())

    assert Alike((anna.id,), (anna.id, by_phone.id), (anna.id, namesake.id)) == alike(any_desk, TYPED)


@pytest.mark.parametrize("typed", [ContactDetails(), ContactDetails("Анна", "нет", "112")])
def test_what_is_no_key_finds_nobody(any_desk: Desk, typed: ContactDetails) -> None:
    """Whoever left nothing is not like all others who left nothing."""
    for details in (typed, ContactDetails(), ContactDetails("Борис")):
        known(any_desk, details)

    assert Alike() == alike(any_desk, typed)


def test_only_the_newest_details_count(any_desk: Desk) -> None:
    """Who corrected an e-mail is not found by the wrong one; recipients of orders are found by nothing."""
    contact = known(any_desk)
    any_desk.contacts.edit(
        contact.id, ContactDetails(email="a@b.ru", phone=ANNA.phone), actor=STAFF, expected_version=1
    )

    assert Alike(phone=(contact.id,)) == alike(any_desk, TYPED)


def test_a_crowd_is_read_in_part(any_kit: OrderKit, any_desk: Desk) -> None:
    """Of an e-mail on very many contacts the first ones are read, and no more statements than of one on nobody."""
    made = [known(any_desk, ContactDetails(email=ANNA.email)) for _ in range(CROWD + 5)]
    with statements(any_kit) as asked:
        found = alike(any_desk, TYPED)
    with statements(any_kit) as for_nobody:
        alike(any_desk, ContactDetails())

    assert tuple(contact.id for contact in made[: CROWD + 1]) == found.email
    assert [2, 2] == [len(asked), len(for_nobody)]


def test_links_of_all_who_are_alike(any_desk: Desk) -> None:
    """With those who are alike come their links and those of their people, ended ones too, and nobody else's."""
    anna, other, third, stranger, far = (known(any_desk, ContactDetails(f"К {n}")) for n in range(5))
    any_desk.contacts.edit(anna.id, ANNA, actor=STAFF, expected_version=1)
    join(any_desk, anna.id, other.id)
    join(any_desk, other.id, third.id, Evidence.EMAIL)
    join(any_desk, third.id, stranger.id, Evidence.NAME)
    join(any_desk, stranger.id, far.id)
    undone = any_desk.contacts.link(third.id, far.id, actor=STAFF)
    any_desk.contacts.unlink(undone.id, actor=STAFF, expected_version=1)
    found = alike(any_desk, TYPED).links
    by_contact = alike(any_desk, ContactDetails(), third.id).links

    assert set(found) == set(by_contact)
    assert {
        frozenset((anna.id, other.id)),
        frozenset((other.id, third.id)),
        frozenset((third.id, stranger.id)),
        frozenset((third.id, far.id)),
    } == {link.pair for link in found}
    assert [False] == [link.is_live for link in found if link.id == undone.id]


@pytest.mark.parametrize("size", [1, 2, 40])
def test_a_person(any_kit: OrderKit, any_desk: Desk, any_make: Maker, size: int) -> None:
    """However many contacts a person has, the same few statements show all of them, joined in a chain or a ring."""
    order = any_make.order(contact=ANNA)
    chain = [order.contact_id, *(known(any_desk, ContactDetails(f"К {n}")).id for n in range(size))]
    for one, other in itertools.pairwise(chain):
        join(any_desk, one, other)
    if size > 1:
        join(any_desk, chain[-1], chain[0])
    with statements(any_kit) as asked:
        person = any_desk.contacts.person(chain[-1])
    with statements(any_kit) as viewed:
        view = any_desk.contacts.view(chain[-1])
    with statements(any_kit) as listed:
        found = any_desk.orders.find(OrderFilter(person_id=chain[-1])).rows

    assert (chain[-1], *chain[:-1]) == person.members
    assert [order.id] == [row.id for row in found] == [row.id for row in view.orders]
    assert [3, 9, 1] == [len(asked), len(viewed), len(listed)]


def test_a_person_too_large_to_show(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a person of very many contacts some are shown, and it is told that these are not all."""
    monkeypatch.setattr(persons, "MOST_LINKS", 3)
    ids = [known(any_desk, ContactDetails(f"К {n}")).id for n in range(6)]
    for other in ids[1:]:
        join(any_desk, ids[0], other)
    person = any_desk.contacts.person(ids[0])

    assert (4, False) == (len(person.members), person.is_whole)


def test_people_of_another_site(any_kit: OrderKit, any_desk: Desk) -> None:
    """Nobody resembles somebody of another site, and no link of theirs is seen there."""
    any_kit.sites.ensure("tea", currency="RUB")
    other = any_kit.site("tea")
    one, two = known(any_desk), known(any_desk)
    join(any_desk, one.id, two.id)
    here = Persons(any_kit.database, other.site)

    assert Alike() == here.alike(TYPED, one.id)
    assert () == here.between(one.id, two.id)
    assert () == other.orders.of_person(one.id).rows


def test_a_pair_has_one_live_link(any_kit: OrderKit, any_desk: Desk) -> None:
    """The database itself holds one live link of two contacts at most, named in one order."""
    one, two = known(any_desk), known(any_desk)
    join(any_desk, one.id, two.id)
    insert = (
        "INSERT INTO orderkit_contact_links SELECT site_id, :id AS id, version, {}, strength, evidence, "
        "created_at, ended_at FROM orderkit_contact_links"
    )
    for columns in ("contact_id, other_id", "other_id, contact_id"):
        id = uuid4() if any_kit.database.dialect == "postgresql" else uuid4().bytes
        with pytest.raises(sa.exc.IntegrityError):
            execute(any_kit, insert.format(columns), id=id)


def test_by_index_alone(kit: OrderKit, desk: Desk, make: Maker) -> None:
    """On SQLite, which plans by rules: no step walks all details, links, orders or the journal of a site."""
    order = make.order(contact=ANNA)
    join(desk, order.contact_id, known(desk).id)
    plans: list[str] = []

    def explain(
        connection: sa.Connection, _cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        if statement.startswith(("SELECT", "WITH")):
            raw = connection.connection.driver_connection
            assert raw is not None
            plans.extend(str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    sa.event.listen(kit.database.engine, "before_cursor_execute", explain)
    alike(desk, TYPED)
    desk.contacts.view(order.contact_id)
    desk.orders.of_person(order.contact_id)
    large = ("orderkit_details ", "orderkit_contact_links ", "orderkit_orders ", "orderkit_journal ")
    searched = [plan for plan in plans if any(f"{table}" in f"{plan} " for table in large)]

    assert searched
    assert [] == [plan for plan in searched if "SCAN" in plan or "(site_id=?)" in plan]
