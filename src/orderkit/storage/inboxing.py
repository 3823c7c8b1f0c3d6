"""The inbox: what providers told, between its classes and its rows, and which of it is to be taken up."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.inbox import InboxEvent, InboxReason, InboxStatus, Subject
from orderkit.domain.money import Money
from orderkit.domain.outcome import Asked
from orderkit.domain.provider_event import ProviderEvent, Told
from orderkit.domain.site import Site
from orderkit.errors import NotFoundError
from orderkit.storage import tables
from orderkit.storage.database import Database
from orderkit.storage.loading import load_orders
from orderkit.storage.paging import Paging
from orderkit.storage.rows import Page
from orderkit.storage.searching import beside_the_index

MOST_OF_AN_ORDER = 200
"""So many events of one order are read, the newest ones."""

_KINDS: Mapping[str, type] = {kind.__name__.lower(): kind for kind in get_args(Told)}
_i, _p, _r = tables.inbox.c, tables.payments.c, tables.refunds.c
_IN_BOTH = (
    *("id", "version", "method_id", "digest", "copy", "received_at"),
    *("about_order", "payment_id", "tries", "due_at"),
)
_IS_OPEN, _IS_FLAGGED = sa.text("status IN ('received', 'parked')"), sa.text("status = 'flagged'")
"""As the indexes of few rows have it: a parameter would not be found in them."""
_OF_EVENT = ("event_id", "reference", "payment_reference", "operation_id")


@attrs.frozen
class Inbox:
    """The inbox of one site, read; it is written by the store, as all else is."""

    database: Database
    site: Site

    def get(self, id: UUID) -> InboxEvent:
        """
        One event.

        Raises:
            NotFoundError: This site has no such event.
        """
        found = self._first(_i.id == id)
        if found is None:
            raise NotFoundError(f"site {self.site.code!r} has no event {id}", code="event_not_found")
        return found

    def known(self, method_id: UUID, event_id: str, copy: str = "") -> InboxEvent | None:
        """The event of that id of the provider, if it has come."""
        return self._first(_i.method_id == method_id, _i.event_id == event_id, _i.copy == copy)

    def due(self, now: datetime, limit: int) -> list[UUID]:
        """What is to be taken up by now, the longest due first."""
        query = (
            sa.select(_i.id)
            .where(
                _i.site_id == self.site.id,
                _IS_OPEN,
                _i.due_at <= now,
            )
            .order_by(_i.due_at, _i.id)
            .limit(limit)
        )
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def waiting(self, method_id: UUID, reference: str, payment_id: UUID | None = None) -> list[UUID]:
        """
        What waits for that payment or refund, oldest first: parked, or of an amount that did not fit.

        A part of a hold may be told to be taken before it is told that it is held.

        Args:
            payment_id: What is known to be about that payment waits for it, too, whatever it was told under.
        """
        about = (
            _i.site_id == self.site.id,
            beside_the_index(self.database, _i.method_id) == method_id,
            sa.or_(
                _i.reference == reference,
                _i.payment_reference == reference,
                _i.payment_id == payment_id if payment_id else sa.false(),
            ),
        )
        parked = sa.select(_i.id, _i.received_at).where(
            *about, _IS_OPEN, _i.status == InboxStatus.PARKED.value
        )
        did_not_fit = sa.select(_i.id, _i.received_at).where(
            *about, _IS_FLAGGED, _i.reason == InboxReason.AMOUNT_DIFFERS.value, _i.copy == ""
        )
        found = parked.union_all(did_not_fit).subquery()
        query = sa.select(found.c.id).order_by(found.c.received_at, found.c.id)
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def of_order(self, order_id: UUID) -> list[InboxEvent]:
        """What was told about the payments of an order, oldest first."""
        query = (
            sa.select(tables.inbox)
            .where(_i.site_id == self.site.id, _i.about_order == order_id)
            .order_by(_i.received_at.desc(), _i.id.desc())
            .limit(MOST_OF_AN_ORDER)
        )
        with self.database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [restored(row) for row in reversed(rows)]

    def flagged(self, most: int) -> int:
        """How many events people have to look into, of which no more than *most* are counted."""
        return self._count(most, _IS_FLAGGED)

    def about_nobody(self, method_id: UUID, since: datetime, most: int) -> int:
        """How many events of a method came that are about no payment that is known; *most* at most."""
        return self._count(most, _i.method_id == method_id, _i.payment_id.is_(None), _i.received_at > since)

    def came_since(self, method_id: UUID, order_id: UUID, since: datetime, most: int) -> int:
        """How many events of a method that tell nothing by themselves came about an order; *most* at most."""
        return self._count(
            most, _i.about_order == order_id, _i.method_id == method_id, _i.received_at > since
        )

    def order_numbers(self, ids: Set[UUID]) -> Mapping[UUID, str]:
        """The number of each order, by its id."""
        if not ids:
            return {}
        _o = tables.orders.c
        query = sa.select(_o.id, _o.number).where(_o.site_id == self.site.id, _o.id.in_(ids))
        with self.database.reading() as connection:
            return {row.id: row.number for row in connection.execute(query)}

    def page(
        self,
        status: InboxStatus | None = None,
        *,
        text: str = "",
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page[InboxEvent]:
        """
        A page of all that was told, newest first; with *text* only what has that number.

        Raises:
            InvalidInputError: A cursor that is none of ours or two of them, a limit out of bounds.
        """
        paging = Paging(after=after, before=before, limit=limit)
        is_rare = status is InboxStatus.FLAGGED
        moment = beside_the_index(self.database, _i.received_at) if is_rare else _i.received_at
        conditions = [_i.site_id == self.site.id, *paging.beyond(moment, _i.id)]
        if status is not None and not is_rare:
            conditions.append(_i.status == status.value)
        if text:
            conditions.append(self._named(text))
        query = (
            sa.select(tables.inbox)
            .where(*conditions, *((_IS_FLAGGED,) if is_rare else ()))
            .order_by(*paging.order_by(moment, _i.id))
            .limit(paging.most)
        )
        with self.database.reading() as connection:
            rows = [restored(row) for row in connection.execute(query).mappings()]
        return paging.page(rows, lambda held: (held.received_at, held.id))

    def subject(self, held: InboxEvent) -> Subject | None:
        """As `subject_of`, of an event that is kept: what it was found to be about it stays about."""
        return self.subject_of(held.method_id, held.event, held.payment_id)

    def subject_of(
        self, method_id: UUID, event: ProviderEvent, payment_id: UUID | None = None
    ) -> Subject | None:
        """
        What an event is about, as it is stored now: found by our operation, else by the provider's references.

        Args:
            payment_id: Of which payment it is, where that is known.
        """
        with self.database.reading() as connection:
            found = self._refund(connection, method_id, event) if event.asked is Asked.REFUND else None
            reference = event.payment_reference if event.asked is Asked.REFUND else event.reference
            operation = None if event.asked is Asked.REFUND else event.operation_id
            found = found or self._payment(connection, method_id, reference, payment_id or operation)
            if found is None:
                return None
            payment_id, refund_id = found
            of_payment = sa.select(_p.order_id).where(_p.site_id == self.site.id, _p.id == payment_id)
            order = next(load_orders(connection, self.site.id, tables.orders.c.id.in_(of_payment)))
        return Subject(order, order.payment(payment_id), refund_id)

    def payment_id(self, method_id: UUID, reference: str, operation_id: UUID | None) -> UUID | None:
        """The payment of a method that was started with that operation; without one, that its provider calls so."""
        with self.database.reading() as connection:
            found = self._payment(connection, method_id, "" if operation_id else reference, operation_id)
        return found[0] if found else None

    def elsewhere(self, provider: str, reference: str, operation_id: UUID | None) -> tuple[UUID, UUID] | None:
        """As `payment_id`, of any method of this site with that provider: the method, and the payment."""
        _m = tables.payment_methods.c
        methods = sa.select(_m.id).where(_m.site_id == self.site.id, _m.provider == provider)
        way = _p.id == operation_id if operation_id else _p.reference == reference
        query = sa.select(_p.method_id, _p.id).where(
            _p.site_id == self.site.id, _p.method_id.in_(methods), sa.not_(_p.offline), way
        )
        with self.database.reading() as connection:
            rows = connection.execute(query.limit(2)).all()
        return (rows[0].method_id, rows[0].id) if len(rows) == 1 else None

    def _refund(
        self, connection: sa.Connection, method_id: UUID, event: ProviderEvent
    ) -> tuple[UUID, UUID | None] | None:
        of_site = [_r.site_id == self.site.id, _p.site_id == _r.site_id, _p.id == _r.payment_id]
        is_refund = sa.and_(_r.by_provider, _r.kind.is_(None))
        query = sa.select(_r.payment_id, _r.id).where(*of_site, _p.method_id == method_id, is_refund)
        ways = [_r.reference == event.reference]
        if event.operation_id is not None:
            ways.insert(0, _r.id == event.operation_id)
        for way in ways:
            if len(rows := connection.execute(query.where(way).limit(2)).all()) == 1:
                return rows[0].payment_id, rows[0].id
        return None

    def _payment(
        self, connection: sa.Connection, method_id: UUID, reference: str, operation_id: UUID | None
    ) -> tuple[UUID, UUID | None] | None:
        query = sa.select(_p.id).where(
            _p.site_id == self.site.id, _p.method_id == method_id, sa.not_(_p.offline)
        )
        ways = [_p.reference == reference] if reference else []
        if operation_id is not None:
            ways.insert(0, _p.id == operation_id)
        for way in ways:
            if len(ids := connection.execute(query.where(way).limit(2)).scalars().all()) == 1:
                return ids[0], None
        return None

    def _named(self, text: str) -> sa.ColumnElement[bool]:
        """Whether an event is called so, or the payment, refund or order it is about."""
        _o = tables.orders.c
        of_number = sa.select(_o.id).where(_o.site_id == self.site.id, _o.number == text)
        names = (_i.event_id, _i.reference, _i.payment_reference)
        return sa.or_(*(name == text for name in names), _i.about_order.in_(of_number))

    def _count(self, most: int, *conditions: sa.ColumnElement[bool] | sa.TextClause) -> int:
        some = sa.select(_i.id).where(_i.site_id == self.site.id, *conditions).limit(most).subquery()
        with self.database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())

    def _first(self, *conditions: sa.ColumnElement[bool] | sa.TextClause) -> InboxEvent | None:
        query = sa.select(tables.inbox).where(_i.site_id == self.site.id, *conditions)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return restored(row) if row else None


def row_of(site_id: int, held: InboxEvent) -> dict[str, Any]:
    """As it is stored."""
    return {
        "site_id": site_id,
        **{name: getattr(held, name) for name in _IN_BOTH},
        **{name: getattr(held.event, name) for name in _OF_EVENT},
        "asked": held.event.asked.value,
        "told": told_document(held.event.told),
        "answered": told_document(held.answered),
        "status": held.status.value,
        "reason": held.reason.value if held.reason else None,
    }


def told_document(told: Told | None) -> dict[str, str | int] | None:
    """What was told, as a document; where a buyer goes on is left out: it may let anybody pay."""
    if told is None:
        return None
    document: dict[str, str | int] = {"kind": type(told).__name__.lower()}
    for name in ("reference", "reason"):
        if value := getattr(told, name, ""):
            document[name] = str(value)
    if isinstance(amount := getattr(told, "amount", None), Money):
        document |= {"amount": amount.minor, "currency": amount.currency}
    return document


def _told(document: Mapping[str, Any] | None) -> Any:
    if document is None:
        return None
    fields: dict[str, Any] = {name: document[name] for name in ("reference", "reason") if name in document}
    if "amount" in document:
        fields["amount"] = Money(document["amount"], document["currency"])
    return _KINDS[document["kind"]](**fields)


def restored(row: sa.RowMapping) -> InboxEvent:
    """What a row of the inbox holds."""
    event = ProviderEvent(
        asked=row["asked"], told=_told(row["told"]), **{name: row[name] for name in _OF_EVENT}
    )
    fields = {name: row[name] for name in (*_IN_BOTH, "status", "reason")}
    return InboxEvent(event=event, answered=_told(row["answered"]), **fields)
