"""The money of one order: everything that follows from its lines and its ledger, computed in one place."""

from __future__ import annotations

import enum

import attrs

from orderkit.domain.money import Money


class PaymentStatus(enum.StrEnum):
    """Derived, never set; the first that fits, in the order of docs/reference/money.md."""

    OVERPAID = "overpaid"
    REFUNDED = "refunded"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    PARTIALLY_PAID = "partially_paid"
    AUTHORISED = "authorised"
    NOT_REQUIRED = "not_required"
    UNPAID = "unpaid"


@attrs.frozen(slots=True)
class Balance:
    """
    What an order costs and what came in; amounts in minor units of one currency.

    Attributes:
        total: Lines, delivery and adjustments («Сумма заказа»).
        retained: What is kept of a cancelled order.
        is_placed: Whether the order was ever placed.
    """

    currency: str
    total: int
    captured: int
    refunded: int
    disputed: int
    authorised: int
    retained: int
    is_cancelled: bool
    is_placed: bool

    @property
    def paid(self) -> int:
        """What is kept («Оплачено»); below zero only after a chargeback."""
        return self.captured - self.refunded - self.disputed

    @property
    def due(self) -> int:
        """What should be kept: the total, or for a cancelled order what is retained."""
        return min(self.retained, max(self.paid, 0)) if self.is_cancelled else self.total

    @property
    def balance(self) -> int:
        """Still owed by the client; below zero what is owed to the client."""
        return self.due - self.paid

    @property
    def overpaid(self) -> int:
        """What is kept above what is due; zero if nothing is."""
        return max(0, -self.balance)

    @property
    def to_pay(self) -> int:
        """What a new payment would ask for."""
        return 0 if self.is_cancelled else max(0, self.balance - self.authorised)

    @property
    def fully_paid(self) -> bool:
        """«Полная оплата»: placed, and at least the total is kept."""
        return self.is_placed and self.paid >= self.total

    @property
    def payment_status(self) -> PaymentStatus:
        """The money in one word."""
        due, paid = self.due, self.paid
        table = (
            (paid > due, PaymentStatus.OVERPAID),
            (self.captured > 0 >= paid, PaymentStatus.REFUNDED),
            (paid == due > 0, PaymentStatus.PAID),
            (paid > 0 and self.refunded + self.disputed > 0, PaymentStatus.PARTIALLY_REFUNDED),
            (paid > 0, PaymentStatus.PARTIALLY_PAID),
            (self.authorised > 0, PaymentStatus.AUTHORISED),
            (due == 0, PaymentStatus.NOT_REQUIRED),
        )
        return next((status for fits, status in table if fits), PaymentStatus.UNPAID)

    def money(self, minor: int) -> Money:
        """*minor* units as `Money` of the order's currency."""
        return Money(minor, self.currency)
