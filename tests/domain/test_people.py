"""Who is one person with whom: what each evidence is worth, what staff decide, and what typed details lead to."""

from collections.abc import Callable
from uuid import UUID, uuid4

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.actor import ActorKind
from orderkit.domain.change import Change
from orderkit.domain.people import (
    CROWD,
    LARGEST,
    MOST_SUGGESTED,
    Alike,
    ContactLink,
    Evidence,
    Strength,
    confirm,
    dismiss,
    link,
    recognise,
    unlink,
)
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.domain.making import LATER, NOW, act

ME, ANNA, OTHER_ANNA, BORIS, BEFORE = (UUID(int=number) for number in range(1, 6))
MANY = tuple(UUID(int=100 + number) for number in range(CROWD))
BUYER = act(ActorKind.BUYER)


def linked(
    one: UUID = ME,
    other: UUID = ANNA,
    strength: Strength = Strength.LINKED,
    evidence: Evidence = Evidence.STAFF,
    *,
    ended: bool = False,
) -> ContactLink:
    """Two contacts that are linked, or were."""
    return ContactLink(uuid4(), one, other, strength, evidence, NOW, LATER if ended else None)


def suggested(
    one: UUID = ME, other: UUID = ANNA, evidence: Evidence = Evidence.NAME, *, ended: bool = False
) -> ContactLink:
    """Two contacts that may be one person, or were said not to be."""
    return linked(one, other, Strength.SUGGESTED, evidence, ended=ended)


def claimed(one: UUID = ME, other: UUID = ANNA, *, ended: bool = False) -> ContactLink:
    """Two contacts of the same e-mail."""
    return linked(one, other, Strength.CLAIMED, Evidence.EMAIL, ended=ended)


# Made: other contact → strength and evidence.
Made = dict[UUID, tuple[Strength, Evidence]]
CLAIM = (Strength.CLAIMED, Evidence.EMAIL)
BY_PHONE = (Strength.CLAIMED, Evidence.PHONE)
HINT = (Strength.SUGGESTED, Evidence.EMAIL)
PHONE_HINT = (Strength.SUGGESTED, Evidence.PHONE)
NAMESAKE = (Strength.SUGGESTED, Evidence.NAME)
SAME_BROWSER = (Strength.SUGGESTED, Evidence.COOKIE)


def made(changes: tuple[Change[ContactLink], ...], me: UUID = ME) -> Made:
    """What changes say of others."""
    return {
        next(id for id in change.after.pair if id != me): (change.after.strength, change.after.evidence)
        for change in changes
    }


