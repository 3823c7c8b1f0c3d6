"""North Wind, a carrier that there is not: two tariffs, and a link by which a parcel is followed."""

from typing import Literal

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"

TARIFFS = {"standard": {"en": "Standard", "ru": "Стандарт"}, "express": {"en": "Express", "ru": "Экспресс"}}
DAYS = {"standard": (4, 7), "express": (1, 2)}


@attrs.frozen
class NorthWindSettings:
    """What an admin sets on a method; a shop that offers both tariffs makes two methods."""

    tariff: Literal["standard", "express"] = ok.setting(
        label={"en": "Tariff", "ru": "Тариф"}, choices=TARIFFS, default="standard"
    )
    price: ok.Money = ok.setting(label={"en": "For each parcel", "ru": "За посылку"})
    holds: int = ok.setting(label={"en": "Pieces in a parcel", "ru": "Штук в посылке"}, default=5, minimum=1)


@attrs.frozen
class NorthWind:
    """Carries by the tariff of one method, within the country."""

    settings: NorthWindSettings
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> list[ok.Quote] | ok.Ineligible:
        """So much for each parcel."""
        if request.recipient.country not in ("", "RU"):
            return ok.Ineligible({"en": "North Wind stays in Russia", "ru": "За границу не возит"})
        pieces = sum(line.quantity for line in request.lines if line.requires_delivery)
        if not pieces:
            return ok.Ineligible({"en": "There is nothing to deliver", "ru": "Доставлять нечего"})
        price = self.settings.price.times(-(-pieces // self.settings.holds))
        least, most = DAYS[self.settings.tariff]
        return [ok.Quote(price, TARIFFS[self.settings.tariff], min_days=least, max_days=most)]


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    """One carrier."""
    return [
        ok.CarrierType(
            code="north-wind",
            label={"en": "North Wind", "ru": "Северный ветер"},
            settings=NorthWindSettings,
            factory=NorthWind,
            tracking_url="https://north-wind.example/track?code={code}",
        )
    ]
