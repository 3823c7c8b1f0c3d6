"""What plugins have to say about orders, at work: whatever one does, there is an answer in time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import attrs

from orderkit.contracts.orders import NumberDraft, OrderFacts, facts_of
from orderkit.contracts.problems import Problem
from orderkit.contracts.wording import Text, in_language
from orderkit.domain.actor import ActorKind
from orderkit.domain.change import Change
from orderkit.domain.lifecycle import Choice
from orderkit.domain.order import Order
from orderkit.domain.site import Site
from orderkit.errors import InvalidInputError, TransitionRefusedError
from orderkit.registry.functions import HookFunction
from orderkit.registry.limiting import MOST_HANGING, Hanging, begin, within
from orderkit.registry.soundness import problems_in
from orderkit.registry.troubles import Troubles

T = TypeVar("T")

RULING_LIMIT = 5.0
"""Seconds that all plugins together have to find problems: somebody waits in front of a page."""
LOOKING_LIMIT = 1.0
"""Seconds that they have together to say what they would refuse: nothing is decided by it yet."""
NUMBER_LIMIT = 0.5
"""Seconds that a plugin has to make a number: every new order of the site waits for it."""
REST = 60.0
"""Seconds for which a plugin that was late with a number is not asked for another."""
LONGEST_NUMBER = 32

NUMBER, CHECK, TRANSITION = "orderkit_order_number", "orderkit_check_order", "orderkit_before_transition"
_NUMBER = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_UNASKED: Final = (ActorKind.MONEY, ActorKind.IMPORT)


class BadNumberError(ValueError):
    """What a plugin gives as a number is none."""


@attrs.frozen
class Rulings:
    """
    The plugins that have a say in orders, of all sites of a kit.

    Attributes:
        functions: By hook, each in the order of the plugins' names.
    """

    functions: Mapping[str, Sequence[HookFunction]]
    hanging: Hanging
    troubles: Troubles
    _rests_until: dict[str, float] = attrs.field(factory=dict, init=False)

    def number(self, draft: NumberDraft, is_taken: Callable[[str], bool]) -> str:
        """
        The number of a new order: the first that a plugin gives, else the counter's own.

        It is called while the order is being stored. So a plugin has little time, and one that was late none for a
        while; whatever goes wrong with it, the order has a number.
        """
        for function in self.functions.get(NUMBER, ()):
            if self._rests_until.get(function.plugin, 0) > time.monotonic():
                continue
            try:
                number = self._numbered(function, draft)
            except Exception as error:
                if isinstance(error, TimeoutError):
                    self._rests_until[function.plugin] = time.monotonic() + REST
                why = str(error) if isinstance(error, BadNumberError) else type(error).__name__
                self.troubles.add(function.plugin, NUMBER, why)
                break
            if number is None:
                continue
            if not is_taken(number):  # what the database raises is no fault of the plugin's
                return number
            self.troubles.add(function.plugin, NUMBER, "the number is taken")
            break
        return str(draft.value)

    def problems(self, hook: str, **arguments: object) -> tuple[Problem, ...]:
        """
        What all plugins find wrong; one that does not answer is a problem of its own.

        They are asked at once, so that all of them together are waited for no longer than one.
        """
        asked = [(one, self._begin(one, RULING_LIMIT, arguments)) for one in self.functions.get(hook, ())]
        return tuple(
            problem for one, answer in asked for problem in self._heard(one, answer, (_silent(one),))
        )

    def vetoes(self, order: OrderFacts, targets: Sequence[str]) -> Mapping[str, tuple[Problem, ...]]:
        """For each status, what plugins would have against a move there; one that does not answer has nothing."""
        begun = [
            (
                target,
                one,
                self._begin(one, LOOKING_LIMIT, {"order": order, "before": order.status, "after": target}),
            )
            for target in targets
            for one in self.functions.get(TRANSITION, ())
        ]
        found: dict[str, tuple[Problem, ...]] = dict.fromkeys(targets, ())
        for target, one, answer in begun:
            found[target] += self._heard(one, answer, ())
        return found

    def _numbered(self, function: HookFunction, draft: NumberDraft) -> str | None:
        self._require_room(function)
        give_up = partial(self.hanging.add, _key(function))
        number = within(NUMBER_LIMIT, lambda: function(draft=draft), give_up)
        if number is None:
            return None
        if not isinstance(number, str) or len(number) > LONGEST_NUMBER or not _NUMBER.fullmatch(number):
            raise BadNumberError("a number is capital letters, digits and hyphens")
        if number.isdecimal() and number != str(draft.value):
            raise BadNumberError("digits alone may be the counter's own, of another order")
        return number

    def _begin(
        self, function: HookFunction, limit: float, arguments: Mapping[str, object]
    ) -> Callable[[], tuple[Problem, ...]]:
        try:
            self._require_room(function)
        except TimeoutError as error:
            return partial(_raise, error)
        give_up = partial(self.hanging.add, _key(function))
        return begin(limit, lambda: problems_in(function(**arguments)), give_up)

    def _heard(
        self, function: HookFunction, answer: Callable[[], tuple[Problem, ...]], silent: tuple[Problem, ...]
    ) -> tuple[Problem, ...]:
        try:
            return answer()
        except Exception as error:
            self.troubles.add(function.plugin, function.hook, type(error).__name__)
            return silent

    def _require_room(self, function: HookFunction) -> None:
        if self.hanging.is_full(_key(function)):
            raise TimeoutError(f"{MOST_HANGING} calls hang; it is called again once one has come back")


@attrs.frozen
class Rules:
    """What plugins have to say about the orders of one site."""

    rulings: Rulings
    site: Site

    def number(self, value: int, order: Order, made_by: ActorKind, is_taken: Callable[[str], bool]) -> str:
        """The number of a new order, of which the counter gave *value*; see `Rulings.number`."""
        at = order.created_at.astimezone(ZoneInfo(self.site.timezone))
        draft = NumberDraft(site=self.site.code, value=value, at=at, made_by=made_by.value)
        return self.rulings.number(draft, is_taken)

    def allow(self, change: T, *, is_placing: bool = False) -> T:
        """
        Answer a change of an order as it was given, or refuse it in the words of plugins.

        What follows from money and what is imported has happened already: nobody is asked about it.

        Args:
            is_placing: Whether it leads to a placed order, though it does not place it yet.

        Raises:
            InvalidInputError: ``order_refused``: an order is placed by it that is not to be.
            TransitionRefusedError: ``vetoed``: it moves the order where that is not to go.
        """
        if not isinstance(change, Change) or change.entry.actor.kind in _UNASKED:
            return change
        before, after, by = change.before, change.after, change.entry.actor.kind
        if is_placing or (after.placed_at and not (before and before.placed_at)):
            self._require_sound(after, by)
        if before is not None and before.status is not after.status:
            self._require_unopposed(before, after, by)
        return change

    def weigh(self, choices: Sequence[Choice], order: Order, by: ActorKind) -> tuple[Choice, ...]:
        """The choices of an order, those that plugins would refuse closed, with their words."""
        targets = [one.status for one in choices if one.is_open and one.status is not order.status]
        if by in _UNASKED or not self.rulings.functions.get(TRANSITION):
            return tuple(choices)
        found = self.rulings.vetoes(facts_of(order, self.site, by), [one.value for one in targets])
        return tuple(
            attrs.evolve(one, refusal="vetoed", words=tuple(problem.text for problem in found[one.status]))
            if found.get(one.status)
            else one
            for one in choices
        )

    def _require_sound(self, order: Order, by: ActorKind) -> None:
        found = self.rulings.problems(CHECK, order=facts_of(order, self.site, by))
        if found:
            told = tuple((problem.field, problem.text) for problem in found)
            raise InvalidInputError(_words(told), code="order_refused", field=told[0][0], problems=told)

    def _require_unopposed(self, before: Order, after: Order, by: ActorKind) -> None:
        found = self.rulings.problems(
            TRANSITION,
            order=facts_of(before, self.site, by),
            before=before.status.value,
            after=after.status.value,
        )
        if found:
            told = tuple((problem.field, problem.text) for problem in found)
            raise TransitionRefusedError(
                f"{before.name} does not go from {before.status.value!r} to {after.status.value!r}: {_words(told)}",
                code="vetoed",
                problems=told,
                order=before.number,
            )


def _key(function: HookFunction) -> str:
    """What a plugin's calls hang by: apart from those for money and prices, which have codes."""
    return f"{function.plugin}:{function.hook}"


def _raise(error: Exception) -> tuple[Problem, ...]:
    raise error


def _silent(function: HookFunction) -> Problem:
    return Problem(
        {
            "en": f"This cannot be checked now: the plugin “{function.plugin}” does not answer. Try again later.",
            "ru": f"Сейчас это нельзя проверить: плагин «{function.plugin}» не отвечает. Попробуйте позже.",
        }
    )


def _words(told: Sequence[tuple[str, Text]]) -> str:
    return "; ".join(in_language(text, "en") for _, text in told)