FOLLOWS: dict[str, tuple[Alike, UUID | None, Made]] = {
    "nobody is alike": (Alike(), None, {}),
    "the same e-mail": (Alike(email=(ANNA,)), None, {ANNA: CLAIM}),
    "the same phone": (Alike(phone=(ANNA,)), None, {ANNA: BY_PHONE}),
    "the same e-mail and phone": (Alike(email=(ANNA,), phone=(ANNA,)), None, {ANNA: CLAIM}),
    "the same e-mail, phone and name": (
        Alike(email=(ANNA,), phone=(ANNA,), name=(ANNA,)),
        None,
        {ANNA: CLAIM},
    ),
    "e-mail says A, phone says B": (
        Alike(email=(ANNA,), phone=(BORIS,)),
        None,
        {ANNA: HINT, BORIS: PHONE_HINT},
    ),
    "e-mail says A, phone says B, and both are one person": (
        Alike(email=(ANNA,), phone=(OTHER_ANNA,), links=(linked(ANNA, OTHER_ANNA),)),
        None,
        {ANNA: CLAIM},
    ),
    "e-mail says A, phone says B who was un-linked from A": (
        Alike(email=(ANNA,), phone=(BORIS,), links=(linked(ANNA, BORIS, ended=True),)),
        None,
        {ANNA: HINT, BORIS: PHONE_HINT},
    ),
    "the same e-mail on two people": (
        Alike(email=(ANNA, OTHER_ANNA)),
        None,
        {ANNA: HINT, OTHER_ANNA: HINT},
    ),
    "the same e-mail on two contacts of one person": (
        Alike(email=(ANNA, OTHER_ANNA), links=(claimed(ANNA, OTHER_ANNA),)),
        None,
        {ANNA: CLAIM},
    ),
    "a suggestion makes no person": (
        Alike(email=(ANNA, OTHER_ANNA), links=(suggested(ANNA, OTHER_ANNA),)),
        None,
        {ANNA: HINT, OTHER_ANNA: HINT},
    ),
    "similar names": (Alike(name=(ANNA, BORIS)), None, {ANNA: NAMESAKE, BORIS: NAMESAKE}),
    "the e-mail of one, and another of the same name": (
        Alike(email=(ANNA,), name=(ANNA, BORIS)),
        None,
        {ANNA: CLAIM},
    ),
    "an e-mail on 19 contacts of one person": (
        Alike(email=MANY[1:], links=tuple(claimed(MANY[1], id) for id in MANY[2:])),
        None,
        {MANY[1]: CLAIM},
    ),
    "an e-mail on 20 contacts": (
        Alike(email=MANY),
        None,
        dict.fromkeys(MANY[:MOST_SUGGESTED], HINT),
    ),
    "an e-mail on 20 contacts of one person": (
        Alike(email=MANY, links=tuple(claimed(MANY[0], id) for id in MANY[1:])),
        None,
        {MANY[0]: HINT},
    ),
    "an e-mail on 20 contacts, two of them of the same name": (
        Alike(email=MANY, name=MANY[-2:]),
        None,
        {MANY[-2]: HINT, MANY[-1]: HINT, **dict.fromkeys(MANY[: MOST_SUGGESTED - 2], HINT)},
    ),
    "a phone on 20 contacts": (Alike(phone=MANY), None, dict.fromkeys(MANY[:MOST_SUGGESTED], PHONE_HINT)),
    "a phone on 20 contacts speaks against no e-mail": (
        Alike(email=(ANNA,), phone=MANY),
        None,
        {ANNA: CLAIM},
    ),
    "a name on 20 contacts": (Alike(name=MANY), None, {}),
    "a pair once un-linked": (Alike(email=(ANNA,), links=(claimed(ended=True),)), None, {ANNA: HINT}),
    "a pair once un-linked, by phone": (
        Alike(phone=(ANNA,), links=(claimed(ended=True),)),
        None,
        {ANNA: PHONE_HINT},
    ),
    "once un-linked from another contact of that person": (
        Alike(email=(ANNA,), links=(claimed(ME, OTHER_ANNA, ended=True), linked(ANNA, OTHER_ANNA))),
        None,
        {ANNA: HINT},
    ),
    "another of mine was un-linked from that person": (
        Alike(email=(ANNA,), links=(linked(ME, BEFORE), claimed(BEFORE, ANNA, ended=True))),
        None,
        {ANNA: HINT},
    ),
    "once un-linked and suggested again": (
        Alike(email=(ANNA,), links=(claimed(ended=True), suggested(evidence=Evidence.EMAIL))),
        None,
        {},
    ),
    "once un-linked, suggested, turned down": (
        Alike(email=(ANNA,), links=(claimed(ended=True), suggested(evidence=Evidence.EMAIL, ended=True))),
        None,
        {},
    ),
    "turned down for the name, now the name": (
        Alike(name=(ANNA,), links=(suggested(ended=True),)),
        None,
        {},
    ),
    "turned down for the name, now the e-mail": (
        Alike(email=(ANNA,), links=(suggested(ended=True),)),
        None,
        {ANNA: HINT},
    ),
    "turned down for the e-mail, now the name": (
        Alike(name=(ANNA,), links=(suggested(evidence=Evidence.EMAIL, ended=True),)),
        None,
        {},
    ),
    "turned down for the e-mail, now the phone": (
        Alike(phone=(ANNA,), links=(suggested(evidence=Evidence.EMAIL, ended=True),)),
        None,
        {ANNA: PHONE_HINT},
    ),
    "claimed already": (Alike(email=(ANNA,), links=(claimed(),)), None, {}),
    "linked already": (Alike(email=(ANNA,), phone=(ANNA,), links=(linked(),)), None, {}),
    "a namesake turns out to have the e-mail": (
        Alike(email=(ANNA,), links=(suggested(),)),
        None,
        {ANNA: CLAIM},
    ),
    "a namesake stays one": (Alike(name=(ANNA,), links=(suggested(),)), None, {}),
    "my own person by e-mail, another by phone": (
        Alike(email=(ANNA,), phone=(BORIS,), links=(claimed(),)),
        None,
        {BORIS: PHONE_HINT},
    ),
    "an e-mail that my own person has, and one more": (
        Alike(email=(OTHER_ANNA, ANNA), links=(linked(ME, OTHER_ANNA),)),
        None,
        {ANNA: CLAIM},
    ),
    "the same cookie, another e-mail": (Alike(), BEFORE, {BEFORE: SAME_BROWSER}),
    "the same cookie, the e-mail of somebody else": (
        Alike(email=(ANNA,)),
        BEFORE,
        {ANNA: CLAIM, BEFORE: SAME_BROWSER},
    ),
    "the same cookie, the e-mail of another contact of that person": (
        Alike(email=(ANNA,), links=(linked(ANNA, BEFORE),)),
        BEFORE,
        {ANNA: CLAIM},
    ),
    "the same cookie and phone, another e-mail": (Alike(phone=(BEFORE,)), BEFORE, {BEFORE: BY_PHONE}),
}


