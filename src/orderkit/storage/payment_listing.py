"""The list «Платежи»: everyone who reached the payment page, one statement whatever the number of payments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.money import Money
from orderkit.domain.payment import Attempt, FactKind, PaymentResult
from orderkit.domain.people import JOINING
from orderkit.domain.site import Site
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError
from orderkit.storage import tables
from orderkit.storage.database import Database
from orderkit.storage.paging import Paging
from orderkit.storage.persons import joined_with
from orderkit.storage.rows import Page, PaymentFilter, PaymentRow
from orderkit.storage.searching import Search, beginnings, beside_the_index, within_days

_p, _o, _c, _d = tables.payments.c, tables.orders.c, tables.contacts.c, tables.details.c
_method, _fact = tables.payment_methods.c, tables.money_facts.c


@attrs.frozen
class PaymentList:
    """The payments of one site as a list."""

    database: Database
    site: Site

    def page(
        self, wanted: PaymentFilter, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[PaymentRow]:
        """
        A page of the list «Платежи», newest first, in one statement.

        Args:
            after: ``next`` of the page before this one.
            before: ``previous`` of the page after this one.
            limit: Rows on a page, 1 to 200.

        Raises:
            InvalidInputError: An unknown result, unusable text, a cursor that is none of ours or two of them, a
                limit out of bounds.
        """
        paging = Paging(after=after, before=before, limit=limit)
        query = self._list_query(wanted, paging)
        with self.database.reading() as connection:
            rows = [_payment_row(row) for row in connection.execute(query).mappings()]
        return paging.page(rows, lambda row: (row.at, row.id))

    def _list_query(self, wanted: PaymentFilter, paging: Paging) -> sa.Select[Any]:
        of_site = _p.site_id == self.site.id
        conditions = [of_site, *self._conditions(wanted), *paging.beyond(_p.opened_at, _p.id)]
        text = clean(wanted.text, "text")
        if not (text or wanted.contact_id or wanted.person_id):
            order_by = paging.order_by(_p.opened_at, _p.id)
            return _LIST.where(*conditions).order_by(*order_by).limit(paging.most)
        # First the page's ids, by way of the hits; then the rows of these few alone.
        order_by = paging.order_by(beside_the_index(self.database, _p.opened_at), _p.id)
        page = sa.select(_p.id).where(*conditions).order_by(*order_by).limit(paging.most)
        if text:
            hits = self._hits(text).subquery()
            page = page.select_from(hits.join(tables.payments, sa.and_(of_site, _p.id == hits.c.id)))
        few = sa.select(page.subquery().c.id)
        return _LIST.where(of_site, _p.id.in_(few)).order_by(*order_by)

    def _conditions(self, wanted: PaymentFilter) -> Iterator[sa.ColumnElement[bool]]:
        if wanted.result:
            yield sa.or_(*(_RESULTS[_result(one)] for one in wanted.result))
        if wanted.payment_method_id:
            yield _p.method_id == wanted.payment_method_id
        if wanted.contact_id:
            theirs = sa.select(_o.id).where(_o.site_id == self.site.id, _o.contact_id == wanted.contact_id)
            yield _p.order_id.in_(theirs)
        if wanted.person_id:
            person = joined_with(self.database, self.site, [wanted.person_id], JOINING)
            of_person = _o.contact_id.in_(sa.select(person.c.id))
            yield _p.order_id.in_(sa.select(_o.id).where(_o.site_id == self.site.id, of_person))
        yield from within_days(self.site, _p.opened_at, wanted.opened_from, wanted.opened_to)

    def _hits(self, text: str) -> sa.CompoundSelect[Any]:
        """Payments by the order they are of, and by the beginning of the provider's identifier."""
        of_site = sa.select(_p.id).where(_p.site_id == self.site.id)
        found = Search(self.database, self.site).orders(text, _o.number).subquery()
        ways = [of_site.where(way) for way in beginnings(_p.reference, text)]
        return sa.union(of_site.where(_p.order_id.in_(sa.select(found.c.id))), *ways)


