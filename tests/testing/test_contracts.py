"""The contracts under test: what is sound passes, and what is broken in one way fails that check and no other."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from orderkit import testing
from orderkit.testing import CarrierContract, PaymentProviderContract, importing
from orderkit.testing.importing import Imported, imported
from tests.testing import broken

ROOT = Path(__file__).parents[2]
CASES = {name: case for name, case in vars(broken).items() if name.startswith("Test")}
PARTS = ("found: ", "why: ", "to do: ")


class Listener:
    """Hears of each check that fails: by class, what it says by its name."""

    def __init__(self) -> None:
        self.failures: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        _, case, check = report.nodeid.split("::")
        if report.failed:
            self.failures[case][check.partition("[")[0]] = report.longreprtext
        self.passed += report.passed and report.when == "call"


def run(folder: Path) -> Listener:
    """All cases, as their authors would run them."""
    ini = folder / "pytest.ini"
    ini.write_text(f"[pytest]\npythonpath = {ROOT}\nfilterwarnings = error\n", encoding="utf-8")
    listener = Listener()
    options = ["--import-mode=importlib", "--noconftest", "-q", "-p", "no:cacheprovider"]
    pytest.main(["-c", str(ini), f"--rootdir={ROOT}", *options, broken.__file__], plugins=[listener])
    return listener


def lacking(case: Any, said: str) -> list[str]:
    """What the message of a check that failed does not say."""
    return [part for part in (case.says, *PARTS) if part not in said]


def test_contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fails its own check and no other, and is told what is expected, what was found, why, and what to do."""
    monkeypatch.setattr(importing, "TRIES", 1)
    heard = run(tmp_path)

    failed = {name: set(heard.failures[name]) for name in CASES}
    assert {name: {case.breaks} - {""} for name, case in CASES.items()} == failed
    lacks = {
        name: lacking(CASES[name], said) for name, all_ in heard.failures.items() for said in all_.values()
    }
    assert {} == {name: lack for name, lack in lacks.items() if lack}
    assert heard.passed > 20 * len(CASES) / 2


@pytest.mark.parametrize("contract", [CarrierContract, PaymentProviderContract])
def test_every_check_is_broken(contract: type) -> None:
    """There is no check that nothing fails."""
    checks = {name for name in dir(contract) if name.startswith("test_")}

    assert checks
    assert set() == checks - {case.breaks for case in CASES.values()}


def test_a_busy_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that is slow once and quick the next time is quick."""
    tries = [Imported(2.0, "", (), ""), Imported(0.1, "", (), ""), Imported(9.0, "", (), "")]
    monkeypatch.setattr(importing, "_tried", lambda _: tries.pop(0))

    assert 0.1 == imported("tests.testing.no_such_module").seconds
    assert 1 == len(tries)


def test_what_cannot_be_imported() -> None:
    """Whatever an import does to its process, the check tells of it."""
    assert "ModuleNotFoundError" in imported("tests.testing.no_such_module_at_all").error


def test_an_import_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up, and told to take as long as was waited for."""
    monkeypatch.setattr(importing, "_PATIENCE", 0.01)
    monkeypatch.setattr(importing, "LIMIT", 0.001)

    assert 0.01 == imported("tests.testing.imported.slow ").seconds


def test_public_names() -> None:
    """`orderkit.testing` offers exactly these names."""
    assert ["CarrierContract", "Fake", "PaymentProviderContract"] == testing.__all__
