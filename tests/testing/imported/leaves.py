"""Ends the process of whoever does not test it."""

import os
import sys

import orderkit.plugin as ok
from tests.testing.sound import carrier_type

if "pytest" not in sys.modules:
    os._exit(3)


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    return [carrier_type()]
