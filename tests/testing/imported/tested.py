"""Works in tests alone."""

import sys

import orderkit.plugin as ok
from tests.testing.sound import carrier_type

if "pytest" not in sys.modules:
    raise RuntimeError("where am I?")


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    return [carrier_type()]
