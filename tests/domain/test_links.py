"""Links are told of an order and leave it as it is; of a token only the hash is kept."""

import hashlib
import secrets

import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.links import issue_link
from orderkit.domain.tokens import token_hash
from orderkit.errors import TransitionRefusedError
from tests.domain.making import LATER, act, order

TOKEN = secrets.token_urlsafe(32)


def test_a_link_is_told() -> None:
    """The entry holds the hash and nothing that opens the order; the version stays, so nobody's open form is late."""
    placed = order(version=3)
    change = issue_link(placed, TOKEN, act(at=LATER))

    assert (placed, placed, True) == (change.before, change.after, change.changes_nothing)
    assert ("order.link_issued", {"token_hash": token_hash(TOKEN)}, LATER) == (
        change.entry.kind,
        change.entry.data,
        change.entry.at,
    )


@pytest.mark.parametrize("kind", ActorKind)
def test_who_makes_links(kind: ActorKind) -> None:
    """The buyer's own side and the desk; money, tracking and the clock have nobody to give one to."""
    may = kind not in (ActorKind.MONEY, ActorKind.TRACKING, ActorKind.SCHEDULE)
    if may:
        issue_link(order(), TOKEN, act(kind))
        return
    with pytest.raises(TransitionRefusedError) as refused:
        issue_link(order(), TOKEN, act(kind))

    assert "not_by_this_actor" == refused.value.code


def test_the_hash_is_sha256() -> None:
    """Of a token it is what any other program would compute too."""
    assert hashlib.sha256(TOKEN.encode()).hexdigest() == token_hash(TOKEN)


@pytest.mark.parametrize("text", ["", "?", "\ud800", "ё" * 100_000, "\x00", None, 7, b"bytes"])
def test_anything_has_a_hash(text: object) -> None:
    """What is no token of ours is no error: it only opens nothing."""
    assert 64 == len(token_hash(text))
    assert token_hash(TOKEN) != token_hash(text)
