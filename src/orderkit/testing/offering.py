"""What the contract of a payment provider checks of what it offers, declares and tells."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

import pytest

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.operations import FULFILLED_BY, Capability, TellsCapabilities, lacking, needed
from orderkit.contracts.payments import Offer, PaymentProviderType
from orderkit.domain.money import Money
from orderkit.testing.asking import a_start, told, words_of
from orderkit.testing.concerning import where
from orderkit.testing.plugins import OTHER_CURRENCIES
from orderkit.testing.sides import Fake
from orderkit.testing.telling import refuse, require_readable, require_unlogged, require_unsaid
from orderkit.testing.trying import PaymentChecks


class OfferChecks(PaymentChecks):
    """Of a provider before it is asked for money; offline ones are asked for nothing else."""

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

    @where(PaymentChecks.is_online)
    def test_offer_asks_nobody(self, fake: Fake | None) -> None:
        """Offering takes nothing, and goes on when the provider does not answer."""
        bench = self._able()
        given = self._required(fake)
        given.fail()
        answer = self._offered(bench, self._usual_amount(bench))
        if given.payments or not isinstance(answer, Offer):
            refuse(
                "offer() asks nobody outside",
                found=f"{told(answer)}, and payments {list(given.payments)!r}",
                why="it is asked whenever a page shows the ways to pay",
                do="ask in start(), and offer from the settings and the request alone",
            )

    def test_capabilities(self, fake: Fake | None) -> None:
        """It declares what it can do, and has what is needed for it; with its settings it can do no more."""
        bench = self._bench()
        made = bench.made(self._currency(bench))
        declared = bench.kind.capabilities if isinstance(bench.kind, PaymentProviderType) else frozenset()
        said: Any = made.capabilities() if isinstance(made, TellsCapabilities) else declared
        found = [*_differences(made, declared), *_boasts(said, declared)]
        if found:
            refuse(
                "the type declares what the provider has methods for, and with its settings it can do no more",
                found="; ".join(found),
                why="what is not declared is never asked for, and what is not there cannot be",
                do="give the type `capabilities`, write the method of each, and tell fewer where settings forbid one",
            )

    @where(PaymentChecks.checks_connection)
    def test_connection(self, fake: Fake | None) -> None:
        """The check of the connection, where there is one, takes nothing, and says when nobody answers."""
        bench = self._checked()
        given = self._required(fake)
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
            if self.is_online():
                self._started(bench, request)
                self._required(fake).fail()
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


def _differences(made: object, declared: Set[Capability]) -> Iterator[str]:
    """What a provider declares and does not have, and what it has and does not declare."""
    name = type(made).__name__
    for one in FULFILLED_BY:
        lacks = lacking(made, one)
        if one in declared and lacks:
            yield f"it declares {one.name}, and `{name}` has no {' and no '.join(lacks)}"
        if one not in declared and not lacks:
            yield f"it has {' and '.join(needed(one))}, and does not declare {one.name}"


def _boasts(said: Any, declared: Set[Capability]) -> Iterator[str]:
    if not isinstance(said, Set):
        yield f"capabilities() answers {said!r:.200}, which is no set"
    elif not said <= declared:
        beyond = ", ".join(sorted(getattr(one, "name", repr(one)) for one in said - declared))
        yield f"capabilities() tells of {beyond}, which the type does not declare"
