"""What is installed costs little while nothing is done with it."""

from pathlib import Path

from benchmarks.kit_start import install, start
from tests.plugins import KEPT


def test_thirty_plugins(tmp_path: Path) -> None:
    """A kit with thirty plugins imports none of their heavy modules; the one that works imports its own."""
    for number in range(1, 31):
        install(tmp_path, number)
    told = start(tmp_path)

    assert 30 + len(KEPT) == told["active"]
    assert [] == told["heavy"]
    assert ["heavy_1"] == told["heavy_at_work"]
    assert told["making"] < 15 * 0.5  # each of the thirty heavy modules takes half a second