@pytest.mark.parametrize("case", FOLLOWS)
def test_what_follows_from_typed_details(case: str) -> None:
    """One person that all evidence points to is claimed; what disagrees, many have, or staff undid is suggested."""
    alike, beside, expected = FOLLOWS[case]

    assert expected == made(recognise(ME, alike, BUYER, beside=beside))


def test_nobody_resembles_himself() -> None:
    """Who typed his own details again is no crowd, and is not linked with himself."""
    alike = Alike(email=(ME,), phone=(ME,), name=(ME,))
    of_nineteen = Alike(email=(ME, *MANY[1:]), links=tuple(claimed(MANY[1], id) for id in MANY[2:]))

    assert () == recognise(ME, alike, BUYER)
    assert {MANY[1]: CLAIM} == made(recognise(ME, of_nineteen, BUYER))


@pytest.mark.parametrize(("mine", "theirs"), [(1, LARGEST - 1), (LARGEST - 1, 1), (50, LARGEST - 50)])
def test_a_very_large_person_is_not_claimed(mine: int, theirs: int) -> None:
    """Nobody grows without end by what is typed, whoever of the two types it."""
    own = [ME, *(UUID(int=1000 + number) for number in range(mine))]
    others = [UUID(int=2000 + number) for number in range(theirs)]
    links = [linked(ME, id) for id in own[1:]] + [linked(others[0], id) for id in others[1:]]

    def alike(links: list[ContactLink]) -> Alike:
        return Alike(email=(others[0],), links=tuple(links))

    assert {others[0]: HINT} == made(recognise(ME, alike(links), BUYER))
    assert {others[0]: CLAIM} == made(recognise(ME, alike(links[1:]), BUYER))


