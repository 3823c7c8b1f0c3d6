"""Rook Post, a carrier that there is not: two tariffs, and a link by which a parcel is followed."""

from collections.abc import Sequence
from typing import Literal

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"

TARIFFS = {
    "walk": ({"en": "On foot", "ru": "Пешком"}, 4, 7),
    "flight": ({"en": "By air", "ru": "По воздуху"}, 1, 2),
}


@attrs.frozen
class RookPostSettings:
    """What an admin sets on a method; a shop that offers both tariffs makes two methods."""

    per_parcel: ok.Money = ok.setting(label={"en": "Per parcel", "ru": "За посылку"})
    tariff: Literal["walk", "flight"] = ok.setting(
        label={"en": "Tariff", "ru": "Тариф"},
        choices={code: label for code, (label, *_) in TARIFFS.items()},
        default="walk",
    )
    holds: int = ok.setting(label={"en": "Pieces in a parcel", "ru": "Штук в посылке"}, default=5, minimum=1)


@attrs.frozen
class RookPost:
    """Carries what is put into parcels, within the country."""

    settings: RookPostSettings
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> Sequence[ok.Quote] | ok.Ineligible:
        """So much for each parcel."""
        if request.recipient.country not in ("", "RU"):
            return ok.Ineligible({"en": "Rooks stay in Russia", "ru": "Грачи не покидают Россию"})
        pieces = sum(line.quantity for line in request.lines if line.requires_delivery)
        parcels = -(-pieces // self.settings.holds)
        label, *days = TARIFFS[self.settings.tariff]
        return [ok.Quote(self.settings.per_parcel.times(parcels), label, *days)]


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    """One carrier."""
    rook_post = ok.CarrierType(
        code="rook-post",
        label={"en": "Rook Post", "ru": "Грачиная почта"},
        settings=RookPostSettings,
        factory=RookPost,
        tracking_url="https://rook-post.example/track?code={code}",
    )
    return [rook_post]