_RESULTS: dict[PaymentResult, sa.ColumnElement[bool]] = {
    PaymentResult.SUCCEEDED: _p.captured_minor > 0,
    PaymentResult.DECLINED: sa.and_(_p.captured_minor == 0, _p.attempt == Attempt.DECLINED.value),
    PaymentResult.NOT_FINISHED: sa.and_(_p.captured_minor == 0, _p.attempt != Attempt.DECLINED.value),
}
"""`Payment.result` as the columns say it: what a fact captures is above zero."""


def _result(value: str) -> PaymentResult:
    try:
        return PaymentResult(value)
    except ValueError:
        known = ", ".join(result.value for result in PaymentResult)
        raise InvalidInputError(
            f"payment result {str(value)[:40]!r} is unknown; known: {known}",
            code="unknown_result",
            field="result",
        ) from None


def _list_select() -> sa.Select[Any]:
    joined = (
        tables.payments.join(tables.orders, sa.and_(_o.site_id == _p.site_id, _o.id == _p.order_id))
        .join(tables.contacts, sa.and_(_c.site_id == _o.site_id, _c.id == _o.contact_id))
        .outerjoin(tables.details, sa.and_(_d.site_id == _c.site_id, _d.id == _c.details_id))
        .outerjoin(tables.payment_methods, sa.and_(_method.site_id == _p.site_id, _method.id == _p.method_id))
    )
    captures = sa.select(sa.func.max(_fact.at)).where(
        _fact.site_id == _p.site_id,
        _fact.order_id == _p.order_id,  # by the index of an order's facts
        _fact.payment_id == _p.id,
        _fact.kind == FactKind.CAPTURE.value,
    )
    result = sa.case(*((fits, result.value) for result, fits in _RESULTS.items()))
    return sa.select(
        _p.id,
        _p.order_id,
        _p.opened_at,
        _p.method_id,
        _p.attempt,
        _p.reason,
        _p.reference,
        _p.amount_minor,
        _p.captured_minor,
        _p.refunded_minor,
        _o.number,
        _o.currency,
        _o.contact_id,
        _d.name,
        _d.email,
        _d.phone,
        _method.title,
        result.label("result"),
        captures.scalar_subquery().label("settled_at"),
    ).select_from(joined)


_LIST = _list_select()


def _payment_row(row: sa.RowMapping) -> PaymentRow:
    currency = row["currency"]
    return PaymentRow(
        id=row["id"],
        order_id=row["order_id"],
        order_number=row["number"],
        at=row["opened_at"],
        settled_at=row["settled_at"],
        contact_id=row["contact_id"],
        contact_name=row["name"] or "",
        contact_email=row["email"] or "",
        contact_phone=row["phone"] or "",
        result=row["result"],
        attempt=row["attempt"],
        reason=row["reason"] or "",
        method=row["title"] or "",
        method_id=row["method_id"],
        reference=row["reference"],
        amount=Money(row["amount_minor"], currency),
        captured=Money(row["captured_minor"], currency),
        refunded=Money(row["refunded_minor"], currency),
    )


def unsettled(connection: sa.Connection, site_id: int) -> list[UUID]:
    """The payments of which a provider may still say something new, or of a refund of them; oldest first."""
    p, r = tables.payments.c, tables.refunds.c
    is_there = sa.and_(p.attempt.in_(("open", "superseded")), p.reference != "")
    is_asked = p.attempt.in_(("processing", "unknown"))
    payments = sa.select(p.id).where(
        p.site_id == site_id, sa.not_(p.offline), sa.or_(is_asked, is_there), p.captured_minor == 0
    )
    refunds = sa.select(r.payment_id).where(
        r.site_id == site_id, r.status.in_(("requested", "pending", "unknown")), r.by_provider
    )
    held = sa.select(p.id).where(p.site_id == site_id, sa.not_(p.offline), p.capturable_minor.is_not(None))
    return sorted(connection.execute(payments.union(refunds, held)).scalars())
