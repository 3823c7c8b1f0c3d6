"""What payment providers declare and will not have, as far as that is seen before one is made."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from orderkit.contracts.operations import lacking
from orderkit.registry.registry import PluginStatus, Registry


def broken_promises(plugin: PluginStatus, registry: Registry) -> Iterator[str]:
    """
    Each capability that a type of *plugin* declares, and whose methods the class of its factory lacks; in words.

    What another factory makes, and what a class answers for by ``__getattr__`` or sets on what it makes, is seen by
    `PaymentProviderContract` alone.
    """
    for code in plugin.payment_providers:
        kind = registry.payment_providers[code]
        made: object = kind.factory
        if not isinstance(made, type) or hasattr(made, "__getattr__"):
            continue
        try:
            set_on_it = {name for base in made.__mro__ for name in inspect.get_annotations(base)}
        except NameError:  # Python 3.14 reads them only now, and one may name what type checkers alone import
            continue
        for one in sorted(kind.capabilities, key=lambda one: one.name):
            lacks = [
                name for name in lacking(made, one) if name.endswith("()") and name[:-2] not in set_on_it
            ]
            if lacks:
                told = " and no ".join(lacks)
                yield f"payment provider {code!r} declares {one.name}, and {made.__name__!r} has no {told}"
