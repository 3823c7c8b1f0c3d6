"""The contract of a payment provider: what a test of one subclasses."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any, ClassVar, Protocol, runtime_checkable

import pytest

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.operations import (
    FULFILLED_BY,
    Capability,
    LooksUpPayments,
    LookupRequest,
    OperationRequest,
    RefundsPayments,
    TellsCapabilities,
)
from orderkit.contracts.payments import (
    OFFER_LIMIT,
    TIME_LIMIT,
    Offer,
    OfferRequest,
    PaymentProviderType,
    StartRequest,
    StartsPayments,
)
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.outcome import Authorised, Declined, Outcome, Pending, Redirect, Succeeded, Unknown
from orderkit.errors import InvalidInputError
from orderkit.registry.providers import Providers
from orderkit.registry.registry import TypeKind
from orderkit.testing.asking import (
    a_question,
    a_refund,
    a_start,
    is_other,
    names_of,
    of_a_hold,
    reference_of,
    told,
    words_of,
)
from orderkit.testing.bench import AT_ONCE, Bench, answer_within, at_once
from orderkit.testing.holding import HOLDS, HoldCheck, holding
from orderkit.testing.plugins import OTHER_CURRENCIES, PluginContract
from orderkit.testing.telling import (
    LateError,
    refuse,
    require_readable,
    require_unlogged,
    require_unsaid,
    wait_for,
)

_TAKEN = (Succeeded, Authorised, Redirect, Pending)
_OFFLINE = "the type is offline=True: staff mark its money by hand, and nobody is asked for it"
USUAL = 45_000
"""Minor units of the usual amount."""


@runtime_checkable
class Fake(Protocol):
    """The provider's side, as a test plays it: what the plugin's client talks to instead."""

    @property
    def payments(self) -> Sequence[Money]:
        """What it was asked to take: one amount for each payment; asked again with the same key it is the same one."""

    def fail(self) -> None:
        """From now on do what is asked, and break the connection before the answer."""


@runtime_checkable
class RefundingFake(Protocol):
    """What a `Fake` has beside its own where the provider gives money back."""

    @property
    def refunds(self) -> Sequence[Money]:
        """What it was asked to give back: one amount for each refund."""

    def settle(self, reference: str) -> None:
        """Have the payment of that reference taken, whatever the buyer has to do for it."""


class PaymentProviderContract(PluginContract):
    """
    What every payment provider keeps to; a test subclasses it, and gives `plugin` and `settings`.

    One that is not offline needs a `fake` as well: a fixture that has the plugin talk to a `Fake`, and gives it. Where
    it gives money back, the fake is a `RefundingFake`, too; where it takes and releases held money, a `HoldingFake`.

    Attributes:
        amount: Minor units that it takes without asking more than once; 45,000 unless it says otherwise.
    """

    amount: ClassVar[int] = USUAL

    _kind: ClassVar[TypeKind] = "payment_provider"
    _limit: ClassVar[float] = OFFER_LIMIT

    @pytest.fixture
    def fake(self) -> Fake | None:
        """Nobody; for the test of a provider that is not offline to override."""
        return None

    def test_offer(self, fake: Fake | None) -> None:
        """It offers to pay the usual amount."""
        bench = self._bench()
        answer = self._offered(bench, self._usual_amount(bench))
        if not isinstance(answer, Offer):
            refuse(
                f"the provider offers to pay {self._usual_amount(bench)}",
                found=told(answer),
                why="a way to pay that is not offered cannot be chosen; what raises or is late counts as not offered",
                do="answer ok.Offer, and give `settings`, `amount` and `currency` with which it does",
            )

    @pytest.mark.parametrize("currency", ["", *OTHER_CURRENCIES])
    def test_offer_of_any_amount(self, fake: Fake | None, currency: str) -> None:
        """Asked for any amount of any currency, it offers or says why not."""
        bench = self._able()
        for minor in (1, self.amount, 10**12):
            amount = Money(minor, currency or self._currency(bench))
            answer = self._offered(bench, amount)
            if not isinstance(answer, (Offer, Ineligible)):
                refuse(
                    f"asked for {amount}, the provider answers Offer or Ineligible",
                    found=told(answer),
                    why="one that raises is left out of the page, and nobody learns why",
                    do="answer ok.Ineligible({'en': …, 'ru': …}) where this is no way to pay that",
                )

    def test_words_of_answers(self, fake: Fake | None) -> None:
        """Instructions and reasons say something in English and in Russian."""
        bench = self._able()
        for currency in (self._currency(bench), *OTHER_CURRENCIES):
            for minor in (1, self.amount, 10**12):
                require_readable(words_of(self._offered(bench, Money(minor, currency))))

    def test_offer_asks_nobody(self, fake: Fake | None) -> None:
        """Offering takes nothing, and goes on when the provider does not answer."""
        bench = self._able()
        given = self._required(bench, fake)
        given.fail()
        answer = self._offered(bench, self._usual_amount(bench))
        if given.payments or not isinstance(answer, Offer):
            refuse(
                "offer() asks nobody outside",
                found=f"{told(answer)}, and payments {list(given.payments)!r}",
                why="it is asked whenever a page shows the ways to pay",
                do="ask in start(), and offer from the settings and the request alone",
            )

    def test_can_start(self) -> None:
        """What is not offline can be asked for the money."""
        bench = self._bench()
        if not self._is_offline(bench) and not isinstance(bench.made(self._currency(bench)), StartsPayments):
            refuse(
                "what the factory makes has a method start(request)",
                found="it has none, and the type is not offline",
                why="a method of it would be offered to nobody",
                do="write start(request) -> ok.Outcome, or offline=True where staff mark the money by hand",
            )

    def test_fake(self, fake: Fake | None) -> None:
        """The test of what is not offline brings a `Fake`."""
        if not self._is_offline(self._bench()) and not isinstance(fake, Fake):
            refuse(
                "a fixture `fake` plays the provider's side",
                found=f"{fake!r}",
                why="what start() does can be checked against nothing else",
                do="write a fixture `fake` that has the plugin talk to an object with `payments` and fail(), and "
                "returns it",
            )

    @pytest.mark.parametrize("currency", ["", *OTHER_CURRENCIES])
    def test_start(self, fake: Fake | None, currency: str) -> None:
        """Asked for one minor unit, it answers an outcome, and asks its side for exactly that or for nothing."""
        bench = self._startable(fake)
        amount = Money(1, currency or self._currency(bench))
        if not isinstance(self._offered(bench, amount), Offer):
            pytest.skip(f"it does not offer to pay {amount}, so nobody asks it for that")
        answer = self._started(bench, a_start(amount))
        if isinstance(answer, LateError):
            wait_for("test_start_usual", found=told(answer))
        self._require_outcome(answer, amount)
        self._require_asked(self._required(bench, fake), answer, [amount])

    def test_start_usual(self, fake: Fake | None) -> None:
        """Asked for the usual amount, it asks its side for exactly that, once, and answers that it takes it."""
        bench = self._bench()
        self._require_startable(bench, fake)
        amount = self._usual_amount(bench)
        answer = self._started(bench, a_start(amount))
        self._require_outcome(answer, amount)
        if not isinstance(answer, _TAKEN):
            refuse(
                f"asked for {amount}, the provider takes it, redirects, or works on it",
                found=told(answer),
                why="the checks need one payment that goes as it should",
                do="give `settings`, `amount` and a `fake` with which it does",
            )
        self._require_asked(self._required(bench, fake), answer, [amount])

    def test_same_key(self, fake: Fake | None) -> None:
        """Asked twice with one key, it asks its side for one payment, and answers with the same reference."""
        bench = self._startable(fake)
        request = a_start(self._usual_amount(bench))
        first, second = (self._started(bench, request) for _ in range(2))
        self._require_taken(first)
        given = self._required(bench, fake)
        if len(given.payments) != 1 or reference_of(first) != reference_of(second):
            refuse(
                "one key, one payment, however often it is sent",
                found=f"payments {list(given.payments)!r}; {told(first)}, then {told(second)}",
                why="whoever does not hear an answer asks again, and nobody pays twice",
                do="send request.key as the idempotency key",
            )

    def test_other_key(self, fake: Fake | None) -> None:
        """Another key is another payment with a reference of its own."""
        bench = self._startable(fake)
        amount = self._usual_amount(bench)
        answers = [self._started(bench, a_start(amount)) for _ in range(2)]
        self._require_taken(answers[0])
        given = self._required(bench, fake)
        if len(given.payments) != 2 or len(set(map(reference_of, answers))) != 2:
            refuse(
                "two keys, two payments, each with its reference",
                found=f"payments {list(given.payments)!r}; {'; '.join(map(told, answers))}",
                why="a payment that cannot be told from another can be neither given back nor found",
                do="use the provider's identifier of the payment as the reference",
            )

    def test_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears the answer, the kit books that it is unknown what came of it."""
        bench = self._startable(fake)
        self._required(bench, fake).fail()
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

    def test_threads(self, fake: Fake | None) -> None:
        """Asked by several threads at once, it makes each payment for what it was asked for."""
        bench = self._startable(fake)
        usual = self._usual_amount(bench)
        amounts = [Money(usual.minor - number, usual.currency) for number in range(AT_ONCE)]
        answers = at_once(lambda number: self._started(bench, a_start(amounts[number])))
        self._require_taken(answers[0])
        asked = self._required(bench, fake).payments
        wrong = [one for one, amount in zip(answers, amounts, strict=True) if is_other(one, amount)]
        if sorted(asked) != sorted(amounts) or wrong:
            refuse(
                f"{AT_ONCE} threads that ask at once get a payment each",
                found=f"{', '.join(map(str, amounts))} were asked for, {', '.join(map(str, asked))} came"
                + "".join(f"; {told(one)}" for one in wrong[:1]),
                why="start() is called for many orders at once",
                do="keep nothing of a request outside of start(): no names of the module, no attributes of the class",
            )

    def test_capabilities(self, fake: Fake | None) -> None:
        """It declares what it can do, and has what is needed for it; with its settings it can do no more."""
        bench = self._bench()
        made = bench.made(self._currency(bench))
        declared = bench.kind.capabilities if isinstance(bench.kind, PaymentProviderType) else frozenset()
        has = frozenset(one for one, protocol in FULFILLED_BY.items() if isinstance(made, protocol))
        said: Any = made.capabilities() if isinstance(made, TellsCapabilities) else declared
        if has != declared or not isinstance(said, Set) or not said <= declared:
            refuse(
                f"the type declares {names_of(has) or 'nothing'}, as the provider has it, and it tells of no other",
                found=f"it declares {names_of(declared) or 'nothing'}, and tells of {said!r}",
                why="what is not declared is never asked for, and what is not there cannot be",
                do="give the type `capabilities`, write the method of each, and tell fewer where settings forbid one",
            )

    def test_refunding_fake(self, fake: Fake | None) -> None:
        """The test of what gives money back brings a `RefundingFake`."""
        bench = self._bench()
        if self._can(bench, Capability.REFUND) and not isinstance(fake, RefundingFake):
            refuse(
                "the fake has `refunds` and settle(reference)",
                found=f"{fake!r}",
                why="what refund() does can be checked against nothing else",
                do="give the fake both: what it was asked to give back, and a way to have a payment taken",
            )

    def test_refund(self, fake: Fake | None) -> None:
        """Asked to give back a part, it asks its side for exactly that, once, and answers that it gives it."""
        bench, side, request = self._refundable(fake)
        answer = self._given_back(bench, request)
        given = list(side.refunds)
        if not isinstance(answer, (Succeeded, Pending)) or is_other(answer, request.amount):
            refuse(
                f"asked to give back {request.amount} of what was paid, the provider does, or works on it",
                found=told(answer),
                why="the checks need one refund that goes as it should",
                do="answer ok.Succeeded(request.amount, reference) or ok.Pending(reference)",
            )
        if given != [request.amount]:
            refuse(
                f"the provider's side is asked to give back {request.amount}, once",
                found=f"it was asked for {', '.join(map(str, given)) or 'nothing'}",
                why="what is given back twice, or in another amount, is lost",
                do="send request.amount, in the units that the provider counts in",
            )

    def test_refund_same_key(self, fake: Fake | None) -> None:
        """Asked twice with one key, it gives back once, and answers with the same reference."""
        bench, side, request = self._refundable(fake)
        first, second = (self._given_back(bench, request) for _ in range(2))
        if not isinstance(first, (Succeeded, Pending)):
            wait_for("test_refund", found=told(first))
        if len(side.refunds) != 1 or reference_of(first) != reference_of(second):
            refuse(
                "one key, one refund, however often it is sent",
                found=f"refunds {list(side.refunds)!r}; {told(first)}, then {told(second)}",
                why="whoever does not hear an answer asks again, and nothing is given back twice",
                do="send request.key as the idempotency key",
            )

    def test_refund_broken_connection(self, fake: Fake | None) -> None:
        """Where nobody hears whether it was given back, the kit books that it is unknown."""
        bench, _, request = self._refundable(fake)
        self._required(bench, fake).fail()
        method = self._method(bench)
        answer = Providers(bench.workshop(self._currency(bench))).operate(method, Capability.REFUND, request)
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks before the answer to a refund is booked as Unknown",
                found=told(answer),
                why="it may be given back: booked as failed, it would be given back again",
                do="let the error of your client pass, or answer ok.Unknown(); decline on the provider's word alone",
            )

    @pytest.mark.parametrize("capability", HOLDS)
    def test_hold(self, fake: Fake | None, capability: Capability) -> None:
        """Asked to take a part of what is held, or to release it, it asks its side for exactly that, once."""
        self._held(fake, capability).require_once()

    @pytest.mark.parametrize("capability", HOLDS)
    def test_hold_same_key(self, fake: Fake | None, capability: Capability) -> None:
        """Asked twice with one key, it takes or releases once, and answers with the same reference."""
        self._held(fake, capability).require_same()

    @pytest.mark.parametrize("capability", HOLDS)
    def test_hold_broken_connection(self, fake: Fake | None, capability: Capability) -> None:
        """Where nobody hears whether it was taken or released, the kit books that it is unknown."""
        check, bench = self._held(fake, capability), self._bench()
        self._required(bench, fake).fail()
        asked = Providers(bench.workshop(self._currency(bench))).operate
        check.require_unknown(asked(self._method(bench), capability, check.request))

    def test_look_up(self, fake: Fake | None) -> None:
        """Asked what came of a payment, it says so with the same reference, and asks for no money."""
        bench, start, started = self._lookable(fake)
        if isinstance(fake, RefundingFake):
            fake.settle(reference_of(started))
        answer = self._looked_up(bench, a_question(start, reference_of(started)))
        asked = list(self._required(bench, fake).payments)
        same = isinstance(answer, _TAKEN) and reference_of(answer) == reference_of(started)
        if not same or is_other(answer, start.amount) or asked != [start.amount]:
            refuse(
                f"asked about a payment of {start.amount}, the provider answers as it stands, and takes nothing",
                found=f"{told(answer)} after {told(started)}; payments {asked!r}",
                why="what a process that died has asked for is settled by it, and by nothing else",
                do="ask your provider for the payment, and answer with its amount and its identifier",
            )

    def test_look_up_what_never_was(self, fake: Fake | None) -> None:
        """Asked about a payment that nobody has asked for, it says neither that it was taken nor that it was not."""
        bench, start, _ = self._lookable(fake)
        other = a_start(start.amount)
        answer = self._looked_up(bench, a_question(other, ""))
        if isinstance(answer, (*_TAKEN, Declined)):
            refuse(
                "asked about a payment that it has never heard of, the provider says NotFound or Unknown",
                found=told(answer),
                why="it may be on its way: booked as declined it would be paid twice, as taken not at all",
                do="answer ok.NotFound() where you find payments by operation_id or key, else ok.Unknown()",
            )

    def test_look_up_broken_connection(self, fake: Fake | None) -> None:
        """Where the provider cannot be asked, nothing is said about the payment."""
        bench, start, started = self._lookable(fake)
        self._required(bench, fake).fail()
        method = self._method(bench)
        workshop = bench.workshop(self._currency(bench))
        answer = Providers(workshop).look_up(method, a_question(start, reference_of(started)))
        if not isinstance(answer, Unknown):
            refuse(
                "a connection that breaks while the provider is asked about a payment is Unknown",
                found=told(answer),
                why="what is said of the payment is booked",
                do="let the error of your client pass, or answer ok.Unknown()",
            )

    def test_connection(self, fake: Fake | None) -> None:
        """The check of the connection, where there is one, takes nothing, and says when nobody answers."""
        bench = self._checked()
        given = self._required(bench, fake)
        given.fail()
        found = bench.check(self._currency(bench))
        if given.payments or not found:
            refuse(
                "check_connection() says what is wrong when the provider does not answer, and asks for no money",
                found=f"it finds {len(found)} problems, and payments {list(given.payments)!r}",
                why="it is pressed to learn whether the account works, before a buyer pays by it",
                do="ask your provider for something that changes nothing, and yield an ok.Problem where it fails",
            )
        texts = [one.text for one in found]
        require_readable(
            {f"what is wrong with the connection ({number})": one for number, one in enumerate(texts)}
        )
        require_unsaid(
            bench.secrets,
            repr(texts),
            where="what is wrong with the connection",
            do="say in your own words what is wrong; the provider's may repeat what it was sent",
        )

    def test_logs(
        self,
        fake: Fake | None,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """Neither who pays, nor the way back, nor a secret stands in a log, whether it goes well or not."""
        bench = self._able()
        request = a_start(self._usual_amount(bench))
        with caplog.at_level("DEBUG"):
            self._offered(bench, request.amount)
            if not self._is_offline(bench):
                self._started(bench, request)
                self._required(bench, fake).fail()
                self._started(bench, a_start(request.amount))
        captured = capfd.readouterr()
        private = {
            f"the {name} of who pays": getattr(request, name) for name in ("email", "phone", "return_url")
        }
        require_unlogged(
            private,
            bench.secrets,
            caplog.text + captured.out + captured.err,
            do="log the operation_id and the reference; by these everything else is found",
        )

    def _usual_amount(self, bench: Bench) -> Money:
        return Money(self.amount, self._currency(bench))

    def _able(self) -> Bench:
        """The bench of a provider that offers; where it does not, another test says so."""
        bench = self._bench()
        answer = self._offered(bench, self._usual_amount(bench))
        if not isinstance(answer, Offer):
            wait_for("test_offer", found=told(answer))
        return bench

    def _startable(self, fake: Fake | None) -> Bench:
        """The bench of a provider that can start the usual payment; else another test says so."""
        bench = self._able()
        self._require_startable(bench, fake)
        return bench

    def _require_startable(self, bench: Bench, fake: Fake | None) -> None:
        if self._is_offline(bench):
            pytest.skip(_OFFLINE)
        self._required(bench, fake)
        if not isinstance(bench.made(self._currency(bench)), StartsPayments):
            wait_for("test_can_start", found="what the factory makes has no start()")

    def _method(self, bench: Bench) -> PaymentMethod:
        method = bench.row(bench.settings_in(self._currency(bench)))
        assert isinstance(method, PaymentMethod)  # the bench is one of a payment provider
        return method

    def _can(self, bench: Bench, capability: Capability) -> bool:
        """Whether the kit would ask the provider for that."""
        method = self._method(bench)
        try:
            Providers(bench.workshop(self._currency(bench))).require_able(method, capability)
        except InvalidInputError:
            return False
        return True

    def _refundable(self, fake: Fake | None) -> tuple[Bench, RefundingFake, OperationRequest]:
        """What asks for a third of the usual payment, which is taken; else another test says so."""
        bench = self._startable(fake)
        if not self._can(bench, Capability.REFUND):
            pytest.skip("it does not declare Capability.REFUND: nobody asks it to give money back")
        if not isinstance(fake, RefundingFake):
            wait_for("test_refunding_fake", found=f"the fixture `fake` gives {fake!r}")
        start = a_start(self._usual_amount(bench))
        started = self._started(bench, start)
        self._require_taken(started)
        fake.settle(reference_of(started))
        return bench, fake, a_refund(start, reference_of(started))

    def _held(self, fake: Fake | None, capability: Capability) -> HoldCheck:
        """A payment whose money is held, to be taken or released; else another test says so."""
        bench = self._startable(fake)
        if not self._can(bench, capability):
            pytest.skip(f"it does not declare Capability.{capability.name}: nobody asks it for that")
        side = holding(fake)
        start = a_start(self._usual_amount(bench))
        started = self._started(bench, start)
        self._require_taken(started)
        side.hold(reference_of(started))

        def ask(request: OperationRequest) -> Any:
            provider: Any = bench.made(request.amount.currency)
            return answer_within(_time_limit(bench), lambda: getattr(provider, capability.value)(request))

        return HoldCheck(side, capability, of_a_hold(start, reference_of(started), capability), ask)

    def _lookable(self, fake: Fake | None) -> tuple[Bench, StartRequest, Any]:
        """A payment that was started and can be asked about, and what was answered; else another test says so."""
        bench = self._startable(fake)
        if not self._can(bench, Capability.LOOKUP):
            pytest.skip("it does not declare Capability.LOOKUP: nobody asks it what came of a payment")
        start = a_start(self._usual_amount(bench))
        started = self._started(bench, start)
        self._require_taken(started)
        return bench, start, started

    @staticmethod
    def _looked_up(bench: Bench, request: LookupRequest) -> Any:
        """What a new provider answers, or raises."""
        provider = bench.made(request.amount.currency)
        assert isinstance(provider, LooksUpPayments)
        return answer_within(_time_limit(bench), lambda: provider.look_up(request))

    @staticmethod
    def _given_back(bench: Bench, request: OperationRequest) -> Any:
        """What a new provider answers, or raises."""
        provider = bench.made(request.amount.currency)
        assert isinstance(provider, RefundsPayments)
        return answer_within(_time_limit(bench), lambda: provider.refund(request))

    @staticmethod
    def _require_taken(answer: Any) -> None:
        if not isinstance(answer, _TAKEN):
            wait_for("test_start_usual", found=told(answer))

    @staticmethod
    def _is_offline(bench: Bench) -> bool:
        return isinstance(bench.kind, PaymentProviderType) and bench.kind.offline

    def _required(self, bench: Bench, fake: Fake | None) -> Fake:
        """The provider's side, as the test plays it."""
        if not isinstance(fake, Fake):
            if self._is_offline(bench):
                pytest.skip(_OFFLINE)
            wait_for("test_fake", found=f"the fixture `fake` gives {fake!r}")
        return fake

    def _offered(self, bench: Bench, amount: Money) -> Any:
        """What a new provider offers, or raises."""
        request = OfferRequest(number="1001", amount=amount)
        return answer_within(self._limit, lambda: bench.made(amount.currency).offer(request))

    @staticmethod
    def _started(bench: Bench, request: StartRequest) -> Any:
        """What a new provider answers, or raises."""
        return answer_within(_time_limit(bench), lambda: bench.made(request.amount.currency).start(request))

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
    def _require_asked(fake: Fake, answer: Any, amounts: list[Money]) -> None:
        is_taken = isinstance(answer, _TAKEN)
        asked = list(fake.payments)
        if asked != amounts and (is_taken or asked):
            refuse(
                f"the provider's side is asked for {', '.join(map(str, amounts))}, once",
                found=f"it was asked for {', '.join(map(str, asked)) or 'nothing'}",
                why="currencies differ in their minor units: the yen has none, the Kuwaiti dinar a thousand",
                do="send amount.minor where the provider counts minor units, amount.decimal where it reads decimals",
            )


def _time_limit(bench: Bench) -> float:
    return bench.kind.time_limit if isinstance(bench.kind, PaymentProviderType) else TIME_LIMIT
