"""The command `orderkit-shop`: what it prepares, what it prints, how it says no."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from orderkit_shop import __main__ as command
from orderkit_shop.filling import open_kit, prepare

from orderkit import Actor, Line, Money, OrderKit
from orderkit.errors import SettingsError


def run(*arguments: str) -> Result:
    """Run the command in this process; it must not get as far as serving."""
    return CliRunner().invoke(command.main, arguments)


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command for real on a free port; give the process and all it printed until it served."""
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # run in the background, it would ignore Ctrl-C as we do
    process = subprocess.Popen(
        [sys.executable, "-m", "orderkit_shop", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    try:
        printed = ""
        while "Ctrl-C ends it" not in printed:
            line = process.stdout.readline()
            assert line, f"ended early: {printed}"
            printed += line
        yield process, printed
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_help() -> None:
    """The help teaches: what happens, every option, examples."""
    shown = run("--help")

    assert 0 == shown.exit_code
    for word in ("--port", "--orders", "--database", "--visitors", "./run demo", "Ctrl-C"):
        assert word in shown.output


def test_serves_and_ends(tmp_path: Path) -> None:
    """It prints where everything is, serves there, and ends cleanly on Ctrl-C."""
    with running("--orders", "3", "--database", f"sqlite:///{tmp_path / 'demo.db'}") as (process, printed):
        address = re.search(r"The shop +(\S+)", printed)
        assert address
        with urllib.request.urlopen(address[1]) as answer:
            page = answer.read().decode()
        process.send_signal(signal.SIGINT)

        assert 0 == process.wait(timeout=20)
    assert "Зерно и лист" in page
    assert f"{address[1]}orders/" in printed
    assert "demo, password demo" in printed
    assert f"{tmp_path / 'demo.db'}, 3 simulated orders" in printed


def test_visitors(tmp_path: Path) -> None:
    """Visitors come while it serves, what came out is said, and it goes on serving."""
    database = f"sqlite:///{tmp_path / 'demo.db'}"
    with running("--orders", "3", "--visitors", "6", "--database", database) as (process, printed):
        assert process.stdout
        said = next(line for line in process.stdout if "the journal has" in line)
        address = re.search(r"The shop +(\S+)", printed)
        assert address
        with urllib.request.urlopen(address[1]) as answer:
            assert 200 == answer.status
        process.send_signal(signal.SIGINT)

        assert 0 == process.wait(timeout=20)
    assert "equal, entry by entry" in said


def test_filled_database_is_kept(tmp_path: Path) -> None:
    """A filled database is neither filled again nor changed, whatever number is asked for."""
    kit = open_kit(f"sqlite:///{tmp_path / 'demo.db'}")
    first = prepare(kit, 5)
    orders = kit.site("default").orders.find().rows
    second = prepare(kit, 9)

    assert ("5 simulated orders", "5 simulated orders, kept from before") == (first, second)
    assert orders == kit.site("default").orders.find().rows
    kit.close()


def test_other_orders_are_kept(tmp_path: Path) -> None:
    """A database with orders that are not of the simulation gets no simulated ones beside them."""
    kit = OrderKit(f"sqlite:///{tmp_path / 'own.db'}")
    kit.upgrade()
    kit.sites.ensure("default", currency="RUB", timezone="Europe/Moscow")
    mug = Line(sku="MUG", title="Кружка", unit_price=Money.of("450", "RUB"))
    kit.site("default").orders.create([mug], actor=Actor.staff("1"), key="a")

    assert "orders of its own, kept as they are" == prepare(kit, 9)
    assert 1 == len(kit.site("default").orders.find().rows)
    kit.close()


def test_database_of_others(tmp_path: Path) -> None:
    """A database whose sites are not the demo's is left as it is, and the message names them."""
    kit = OrderKit(f"sqlite:///{tmp_path / 'own.db'}")
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")

    with pytest.raises(SettingsError, match="coffee"):
        prepare(kit, 9)
    assert ["coffee"] == [site.code for site in kit.sites.all()]
    kit.close()


def test_broken_off_filling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while filling says what happens next, without a traceback."""

    def interrupted(kit: OrderKit, *_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "prepare", interrupted)
    shown = run("--port", "0", "--database", f"sqlite:///{tmp_path / 'demo.db'}")

    assert 1 == shown.exit_code
    assert "Error: stopped while filling; the next start goes on from there\n" == shown.output


def test_port_taken(tmp_path: Path) -> None:
    """A taken port is told at once, with the way out, before anything is made."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        shown = run("--port", port, "--database", f"sqlite:///{tmp_path / 'demo.db'}")

    assert 1 == shown.exit_code
    assert f"port {port} is taken" in shown.output
    assert "--port" in shown.output
    assert [] == list(tmp_path.iterdir())


def unusable(tmp_path: Path) -> dict[str, str]:
    """Make databases that cannot be used, each for its own reason."""
    (tmp_path / "text.db").write_text("no database at all, only words " * 40)
    kit = OrderKit(f"sqlite:///{tmp_path / 'euro.db'}")
    kit.upgrade()
    kit.sites.ensure("default", currency="EUR")
    kit.close()
    return {
        "not an address": "nonsense",
        "another kind": "oracle://localhost/shop",
        "no folder": f"sqlite:///{tmp_path / 'missing' / 'demo.db'}",
        "a folder": f"sqlite:///{tmp_path}",
        "no database": f"sqlite:///{tmp_path / 'text.db'}",
        "another shop": f"sqlite:///{tmp_path / 'euro.db'}",
        "no server": "postgresql+psycopg://nobody@127.0.0.1:1/shop",
    }


def test_unusable_database(tmp_path: Path) -> None:
    """A database that cannot be used is one clear line and exit code 1, never a traceback."""
    for reason, url in unusable(tmp_path).items():
        shown = run("--port", "0", "--database", url)

        assert (reason, 1) == (reason, shown.exit_code)
        assert isinstance(shown.exception, SystemExit), reason
        assert 1 == len(shown.output.splitlines()), reason
        assert shown.output.startswith("Error: "), reason


def test_default_database() -> None:
    """Without an address the data lies in the checkout, in a file that git ignores."""
    checkout = Path(__file__).parents[3]

    assert f"sqlite:///{checkout / 'demo.db'}" == command.default_database()
    assert "*.db" in (checkout / ".gitignore").read_text().splitlines()
