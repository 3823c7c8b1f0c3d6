"""Asks a plugin whether the settings of a row lead to where they should."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

import attrs

from orderkit.contracts.checking import ConnectionCheck
from orderkit.contracts.payments import TIME_LIMIT, PaymentProviderType
from orderkit.contracts.problems import Problem
from orderkit.domain.configuring import Configured
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
    """The checks of the configured rows of one site; a plugin that fails at one is told of, and stops nothing."""

    workshop: Workshop

    def can_check(self, row: Configured) -> bool:
        """Whether what works for a row has a check; not while it cannot be made."""
        try:
            return isinstance(self.workshop.made(row), ConnectionCheck)
        except (Exception, SystemExit):
            return False

    def check(self, row: Configured) -> tuple[Problem, ...]:
        """
        What is wrong with the connection; nothing where all is well.

        Raises:
            InvalidInputError: The plugin is missing, or the settings cannot be used; ``no_connection_check``.
        """
        self.workshop.settings(row)  # who cannot be asked for what is stored is told why
        if not self.can_check(row):
            raise InvalidInputError(
                f"what works for {row.noun.replace('_', ' ')} {row.id} has no check_connection(), or cannot be made",
                code="no_connection_check",
                field=row.noun,
            )
        if self.workshop.is_full(row):
            return (BUSY,)
        try:
            return within(self._limit(row), partial(self._ask, row), self.workshop.give_up(row))
        except Exception as error:
            # By its class alone: what a plugin says may hold what a person typed.
            log.warning("check of the connection of %s %s: %s", row.noun, row.id, type(error).__name__)
            return (LATE if isinstance(error, TimeoutError) else FAILED,)

    def _ask(self, row: Configured) -> tuple[Problem, ...]:
        made = self.workshop.made(row)
        assert isinstance(made, ConnectionCheck)  # else it would not have come so far
        return problems_in(made.check_connection())

    def _limit(self, row: Configured) -> float:
        kind = self.workshop.type_of(row)
        return kind.time_limit if isinstance(kind, PaymentProviderType) else TIME_LIMIT
