"""Asks a plugin whether the settings of a method lead to where they should."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

import attrs

from orderkit.contracts.carriers import Carrier
from orderkit.contracts.checking import ConnectionCheck
from orderkit.contracts.payments import TIME_LIMIT, PaymentProvider, PaymentProviderType
from orderkit.contracts.problems import Problem
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.errors import InvalidInputError
from orderkit.registry.limiting import within
from orderkit.registry.making import Workshop
from orderkit.registry.soundness import problems_in

log = logging.getLogger("orderkit.settings")

FAILED: Final = Problem(
    {"en": "The plugin failed at the check.", "ru": "Расширение не смогло проверить соединение."}
)
LATE: Final = Problem({"en": "There was no answer in time.", "ru": "Ответа не было слишком долго."})
BUSY: Final = Problem(
    {
        "en": "Too many checks and payments of this plugin wait for an answer already.",
        "ru": "Ответа этого расширения ждут уже слишком многие проверки и платежи.",
    }
)


@attrs.frozen
class Checks:
    """The checks of the methods of one site; a plugin that fails at one is told of, and stops nothing."""

    workshop: Workshop

    def can_check(self, method: PaymentMethod | ShippingMethod) -> bool:
        """Whether what works for a method has a check; not while it cannot be made."""
        try:
            return isinstance(self._made(method), ConnectionCheck)
        except (Exception, SystemExit):
            return False

    def check(self, method: PaymentMethod | ShippingMethod) -> tuple[Problem, ...]:
        """
        What is wrong with the connection; nothing where all is well.

        Raises:
            InvalidInputError: The plugin is missing, or the settings cannot be used; ``no_connection_check``.
        """
        self.workshop.settings(method)  # who cannot be asked for what is stored is told why
        if not self.can_check(method):
            raise InvalidInputError(
                f"what works for method {method.id} has no check_connection(), or cannot be made",
                code="no_connection_check",
                field="method",
            )
        code = self.workshop.type_of(method).code
        if self.workshop.hanging.is_full(code):
            return (BUSY,)
        try:
            return within(
                self._limit(method), partial(self._ask, method), partial(self.workshop.hanging.add, code)
            )
        except Exception as error:
            # By its class alone: what a plugin says may hold what a person typed.
            log.warning("check of the connection of method %s: %s", method.id, type(error).__name__)
            return (LATE if isinstance(error, TimeoutError) else FAILED,)

    def _ask(self, method: PaymentMethod | ShippingMethod) -> tuple[Problem, ...]:
        made = self._made(method)
        assert isinstance(made, ConnectionCheck)  # else it would not have come so far
        return problems_in(made.check_connection())

    def _made(self, method: PaymentMethod | ShippingMethod) -> Carrier | PaymentProvider:
        if isinstance(method, PaymentMethod):
            return self.workshop.provider(method)
        return self.workshop.carrier(method)

    def _limit(self, method: PaymentMethod | ShippingMethod) -> float:
        kind = self.workshop.type_of(method)
        return kind.time_limit if isinstance(kind, PaymentProviderType) else TIME_LIMIT
