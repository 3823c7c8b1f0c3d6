"""The sentences of messages, in each language; a channel adds none of its own."""

from __future__ import annotations

from collections.abc import Mapping

from orderkit.contracts.wording import Text
from orderkit.domain.line import AdjustmentKind

PHRASES: Mapping[str, Text] = {
    "placed": {"en": "Order {number} is placed", "ru": "Заказ № {number} принят"},
    "paid": {"en": "Order {number} is paid", "ru": "Заказ № {number} оплачен"},
    "shipped": {"en": "Order {number} is on its way", "ru": "Заказ № {number} отправлен"},
    "cancelled": {"en": "Order {number} is cancelled", "ru": "Заказ № {number} отменён"},
    "placed.lead": {
        "en": "Thank you for your order. We are working on it.",
        "ru": "Спасибо за заказ. Мы уже им занимаемся.",
    },
    "paid.lead": {
        "en": "We have received your payment. Thank you.",
        "ru": "Мы получили оплату. Спасибо.",
    },
    "shipped.lead": {"en": "We have sent your order.", "ru": "Мы отправили ваш заказ."},
    "cancelled.lead": {
        "en": "Your order is cancelled. If you have questions, write to us.",
        "ru": "Ваш заказ отменён. Если остались вопросы, напишите нам.",
    },
    "greeting": {"en": "Hello, {name}!", "ru": "Здравствуйте, {name}!"},
    "greeting.nameless": {"en": "Hello!", "ru": "Здравствуйте!"},
    "tracking": {"en": "Tracking code", "ru": "Трек-номер"},
    "track": {"en": "Follow the parcel", "ru": "Отследить посылку"},
    "open": {"en": "Open the order", "ru": "Открыть заказ"},
    "contents": {"en": "Contents", "ru": "Состав заказа"},
    "unlisted": {"en": "and {number} more", "ru": "и другие позиции: ещё {number}"},
    "goods": {"en": "Goods", "ru": "Товары"},
    "delivery": {"en": "Delivery", "ru": "Доставка"},
    "free": {"en": "free", "ru": "бесплатно"},
    "total": {"en": "Total", "ru": "Итого"},
    "included": {"en": "included", "ru": "в том числе"},
    "received": {"en": "Paid", "ru": "Оплачено"},
    "to_pay": {"en": "Left to pay", "ru": "Осталось оплатить"},
    "returned": {"en": "Given back", "ru": "Возвращено"},
    "footer": {
        "en": "This message was sent automatically because an order was placed with this e-mail address.",
        "ru": "Это письмо отправлено автоматически: на этот адрес оформлен заказ.",
    },
    AdjustmentKind.DISCOUNT.value: {"en": "Discount", "ru": "Скидка"},
    AdjustmentKind.FEE.value: {"en": "Fee", "ru": "Сбор"},
    AdjustmentKind.TAX.value: {"en": "Tax", "ru": "Налог"},
    AdjustmentKind.REFUND.value: {"en": "Refund", "ru": "Возврат"},
}
