"""Rows that the admin configures, of whatever class: one way to add, change and arrange them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import attrs

from orderkit.domain import configuring
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.configuring import C, Configured
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.errors import InvalidInputError, NotFoundError
from orderkit.registry.making import Workshop
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store


@attrs.frozen
class Rows:
    """The configured rows of one site."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    workshop: Workshop

    def all(self, of: type[C]) -> tuple[C, ...]:
        """All rows of a class, their settings of the present version, in order of display."""
        return tuple(map(self.workshop.upgraded, self.reader.configured(of)))

    def one(self, of: type[C], id: UUID) -> C:
        """One row; raises `NotFoundError`."""
        return self.workshop.upgraded(_one(self.reader.configured(of), id, of))

    def add(
        self,
        row: C,
        act: Act,
        *,
        key: str,
        asked: Sequence[object] = (),
        finish: Callable[[C], C] = lambda row: row,
    ) -> C:
        """
        Store a new row.

        Args:
            asked: What was asked for beside what stands in the row.
            finish: Sets what follows from the type, which is known by then.

        Raises:
            InvalidInputError: No plugin brings its type, or the type does not take its settings.
            ConflictError: ``key_reused``.
        """
        told = fingerprint(f"settings.add_{row.noun}", row.snapshot(), *asked, *self.workshop.digests(row))
        change = configuring.create(finish(self._checked(row)), act)
        made = partial(self.one, type(row))
        return self._steps.make(lambda: change, request=Request(clean_key(key), told), made=made)

    def edit(
        self, row: C, *, actor: Actor, key: str, finish: Callable[[C, C], C] = lambda _, after: after
    ) -> C:
        """
        Store a changed row, at the version it has.

        While its plugin is missing all but the settings can be changed.

        Args:
            key: Empty for none.
            finish: Given the row before and after, sets what follows from the type.

        Raises:
            ConflictError: ``stale_version``, or ``key_reused``.
            InvalidInputError: Settings that its type does not take.
            NotFoundError: This site has no such row.
        """
        of = type(row)

        def stored() -> C:
            return _one(self.reader.configured(of), row.id, of)

        def seen() -> C:
            found = stored()
            self.reader.require_version(f"{short(of)} {row.id}", found, row.version)
            return found

        def decide(before: C) -> Change[C] | None:
            is_same = row.code == before.code and self._keeps(row, before)
            after = self._kept(row, before) if is_same else self._checked(row)
            return configuring.edit(before, finish(before, after), self.acting(actor))

        told, digests = row.snapshot(), self.workshop.digests(row)
        request = Request.of(key, f"settings.edit_{row.noun}", row.id, row.version, told, *digests)
        return self.workshop.upgraded(self._steps.take(seen, decide, request, stored))

    def arrange(self, of: type[C], ids: Sequence[UUID], *, actor: Actor) -> tuple[C, ...]:
        """
        Put rows into that order of display, in one commit.

        Args:
            ids: Each once; those left out follow in the order they have.

        Raises:
            InvalidInputError: ``named_twice``.
            NotFoundError: This site has no such row.
            ConflictError: ``stale_version``: somebody changed one of them at the same moment.
        """
        act = self.acting(actor)
        moved = _arranged(self.reader.configured(of), ids, of)
        changes = (configuring.edit(before, after, act) for before, after in moved)
        if made := [change for change in changes if change is not None]:
            self.store.save(*made)
        return self.all(of)

    def _checked(self, row: C) -> C:
        """The same row with all its settings, as its plugin's class reads them, now and when they are stored."""
        checked = attrs.evolve(row, settings=self.workshop.entered(row))
        # A default or a converter may make what the class itself does not take.
        self.workshop.settings(checked)
        return checked

    def _keeps(self, row: C, before: C) -> bool:
        """Whether the settings of a row are those that are stored, or those as they are shown."""
        return row.settings in (before.settings, self.workshop.upgraded(before).settings)

    def _kept(self, row: C, before: C) -> C:
        """
        The same row with the settings that are stored, sealed with the newest key.

        Those of an earlier version are stored as the present one has them, if that can be used: else they stay for a
        better one.
        """
        upgraded = self.workshop.upgraded(before)
        if upgraded != before:
            with contextlib.suppress(InvalidInputError):
                return self._checked(attrs.evolve(row, settings=upgraded.settings))
        return attrs.evolve(row, settings=self.workshop.renewed(before.settings))

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)


def short(of: type[Configured]) -> str:
    """What messages call a row of a class: ``method`` or ``rule``."""
    return of.noun.rpartition("_")[2]


def _one(found: Sequence[C], id: UUID, of: type[C]) -> C:
    for row in found:
        if row.id == id:
            return row
    noun = short(of)
    raise NotFoundError(f"this site has no {noun} {id}", code=f"{noun}_not_found")


def _arranged(stored: Sequence[C], ids: Sequence[UUID], of: type[C]) -> list[tuple[C, C]]:
    """Each row before and after it got its place, the first at 1."""
    if len(set(ids)) != len(ids):
        raise InvalidInputError(
            f"a {short(of)} is named twice; name each once", code="named_twice", field="ids"
        )
    placed: list[C] = [_one(stored, id, of) for id in ids]
    placed += [row for row in stored if row.id not in ids]
    return [(row, attrs.evolve(row, position=place)) for place, row in enumerate(placed, 1)]
