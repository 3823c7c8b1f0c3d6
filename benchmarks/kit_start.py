"""
What installed plugins cost at the start of a process: importing orderkit, and making a kit, with 0, 30 and 300 of them.

Each plugin brings a carrier whose dependency is heavy (half a second and 20 MB) and imported in its factory, as the
docs advise. Prints, never gates. Usage: python benchmarks/kit_start.py [--plugins 0,30,300] [--times 5]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PLUGIN = """
import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"


@attrs.frozen
class Settings:
    cost: ok.Money = ok.setting(label={{"en": "Cost", "ru": "Стоимость"}})
    most: int = ok.setting(label="Pieces", default=4, minimum=1)


def carrier(settings, services):
    import heavy_{number}

    return heavy_{number}.Carrier(settings)


@ok.hookimpl
def orderkit_carriers():
    return [ok.CarrierType(code="fake-{number}", label="Fake", settings=Settings, factory=carrier)]
"""
HEAVY = """
import time

import orderkit.plugin as ok

time.sleep(0.5)
ballast = bytearray(20_000_000)


class Carrier:
    def __init__(self, settings):
        self.settings = settings

    def quote(self, request):
        return [ok.Quote(self.settings.cost)]
"""
START = """
import json, sys, time
begun = time.perf_counter()
import orderkit
imported = time.perf_counter()
kit = orderkit.OrderKit("sqlite://")
built = time.perf_counter()
kit.upgrade()
kit.sites.ensure("shop", currency="RUB")
desk = kit.site("shop")
asleep = [name for name in sys.modules if name.startswith("heavy_")]
told = {"importing": imported - begun, "making": built - imported, "heavy": asleep}
told["active"] = sum(one.status == "active" for one in kit.plugins)
if "fake-1" in kit.registry.carriers:
    one = desk.settings.add_shipping_method(
        "fake-1", "Fake", settings={"cost": orderkit.Money.of("1", "RUB")},
        actor=orderkit.Actor.staff("1", "Olga"), key="1",
    )
    line = orderkit.Line(sku="A", title="A", unit_price=orderkit.Money.of("1", "RUB"))
    assert desk.shipping.quote(one.id, [line]).price
told["heavy_at_work"] = [name for name in sys.modules if name.startswith("heavy_")]
kit.close()
print(json.dumps(told))
"""


def install(folder: Path, number: int) -> None:
    """Install a plugin into a folder of the import path, as pip would: a module and what it was installed with."""
    (folder / f"fake_{number}.py").write_text(PLUGIN.format(number=number), encoding="utf-8")
    (folder / f"heavy_{number}.py").write_text(HEAVY, encoding="utf-8")
    info = folder / f"fake_{number}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: fake-{number}\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(f"[orderkit]\nfake-{number} = fake_{number}\n", encoding="utf-8")


def start(folder: Path) -> dict[str, Any]:
    """Make a kit in a process of its own, and tell the seconds and which heavy modules it imported."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plugins", default="0,30,300")
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    for count in map(int, arguments.plugins.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            for number in range(1, count + 1):
                install(Path(folder), number)
            start(Path(folder))  # writes the bytecode
            found = [start(Path(folder)) for _ in range(arguments.times)]
        importing, making = (
            statistics.median(one[what] for one in found) for what in ("importing", "making")
        )
        print(f"{count:4} plugins: orderkit {importing * 1000:6.0f} ms, the kit {making * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
