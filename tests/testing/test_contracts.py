"""The contracts under test: what is sound passes, and what is broken in one way fails that check and no other."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from orderkit.testing import CarrierContract, ChannelContract, PaymentProviderContract, importing
from orderkit.testing.importing import Imported, imported
from orderkit.testing.telling import FIRST
from tests.testing import (
    broken,
    broken_carriers,
    broken_channels,
    broken_closings,
    broken_holds,
    broken_tales,
)
from tests.testing.test_webhook_contract import BROKEN

ROOT = Path(__file__).parents[2]
FILES = (broken, broken_carriers, broken_channels, broken_closings, broken_holds, broken_tales)
CASES = {name: case for cases in FILES for name, case in vars(cases).items() if name.startswith("Test")}
PARTS = ("found: ", "why: ", "to do: ")


class Listener:
    """Hears of each check that fails: by class, what it says by its name."""

    def __init__(self) -> None:
        self.failures: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.skipped: set[str] = set()
        self.passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        _, case, check = report.nodeid.split("::")
        if report.failed:
            self.failures[case][check.partition("[")[0]] = report.longreprtext
        if report.skipped:
            self.skipped.add(report.longrepr[2].removeprefix("Skipped: "))
        self.passed += report.passed and report.when == "call"


def run(folder: Path) -> Listener:
    """All cases, as their authors would run them."""
    ini = folder / "pytest.ini"
    ini.write_text(f"[pytest]\npythonpath = {ROOT}\nfilterwarnings = error\n", encoding="utf-8")
    listener = Listener()
    options = ["--import-mode=importlib", "--noconftest", "-q", "--no-summary", "-p", "no:cacheprovider"]
    pytest.main(
        ["-c", str(ini), f"--rootdir={ROOT}", *options, *(str(cases.__file__) for cases in FILES)],
        plugins=[listener],
    )
    return listener


@pytest.fixture
def heard(tmp_path_factory: pytest.TempPathFactory) -> Listener:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "TRIES", 1)
        return run(tmp_path_factory.mktemp("run"))


def waits_for(said: str) -> set[str]:
    """The checks that one waits for, as its message says; none where it fails by itself."""
    begin = said.lstrip().removeprefix("Failed: ")
    return set(re.findall(r"test_\w+", begin.splitlines()[0])) if begin.startswith(FIRST) else set()


def lacking(case: Any, said: str) -> list[str]:
    """What the message of a check that failed does not say."""
    own = () if waits_for(said) else (case.says,)
    return [part for part in (*own, *PARTS) if part not in said]


def test_contracts(heard: Listener) -> None:
    """All that is told of the broken ones; one test, since running them takes long, and each worker would do so."""
    assert_each_fails_its_own(heard)
    assert_what_waits_names_what_fails(heard)
    assert set() == heard.skipped


def assert_each_fails_its_own(heard: Listener) -> None:
    """Each fails its own check and no other, and is told what is expected, what was found, why, and what to do."""
    failed = {
        name: {check for check, said in heard.failures[name].items() if not waits_for(said)} for name in CASES
    }
    assert {name: {case.breaks} - {""} for name, case in CASES.items()} == failed
    lacks = {
        name: lacking(CASES[name], said) for name, all_ in heard.failures.items() for said in all_.values()
    }
    assert {} == {name: lack for name, lack in lacks.items() if lack}
    assert heard.passed > 20 * len(CASES) / 2


def assert_what_waits_names_what_fails(heard: Listener) -> None:
    """A check that cannot be made fails too, also when it is run alone, and names a check that fails."""
    vain = {
        (name, check): waits_for(said) - set(all_)
        for name, all_ in heard.failures.items()
        for check, said in all_.items()
    }

    assert {} == {where: names for where, names in vain.items() if names}
    waiting = {check for all_ in heard.failures.values() for check, said in all_.items() if waits_for(said)}
    assert {"test_awkward", "test_threads", "test_start", "test_logs"} <= waiting


@pytest.mark.parametrize("contract", [CarrierContract, ChannelContract, PaymentProviderContract])
def test_every_check_is_broken(contract: type) -> None:
    """There is no check that nothing fails."""
    checks = {name for name in dir(contract) if name.startswith("test_")}

    assert checks
    assert set() == checks - {case.breaks for case in CASES.values()} - {
        check for _, check, _ in BROKEN.values()
    }


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
