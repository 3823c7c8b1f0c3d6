"""The buyer comes for the goods."""

from __future__ import annotations

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"


@attrs.frozen
class PickupSettings:
    """Where the goods wait, when, and whether that costs anything."""

    address: str = ok.setting(label={"en": "Address", "ru": "Адрес"}, default="", long=True)
    hours: str = ok.setting(label={"en": "Opening hours", "ru": "Часы работы"}, default="")
    cost: ok.Money | None = ok.setting(
        label={"en": "Cost", "ru": "Стоимость"},
        help={"en": "Leave it empty if pickup is free.", "ru": "Оставьте пустым, если самовывоз бесплатный."},
        default=None,
    )


@attrs.frozen
class Pickup:
    """Keeps the goods until the buyer comes."""

    settings: PickupSettings
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> list[ok.Quote]:
        """The price, mostly nothing, with where and when as its label."""
        where = ", ".join(part for part in (self.settings.address, self.settings.hours) if part)
        return [ok.Quote(self.settings.cost or ok.Money.zero(request.currency), label=where)]


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    """One carrier."""
    return [
        ok.CarrierType(
            code="pickup",
            label={"en": "Pickup", "ru": "Самовывоз"},
            description={
                "en": "The buyer comes for the goods; no address is asked for.",
                "ru": "Покупатель забирает заказ сам; адрес не спрашиваем.",
            },
            settings=PickupSettings,
            factory=Pickup,
            needs_address=False,
        )
    ]
