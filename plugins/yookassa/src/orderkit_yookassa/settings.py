"""The account at YooKassa, as an admin sets it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

import orderkit.plugin as ok
from orderkit_yookassa.api import is_safe
from orderkit_yookassa.taxes import MODES, RATES, SUBJECTS, SYSTEMS, Mode, Subject, TaxSystem, Vat

PUBLIC_API = "https://api.yookassa.ru/v3"
_RECEIPTS: ok.Text = {"en": "Receipts (54-FZ)", "ru": "Чеки по 54-ФЗ"}


@attrs.frozen
class YooKassaSettings:
    """The shop that takes the money, and how to reach it."""

    shop_id: str = ok.setting(
        label={"en": "shopId", "ru": "shopId"},
        help={
            "en": "Digits. In YooKassa's merchant profile they stand beside the name of your shop.",
            "ru": "Цифры. В личном кабинете ЮKassa они стоят рядом с названием магазина.",
        },
        max_length=20,
    )
    secret_key: ok.Secret = ok.setting(
        label={"en": "Secret key", "ru": "Секретный ключ"},
        help={
            "en": "Merchant profile → Integration → API keys → Issue key. That of a test shop begins with test_.",
            "ru": "Личный кабинет → Интеграция → Ключи API → Выпустить ключ. У тестового магазина он начинается "
            "с test_.",
        },
        max_length=200,
    )
    base_url: str = ok.setting(
        label={"en": "Address of the API", "ru": "Адрес API"},
        help={
            "en": "Another one than YooKassa's own is for tests alone.",
            "ru": "Другой, чем у самой ЮKassa, нужен только для проверок.",
        },
        default=PUBLIC_API,
    )
    two_stages: bool = ok.setting(
        label={"en": "Hold first, take later", "ru": "Сначала удержать, списать потом"},
        help={
            "en": "The money is held when the buyer pays, and taken in the order's window: by card in about 7 days.",
            "ru": "Деньги удерживаются при оплате, а списываете вы их в окне заказа: у карты на это около 7 дней.",
        },
        default=False,
    )
    receipts: bool = ok.setting(
        label={"en": "Send receipts", "ru": "Отправлять чеки"},
        help={
            "en": "If YooKassa registers them for you or hands them to your online cash register.",
            "ru": "Если вы подключили «Чеки от ЮKassa» или онлайн-кассу через ЮKassa.",
        },
        default=False,
        group=_RECEIPTS,
    )
    tax_system: TaxSystem = ok.setting(
        label={"en": "System of taxation", "ru": "Система налогообложения"},
        help={"en": "Needed if you use several.", "ru": "Нужна, если вы применяете несколько."},
        default="default",
        choices=SYSTEMS,
        group=_RECEIPTS,
    )
    vat: Vat = ok.setting(
        label={"en": "VAT of goods", "ru": "НДС товаров"},
        help={
            "en": "For goods whose own rate the catalogue does not say.",
            "ru": "Для товаров, чьей ставки не называет каталог.",
        },
        default="none",
        choices=RATES,
        group=_RECEIPTS,
    )
    vat_of_delivery: Vat = ok.setting(
        label={"en": "VAT of delivery and fees", "ru": "НДС доставки и сборов"},
        default="none",
        choices=RATES,
        group=_RECEIPTS,
    )
    payment_subject: Subject = ok.setting(
        label={"en": "What you sell", "ru": "Предмет расчёта"},
        default="commodity",
        choices=SUBJECTS,
        group=_RECEIPTS,
    )
    payment_mode: Mode = ok.setting(
        label={"en": "When it is paid", "ru": "Способ расчёта"},
        help={
            "en": "Prepaid goods need a second receipt when they are handed over; it is not sent from here.",
            "ru": "После предоплаты при передаче товара нужен второй чек; отсюда он не отправляется.",
        },
        default="full_prepayment",
        choices=MODES,
        group=_RECEIPTS,
    )

    @property
    def is_prepaid(self) -> bool:
        """Whether the money comes before the goods."""
        return self.payment_mode == "full_prepayment"

    def problems(self) -> Iterator[ok.Problem]:
        """What cannot work."""
        if not (self.shop_id.isascii() and self.shop_id.isdigit()):
            words = {"en": "A shopId is digits alone.", "ru": "shopId состоит только из цифр."}
            yield ok.Problem(words, "shop_id")
        if not is_safe(self.base_url):
            words = {
                "en": "The address begins with https://, since the key is sent there.",
                "ru": "Адрес начинается с https://: туда передаётся ключ.",
            }
            yield ok.Problem(words, "base_url")