ids = st.integers(1, 8).map(lambda number: UUID(int=number))
groups = st.lists(ids.filter(lambda id: id != ME), unique=True, max_size=4).map(tuple)
links = st.lists(
    st.builds(
        lambda pair, strength, evidence, ended: linked(*pair, strength, evidence, ended=ended),
        st.lists(ids, min_size=2, max_size=2, unique=True),
        st.sampled_from(Strength),
        st.sampled_from(Evidence),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.pair,
).map(tuple)


@given(st.builds(Alike, groups, groups, groups, links))
def test_whatever_is_alike(alike: Alike) -> None:
    """Typed details verify nothing, claim at most one, and never touch a live link that joins."""
    changes = recognise(ME, alike, BUYER)
    strengths = [change.after.strength for change in changes]

    assert {Strength.CLAIMED, Strength.SUGGESTED} >= set(strengths)
    assert strengths.count(Strength.CLAIMED) <= 1
    assert len(changes) <= MOST_SUGGESTED
    assert len(changes) == len({change.after.pair for change in changes})
    assert [] == [change for change in changes if change.before and change.before.joins]


@given(st.builds(Alike, groups, groups, groups, links))
def test_once_is_enough(alike: Alike) -> None:
    """The same details typed again lead to nothing that they did not lead to the first time."""
    changes = recognise(ME, alike, BUYER)
    replaced = {change.before.id for change in changes if change.before}
    kept = tuple(one for one in alike.links if one.id not in replaced)
    again = recognise(ME, attrs.evolve(alike, links=kept + tuple(change.after for change in changes)), BUYER)
    told = made(changes)

    assert {} == {id: what for id, what in made(again).items() if id in told}


@pytest.mark.parametrize(
    ("evidence", "strength"),
    [
        (Evidence.LOGIN, Strength.VERIFIED),
        (Evidence.MAILBOX, Strength.VERIFIED),
        (Evidence.STAFF, Strength.LINKED),
        (Evidence.EMAIL, Strength.CLAIMED),
        (Evidence.PHONE, Strength.CLAIMED),
        (Evidence.COOKIE, Strength.SUGGESTED),
        (Evidence.NAME, Strength.SUGGESTED),
    ],
)
def test_what_evidence_is_worth(evidence: Evidence, strength: Strength) -> None:
    """A login and a mailbox prove; staff link; e-mail and phone claim; the rest suggests."""
    change = link(ME, ANNA, evidence, (), act())
    assert change

    assert (strength, evidence, NOW, None, 1) == (
        change.after.strength,
        change.after.evidence,
        change.after.created_at,
        change.after.ended_at,
        change.after.version,
    )
    assert strength is not Strength.SUGGESTED or not change.after.joins
    kind = "contact.link_suggested" if strength is Strength.SUGGESTED else "contact.linked"
    assert (kind, change.after.id, min(ME, ANNA), None) == (
        change.entry.kind,
        change.entry.subject_id,
        change.entry.contact_id,
        change.entry.order_id,
    )
    assert {
        "contact": str(ME),
        "other": str(ANNA),
        "strength": strength.value,
        "evidence": evidence.value,
        "ended_at": None,
    } == {difference.field: difference.after for difference in change.entry.differences}


def test_a_pair_has_no_order() -> None:
    """Whichever of the two is named first, the link is the same."""
    one, other = (link(*pair, Evidence.STAFF, (), act()) for pair in ((ME, ANNA), (ANNA, ME)))

    assert one
    assert other
    assert (one.after.contact_id, one.after.other_id) == (other.after.contact_id, other.after.other_id)


def test_nobody_is_linked_with_himself() -> None:
    """A link needs two contacts."""
    with pytest.raises(InvalidInputError) as refused:
        link(ME, ME, Evidence.STAFF, (), act())

    assert ("same_contact", "other_id") == (refused.value.code, refused.value.field)


# What there is, what speaks for more → strength and evidence afterwards; None: nothing changes.
SURER: dict[str, tuple[tuple[ContactLink, ...], Evidence, tuple[Strength, Evidence] | None]] = {
    "a claim, confirmed by staff": ((claimed(),), Evidence.STAFF, (Strength.LINKED, Evidence.EMAIL)),
    "a suggestion, confirmed by staff": ((suggested(),), Evidence.STAFF, (Strength.LINKED, Evidence.NAME)),
    "linked, linked again": ((linked(),), Evidence.STAFF, None),
    "verified, linked by staff": (
        (linked(strength=Strength.VERIFIED, evidence=Evidence.LOGIN),),
        Evidence.STAFF,
        None,
    ),
    "a claim, proven by a login": ((claimed(),), Evidence.LOGIN, (Strength.VERIFIED, Evidence.LOGIN)),
    "staff's link, proven by a mailbox": (
        (linked(),),
        Evidence.MAILBOX,
        (Strength.VERIFIED, Evidence.MAILBOX),
    ),
    "proven, proven again": (
        (linked(strength=Strength.VERIFIED, evidence=Evidence.LOGIN),),
        Evidence.LOGIN,
        None,
    ),
    "un-linked, a login": (
        (claimed(ended=True),),
        Evidence.LOGIN,
        (Strength.SUGGESTED, Evidence.LOGIN),
    ),
    "un-linked and linked again by staff, a login": (
        (claimed(ended=True), linked()),
        Evidence.LOGIN,
        (Strength.VERIFIED, Evidence.LOGIN),
    ),
    "un-linked, linked again by staff": (
        (claimed(ended=True),),
        Evidence.STAFF,
        (Strength.LINKED, Evidence.STAFF),
    ),
    "turned down, linked by staff": (
        (suggested(ended=True),),
        Evidence.STAFF,
        (Strength.LINKED, Evidence.STAFF),
    ),
}


@pytest.mark.parametrize("case", SURER)
def test_what_makes_a_link_surer(case: str) -> None:
    """Better evidence counts, worse changes nothing; what staff undid only staff make anew."""
    history, evidence, expected = SURER[case]
    change = link(ME, ANNA, evidence, history, act())

    assert expected == (change and (change.after.strength, change.after.evidence))


def test_confirm() -> None:
    """A claim or a suggestion becomes staff's link and keeps its evidence; what is as sure stays."""
    for unsure in (claimed(), suggested()):
        change = confirm(unsure, act())
        assert change
        assert (Strength.LINKED, unsure.evidence, 2) == (
            change.after.strength,
            change.after.evidence,
            change.after.version,
        )
        assert "contact.link_confirmed" == change.entry.kind
    assert None is confirm(linked(), act())
    assert None is confirm(linked(strength=Strength.VERIFIED), act())


def test_unlink() -> None:
    """Each kind of link can be undone; it ends and says when; once ended it stays so."""
    for strength in (Strength.VERIFIED, Strength.LINKED, Strength.CLAIMED):
        change = unlink(linked(strength=strength), act(at=LATER))
        assert change
        assert (LATER, strength, False) == (change.after.ended_at, change.after.strength, change.after.joins)
        assert "contact.unlinked" == change.entry.kind
        assert None is unlink(change.after, act())


def test_dismiss() -> None:
    """A suggestion turned down ends, and turning it down again changes nothing."""
    change = dismiss(suggested(), act(at=LATER))
    assert change

    assert ("contact.link_dismissed", LATER) == (change.entry.kind, change.after.ended_at)
    assert None is dismiss(change.after, act())


@pytest.mark.parametrize(
    ("decide", "code", "possible"),
    [
        (lambda: confirm(linked(ended=True), act()), "link_ended", ("contacts.link",)),
        (lambda: unlink(suggested(), act()), "not_linked", ("contacts.dismiss",)),
        (lambda: dismiss(claimed(), act()), "not_suggested", ("contacts.unlink",)),
    ],
)
def test_refusals(decide: Callable[[], object], code: str, possible: tuple[str, ...]) -> None:
    """What cannot be decided so says what can be done instead."""
    with pytest.raises(TransitionRefusedError) as refused:
        decide()

    assert (code, possible) == (refused.value.code, refused.value.possible)


@pytest.mark.parametrize("kind", [kind for kind in ActorKind if kind not in ("staff", "host", "import")])
def test_deciding_is_the_desks(kind: ActorKind) -> None:
    """A buyer, and whoever else is not of the desk, neither links by a word nor confirms, undoes or turns down."""
    by = act(kind)
    for decide in (
        lambda: link(ME, ANNA, Evidence.STAFF, (), by),
        lambda: confirm(claimed(), by),
        lambda: unlink(linked(), by),
        lambda: dismiss(suggested(), by),
    ):
        with pytest.raises(TransitionRefusedError) as refused:
            decide()
        assert "not_by_this_actor" == refused.value.code
