"""Numbers of cards: masked in whatever words they stand, and nothing else is."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import orderkit.plugin as ok
from orderkit import ContactDetails, Money, Recipient
from orderkit.domain.cards import mask_cards, mask_reference
from orderkit.domain.provider_event import ProviderEvent

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "2200 0000 0000 0053",
    "378282246310005",
    "3782 822463 10005",
    "30569309025904",
    "6011\u00a01111\u00a01111\u00a01117",
    "3530111333300000",
    "6304000000000000000",
    "4222222222222",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "４１１１１１１１１１１１１１１１",
]
LEFT = [
    "+7 900 123-45-67, +7 900 765-43-21",
    "4111111111111112",
    "1234567812345670",
    "20260301120000",
    "40817810099910004312",
    "411111111111",
    "4111 1111",
    "450 000 и 12 500",
    "4111\n1111\n1111\n1111",
]
ELSE = [
    "pi_4111111111111111",
    "p4111111111111111",
    "41111111-1111-1111-a111-111111111111",
    "4111111111111111-a",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "around", ["{}", "оплата картой {} 12/28 CVC 123", "№{}.", "карта{}, card{}x", "?n={}&x=1"]
)
def test_masked(card: str, around: str) -> None:
    """Whatever stands beside it stays, and of it the last four digits; masked again it is the same."""
    masked = mask_cards(around.replace("{}", card))
    last = "".join(one for one in card if one.isdecimal())[-4:]

    assert around.replace("{}", f"****{last}").replace(" ", "") == masked.replace(" ", "")
    assert masked == mask_cards(masked)


@pytest.mark.parametrize("words", [*LEFT, *(f"№ {words}!" for words in LEFT)])
def test_left(words: str) -> None:
    """Phones, dates, accounts, sums, counters and what the check digit does not fit are no cards."""
    assert (words, words) == (mask_cards(words), mask_reference(words))


@pytest.mark.parametrize("reference", ELSE)
def test_identifiers(reference: str) -> None:
    """A number that is part of an identifier is none of a card there."""
    assert reference == mask_reference(reference)


def test_several() -> None:
    """Each of them, with what stands between."""
    assert "****1111 и ****4444" == mask_cards("4111111111111111 и 5555555555554444")
    assert "****1111 ****4444" == mask_cards("4111 1111 1111 1111 5555 5555 5555 4444")


@given(st.text(st.sampled_from("0123456789 -.aя"), max_size=200))
def test_length_and_end(words: str) -> None:
    """Whatever is typed, what is left of it holds no card, and it is not longer than before."""
    masked = mask_cards(words)

    assert masked == mask_cards(masked)
    assert len(masked) <= len(words)


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "value",
    [
        ok.Succeeded(Money(1, "RUB"), CARD),
        ok.Authorised(Money(1, "RUB"), CARD),
        ok.Redirect("https://bank.example", CARD),
        ok.Pending(CARD),
        ok.Declined("declined", CARD),
        ok.Unknown("late", CARD),
        ok.ChargedBack(Money(1, "RUB"), CARD),
        ok.ChargebackWon(Money(1, "RUB"), CARD),
        ok.ProviderEvent(
            event_id=f"paid:{CARD}", asked=ok.Asked.PAYMENT, reference=CARD, payment_reference=CARD
        ),
        ok.Problem(f"Карта {CARD} не принята."),
        ok.Problem({"ru": f"Карта {CARD} не принята."}),
        ok.Deferred(f"sent to {CARD}"),
        ok.Refused(f"sent to {CARD}"),
        ok.Sent(CARD),
        ContactDetails(name=f"Анна {CARD}"),
        Recipient(name=CARD, city=CARD, address=CARD, comment=CARD),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_hold_words(value: object) -> None:
    """What is said freely, by providers and people, is masked before anybody has it."""
    held = repr(value)

    assert "****1111" in held
    assert "4111" not in held


def event(reference: str, id: str = "4111111111111111") -> ProviderEvent:
    return ProviderEvent(event_id=id, asked=ok.Asked.PAYMENT, reference=reference)


def test_an_event_that_is_called_like_a_card() -> None:
    """Told again it is the same; another one whose last digits are the same is another."""
    assert event("p-1") == event("p-1")
    assert event("p-1").event_id != event("p-2").event_id
    assert event("p-1").event_id.startswith("****1111 ")
    assert "e-1" == event("p-1", "e-1").event_id
    known = UUID("046bb6df-7bf2-436a-a875-328e71ee73c6")
    assert event(str(known)).reference == str(known)


def test_what_is_masked_stays() -> None:
    """It is read again and again, and what follows makes no other card of it."""
    masked = "****4444 1111 1111 1111 и ****4111 1111 1111 1112"

    assert (masked, masked) == (mask_cards(masked), mask_cards(mask_cards(masked)))
