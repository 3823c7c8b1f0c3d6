"""Orders: made by hand, by import or by the host; moved, edited, cancelled, found."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from orderkit.domain.actor import Act, Actor
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.pricing import PriceRules
from orderkit.registry.ruling import Rules
from orderkit.services.orders import editing, finding, making, moving
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store


@attrs.frozen
class Orders:
    """The orders of one site. Each verb stands in the module that is named with it."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    rules: Rules
    lifecycle: Lifecycle
    new_token: Callable[[], str]
    pricer: PriceRules

    create = making.create

    set_status = moving.set_status
    cancel = moving.cancel
    request_cancel = moving.request_cancel
    decline_cancel = moving.decline_cancel
    declined_cancel = moving.declined_cancel
    choices = moving.choices

    edit_lines = editing.edit_lines
    edit_adjustments = editing.edit_adjustments
    edit_delivery = editing.edit_delivery
    add_note = editing.add_note
    see_dispute = editing.see_dispute
    issue_link = editing.issue_link

    get = finding.get
    by_number = finding.by_number
    by_ref = finding.by_ref
    by_link = finding.by_link
    find = finding.find
    every = finding.every
    of_person = finding.of_person
    view = finding.view

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)
