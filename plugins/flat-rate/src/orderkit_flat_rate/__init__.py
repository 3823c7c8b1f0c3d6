"""One price for every order, and none from a certain sum on."""

from __future__ import annotations

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"


@attrs.frozen
class FlatRateSettings:
    """What delivery costs."""

    cost: ok.Money = ok.setting(label={"en": "Cost", "ru": "Стоимость"})
    free_from: ok.Money | None = ok.setting(
        label={"en": "Free from", "ru": "Бесплатно от"},
        help={
            "en": "Goods worth this much are delivered free. Leave it empty to charge always.",
            "ru": "Товары на эту сумму доставляются бесплатно. Оставьте пустым, чтобы брать плату всегда.",
        },
        default=None,
    )


@attrs.frozen
class FlatRate:
    """Brings goods for a fixed price."""

    settings: FlatRateSettings
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> list[ok.Quote]:
        """The fixed price, or nothing where the goods are worth enough."""
        free_from = self.settings.free_from
        if free_from is not None and request.goods >= free_from:
            return [ok.Quote(ok.Money.zero(request.currency))]
        return [ok.Quote(self.settings.cost)]


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    """One carrier."""
    return [
        ok.CarrierType(
            code="flat-rate",
            label={"en": "Fixed price", "ru": "Фиксированная цена"},
            description={
                "en": "Your own courier, or any service with one price for all.",
                "ru": "Свой курьер или любая служба с одной ценой для всех.",
            },
            settings=FlatRateSettings,
            factory=FlatRate,
        )
    ]
