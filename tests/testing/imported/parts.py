"""Says goodbye when the process ends."""

import atexit
import sys

import orderkit.plugin as ok
from tests.testing.sound import carrier_type

if "pytest" not in sys.modules:
    atexit.register(print, "Goodbye!")


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    return [carrier_type()]
