"""What the contract of a payment provider checks of asking for money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from orderkit.contracts.payments import Offer, StartRequest, StartsPayments
from orderkit.domain.money import Money
from orderkit.domain.outcome import Outcome, Unknown
from orderkit.registry.providers import Providers
from orderkit.testing.asking import a_start, is_other, reference_of, told
from orderkit.testing.bench import AT_ONCE, Bench, at_once
from orderkit.testing.concerning import where
from orderkit.testing.plugins import OTHER_CURRENCIES
from orderkit.testing.sides import Fake
from orderkit.testing.telling import LateError, refuse, wait_for
from orderkit.testing.trying import TAKEN, PaymentChecks


class StartChecks(PaymentChecks):
    """Of a payment that is asked for: once, for exactly that, and unknown where nobody hears."""

    @where(PaymentChecks.is_online)
    def test_can_start(self) -> None:
        """What is not offline can be asked for the money."""
        bench = self._bench()
        if not isinstance(bench.made(self._currency(bench)), StartsPayments):
            refuse(
                "what the factory makes has a method start(request)",
                found="it has none, and the type is not offline",
                why="a method of it would be offered to nobody",
                do="write start(request) -> ok.Outcome, or offline=True where staff mark the money by hand",
            )

    @where(PaymentChecks.needs_fake)
    def test_fake(self, fake: Fake | None) -> None:
        """The test of what is not offline brings a `Fake`."""
        if not isinstance(fake, Fake):
            refuse(
                "a fixture `fake` plays the provider's side",
                found=f"{fake!r}",
                why="what start() does can be checked against nothing else",
                do="write a fixture `fake` that has the plugin talk to an object with `payments`, settle(reference) "
                "and fail(), and returns it",
            )

    @where(PaymentChecks.is_online)
    def test_start(self, fake: Fake | None) -> None:
        """Asked for one minor unit of a currency it offers, it answers an outcome, and asks for that or nothing."""
        bench = self._startable(fake)
        starts = [a_start(Money(1, currency)) for currency in (self._currency(bench), *OTHER_CURRENCIES)]
        for start in starts:
            if isinstance(self._offered(bench, start.amount), Offer):
                self._require_started(bench, self._required(fake), start)

    @where(PaymentChecks.is_online)
    def test_start_usual(self, fake: Fake | None) -> None:
        """Asked for the usual amount, it asks its side for exactly that, once, and answers that it takes it."""
        bench = self._bench()
        self._require_startable(bench, fake)
        amount = self._usual_amount(bench)
        answer = self._started(bench, a_start(amount))
        self._require_outcome(answer, amount)
        if not isinstance(answer, TAKEN):
            refuse(
                f"asked for {amount}, the provider takes it, redirects, or works on it",
                found=told(answer),
                why="the checks need one payment that goes as it should",
                do="give `settings`, `amount` and a `fake` with which it does",
            )
        self._require_asked(self._required(fake).payments, answer, amount)

    @where(PaymentChecks.is_online)
    def test_same_key(self, fake: Fake | None) -> None:
        """Asked twice with one key, it asks its side for one payment, and answers with the same reference."""
        bench = self._startable(fake)
        request = a_start(self._usual_amount(bench))
        again = attrs.evolve(request)  # another object, so that no key is made of which one it is
        first, second = (self._started(bench, one) for one in (request, again))
        self._require_taken(first)
        given = self._required(fake)
        if len(given.payments) != 1 or reference_of(first) != reference_of(second):
            refuse(
                "one key, one payment, however often it is sent",
                found=f"payments {list(given.payments)!r}; {told(first)}, then {told(second)}",
                why="whoever does not hear an answer asks again, and nobody pays twice",
                do="send request.key as the idempotency key, and make none of your own; answer with the provider's "
                "identifier",
            )

    @where(PaymentChecks.is_online)
    def test_other_key(self, fake: Fake | None) -> None:
        """Another key is another payment with a reference of its own."""
        bench = self._startable(fake)
        starts = [a_start(self._usual_amount(bench)) for _ in range(2)]
        answers = [self._started(bench, start) for start in starts]
        self._require_taken(answers[0])
        found = f"payments {list(self._required(fake).payments)!r}; {'; '.join(map(told, answers))}"
        if len(self._required(fake).payments) != 2:
            refuse(
                "two keys, two payments",
                found=found,
                why="of two payments under one key the provider takes one, and the other order counts as paid",
                do="send request.key as the idempotency key, as it is",
            )
        if len(set(map(reference_of, answers))) != 2:
            refuse(
                "two payments, each with its reference",
                found=found,
                why="a payment that cannot be told from another can be neither given back nor found",
                do="use the provider's identifier of the payment as the reference",
            )

    @where(PaymentChecks.is_online)
    def test_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears the answer, the kit books that it is unknown what came of it."""
        bench = self._startable(fake)
        self._required(fake).fail()
        method = self._method(bench)
        workshop = bench.workshop(self._currency(bench))
        answer = Providers(workshop).start(method, a_start(self._usual_amount(bench)))
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks before the answer is booked as Unknown",
                found=told(answer),
                why="the money may be taken: booked as declined, the buyer would be asked to pay again",
                do="let the error of your client pass, or answer ok.Unknown(); decline on the provider's word alone",
            )

    @where(PaymentChecks.is_online)
    def test_threads(self, fake: Fake | None) -> None:
        """Asked by several threads at once, it makes each payment for what it was asked for."""
        bench = self._startable(fake)
        usual = self._usual_amount(bench)
        amounts = [Money(usual.minor - number, usual.currency) for number in range(AT_ONCE)]
        starts = [a_start(amount) for amount in amounts]
        answers = at_once(lambda number: self._started(bench, starts[number]))
        self._require_taken(answers[0])
        asked = self._required(fake).payments
        wrong = [one for one, amount in zip(answers, amounts, strict=True) if is_other(one, amount)]
        if sorted(asked) != sorted(amounts) or wrong:
            refuse(
                f"{AT_ONCE} threads that ask at once get a payment each",
                found=f"{', '.join(map(str, amounts))} were asked for, {', '.join(map(str, asked))} came"
                + "".join(f"; {told(one)}" for one in wrong[:1]),
                why="start() is called for many orders at once",
                do="keep nothing of a request outside of start(): no names of the module, no attributes of the class; "
                "and send request.key as the idempotency key, as it is",
            )

    def _require_started(self, bench: Bench, fake: Fake, start: StartRequest) -> None:
        before = len(fake.payments)
        answer = self._started(bench, start)
        if isinstance(answer, LateError):
            wait_for("test_start_usual", found=told(answer))
        self._require_outcome(answer, start.amount)
        self._require_asked(fake.payments[before:], answer, start.amount)

    @staticmethod
    def _require_outcome(answer: Any, amount: Money) -> None:
        if not isinstance(answer, Outcome) or is_other(answer, amount):
            refuse(
                f"asked for {amount}, start() answers an outcome of exactly that",
                found=told(answer),
                why="anything else books nothing and has people look into it",
                do="answer ok.Succeeded(request.amount, reference), Authorised, Redirect, Pending, Declined or Unknown",
            )

    @staticmethod
    def _require_asked(asked: Sequence[Money], answer: Any, amount: Money) -> None:
        if list(asked) != [amount] and (isinstance(answer, TAKEN) or asked):
            refuse(
                f"the provider's side is asked for {amount}, once",
                found=f"it was asked for {', '.join(map(str, asked)) or 'nothing'}",
                why="currencies differ in their minor units: the yen has none, the Kuwaiti dinar a thousand",
                do="send amount.minor where the provider counts minor units, amount.decimal where it reads decimals",
            )
