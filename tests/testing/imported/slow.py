"""Takes its time."""

import time

import orderkit.plugin as ok
from tests.testing.sound import carrier_type

time.sleep(0.6)


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    return [carrier_type()]
