"""How much the storefront takes: of a body, of a cart, of visits at once, and of acts in a minute."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

logger = logging.getLogger("orderkit_flask")

Allow: TypeAlias = Callable[[str, Mapping[str, str]], bool]
"""Whether an act may go on: its name, and who does it by kind: ``visitor`` (where one is known) and ``address``."""

LARGEST_BODY: Final = 262_144
"""Bytes of a request."""
MOST_LINES: Final = 100
"""Positions of a cart."""
WINDOW: Final = 60
"""Seconds in which acts are counted; what a browser that did too much is told to wait."""
IPV6_NETWORK: Final = 64
"""Bits of an IPv6 address that count as one address: whoever has one has all of the network."""


@attrs.frozen
class Rate:
    """
    How often something may be done in a minute.

    Attributes:
        visitor: By one visitor.
        address: From one address of the internet: an office or a mobile network is many visitors.
    """

    visitor: int
    address: int


RATES: Final[Mapping[str, Rate]] = {
    "look": Rate(240, 2_400),
    "visits": Rate(120, 1_200),
    "meet": Rate(10, 120),
    "cart": Rate(120, 1_200),
    "quotes": Rate(60, 600),
    "checkout": Rate(20, 200),
    "payment": Rate(20, 200),
    "order": Rate(120, 600),
    "cancel": Rate(10, 100),
}
"""Each act the host's ``allow`` is asked about; without such a function, how often it may be done."""


class MinuteWindow:
    """The limits of `RATES`, counted in the memory of this process."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def __call__(self, act: str, keys: Mapping[str, str]) -> bool:
        """Count one act; whoever is over the own limit does not use up that of the others."""
        return all(
            self._window.hit(RateLimitItemPerMinute(getattr(RATES[act], kind)), act, kind, key)
            for kind, key in sorted(keys.items(), reverse=True)  # the visitor before the address
        )


def is_allowed(allow: Allow, act: str, keys: Mapping[str, str]) -> bool:
    """Whether an act may go on; only a plain ``True`` counts."""
    answer: object = allow(act, keys)
    if not isinstance(answer, bool):  # a coroutine of an async function is truthy and limits nothing
        logger.warning("allow(%r) answered %s, not True or False: denied", act, type(answer).__name__)
    return answer is True


def address_of(remote: str | None) -> str:
    """What counts as one address: of IPv6 the network, and whatever is no address by itself."""
    try:
        address = ipaddress.ip_address(remote or "")
    except ValueError:
        return remote or ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), IPV6_NETWORK), strict=False))
    return str(address)
