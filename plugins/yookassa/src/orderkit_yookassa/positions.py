"""What each part of an order has of an amount that is paid or given back."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

import orderkit.plugin as ok
from orderkit_yookassa.settings import YooKassaSettings
from orderkit_yookassa.taxes import vat_code


class ReceiptError(Exception):
    """
    No receipt can be made; *reason* says whose matter it is. Nothing was asked for.

    The text says why, and nothing of who pays.
    """

    def __init__(self, text: str, reason: ok.DeclineReason) -> None:
        super().__init__(text)
        self.reason = reason


@attrs.frozen
class Position:
    """What a part of the order has of the amount."""

    title: str
    amount: ok.Money
    quantity: int
    subject: str
    vat_code: int


def positions_of(
    request: ok.StartRequest | ok.OperationRequest, settings: YooKassaSettings, mode: str
) -> Iterator[Position]:
    """Each part with its share of the amount: what is paid only in part is paid of all of them alike."""
    weights = [part.amount.minor for part in request.parts]
    if not any(weights):
        title, code = f"Заказ № {request.number}", _code(None, settings.vat, mode)
        yield Position(title, request.amount, 1, settings.payment_subject, code)
        return
    for part, amount in zip(request.parts, request.amount.split(weights), strict=True):
        if part.line is None:
            title = "Доставка" if part.target == "delivery" else "Дополнительные услуги"
            yield Position(title, amount, 1, "service", _code(None, settings.vat_of_delivery, mode))
        else:
            code = _code(part.line.tax_rate, settings.vat, mode)
            yield Position(part.line.title, amount, part.line.quantity, settings.payment_subject, code)


def _code(rate: int | None, otherwise: str, mode: str) -> int:
    code = vat_code(rate, otherwise, is_prepaid=mode.endswith("prepayment"))
    if code is None:
        raise ReceiptError(
            f"no code for a rate of {rate} hundredths of a percent", ok.DeclineReason.MISCONFIGURED
        )
    return code
