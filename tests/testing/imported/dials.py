"""Looks for somebody outside."""

import socket

import orderkit.plugin as ok
from tests.testing.sound import carrier_type

socket.getaddrinfo("localhost", 80)


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    return [carrier_type()]
