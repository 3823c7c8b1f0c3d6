"""Greets whoever imports it."""

import orderkit.plugin as ok
from tests.testing.sound import carrier_type

print("Hello!")


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    return [carrier_type()]
