"""The command line teaches, does what it says, and fails in one line."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from orderkit import OrderKit, WorkReport, cli
from orderkit.cli import main
from orderkit.services import outbox
from tests.making import Maker, execute
from tests.troubles import TROUBLES


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, list(arguments))


def commands(group: click.Group = main, *path: str) -> list[tuple[str, ...]]:
    found = [path]
    for name, command in group.commands.items():
        found += commands(command, *path, name) if isinstance(command, click.Group) else [(*path, name)]
    return found


@pytest.mark.parametrize("path", commands(), ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help(path: tuple[str, ...], flag: str) -> None:
    """Every command explains itself, and each of its options."""
    result = run(*path, flag)
    command: click.Command = main
    for name in path:
        command = command.commands[name]  # type: ignore[attr-defined]

    assert 0 == result.exit_code
    assert len(command.help or "") > 50
    assert [] == [one.name for one in command.params if isinstance(one, click.Option) and not one.help]


def test_the_database_of_the_environment(tmp_path: Path) -> None:
    """ORDERKIT_DATABASE stands in for --database; without either the option is named."""
    url = f"sqlite:///{tmp_path}/shop.db"
    made = run("db", "upgrade", ORDERKIT_DATABASE=url)
    checked = run("db", "check", ORDERKIT_DATABASE=url)
    missing = run("db", "check", ORDERKIT_DATABASE="")

    assert [0, 0, 2] == [made.exit_code, checked.exit_code, missing.exit_code]
    assert f"{url}: now at revision" in made.output
    assert "--database" in missing.output


def test_upgrade_twice(any_url: str) -> None:
    """The second upgrade says that there was nothing to do."""
    result = run("db", "upgrade", "--database", any_url)

    assert 0 == result.exit_code
    assert "already at revision" in result.output


def test_check_names_differences(tmp_path: Path) -> None:
    """Differences are named, and the exit code is 1."""
    url = f"sqlite:///{tmp_path}/shop.db"
    before = run("db", "check", "--database", url)
    run("db", "upgrade", "--database", url)
    kit = OrderKit(url)
    execute(kit, "DROP INDEX orderkit_orders_tracking_code")
    kit.close()
    after = run("db", "check", "--database", url)

    assert [1, 1] == [before.exit_code, after.exit_code]
    assert "run: orderkit db upgrade --database" in before.output
    assert "orderkit_orders_tracking_code" in after.output


def test_partitions_are_postgresqls(tmp_path: Path) -> None:
    """On SQLite partitions are refused in one line."""
    result = run("db", "upgrade", "--partitions", "3", "--database", f"sqlite:///{tmp_path}/shop.db")

    assert 1 == result.exit_code
    assert (
        "Error: partitions are a matter of PostgreSQL, this is sqlite; leave --partitions out\n"
        == result.output
    )


COMMANDS = {"upgrade": ["db", "upgrade"], "check": ["db", "check"], "verify": ["verify"]}
FINE = {
    ("upgrade", "unmigrated"),
    *(
        (command, trouble)
        for command in ("check", "verify", "upgrade")
        for trouble in ("locked", "read-only")
    ),
} - {("upgrade", "locked")}
"""What works all the same: reading beside a writer or read-only, an upgrade that has nothing to do."""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_troubles_are_one_line(trouble: str, command: str, tmp_path: Path) -> None:
    """Whatever is the matter with the database, it is told in one line, and the exit code is 1."""
    arrange, _, remedy = TROUBLES[trouble]
    with arrange(tmp_path) as url:
        result = run(*COMMANDS[command], "--database", url)

    if result.exit_code == 0:
        assert (command, trouble) in FINE
        return
    assert (1, 1) == (result.exit_code, result.output.count("\n"))
    assert remedy.removesuffix("sqlite:///") in result.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A mistyped name is told as one, and not as a database that is old."""
    url = f"sqlite:///{tmp_path / 'never.db'}"

    for command in ("verify", "check"):
        result = run(*COMMANDS[command], "--database", url)
        assert 1 == result.exit_code
        assert (
            f"there is no such file; to make it, run: orderkit db upgrade --database {url}" in result.output
        )


@pytest.mark.parametrize("url", ["shop.db", "mysql://x", ""])
def test_addresses_that_are_none(url: str) -> None:
    """An address that is none is told in one line, with an example of a good one."""
    result = run("verify", "--database", url)

    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output


SUBSCRIBERS = """
    from orderkit import OrderSubmitted

    def subscribe(kit):
        kit.subscribe(OrderSubmitted, lambda event: print("got", event.order.number), name="stock")

    def fail(kit):
        kit.subscribe(OrderSubmitted, lambda event: 1 / 0, name="stock")

    def other(kit):
        kit.subscribe(OrderSubmitted, lambda event: print("other"), name="other")

    def nothing(kit):
        pass
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder with the host's subscribers and a database with one order."""
    (tmp_path / "subscribers_of_a_test.py").write_text(textwrap.dedent(SUBSCRIBERS))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    url = f"sqlite:///{tmp_path}/shop.db"
    kit = OrderKit(url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    Maker(kit.site("coffee")).order()
    kit.close()
    yield url
    sys.modules.pop("subscribers_of_a_test", None)


def work(url: str, function: str, *more: str) -> Result:
    return run("work", "--database", url, "--subscribers", f"subscribers_of_a_test:{function}", *more)


def test_work_once(shop: str) -> None:
    """Subscribers in a module of the current folder are told of what is due, and the command ends."""
    first, second = work(shop, "subscribe", "--once"), work(shop, "subscribe", "--once")

    assert "got 1001\n1 handed out, 0 failed and left for a later try, 0 given up\n" == first.output
    assert "0 handed out, 0 failed and left for a later try, 0 given up\n" == second.output


def test_work_once_goes_on_past_what_nobody_wants(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A spell of work that was filled with events nobody subscribed to is not the end."""
    rests = [WorkReport(more=True), WorkReport(handed=1)]
    monkeypatch.setattr(OrderKit, "work", lambda kit: rests.pop(0))

    assert "1 handed out, 0 failed" in work(shop, "subscribe", "--once").output


def test_work_until_stopped(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --once it looks again after a pause, until it is stopped."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(cli.time, "sleep", sleep)
    result = work(shop, "subscribe", "--pause", "2")

    assert (0, [2, 2, 2]) == (result.exit_code, pauses)
    assert result.output.endswith("\n1 handed out, 0 failed and left for a later try, 0 given up\n")


def test_work_given_up(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was given up is counted, and put back in line on request."""
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 1)
    given_up = work(shop, "fail", "--once")
    verified = run("verify", "--database", shop)
    retried = work(shop, "subscribe", "--once", "--retry-given-up")

    assert "0 handed out, 1 failed and left for a later try, 1 given up\n" == given_up.output
    assert 1 == verified.exit_code
    assert "run: orderkit work --retry-given-up" in verified.output
    assert "1 given up before, back in line\ngot 1001\n" in retried.output
    assert 0 == run("verify", "--database", shop).exit_code


def test_work_for_messages_alone(shop: str) -> None:
    """Without subscribers and rules there is nothing to do, and nothing is taken from those who come later."""
    alone = run("work", "--database", shop, "--once")

    assert (0, "0 handed out, 0 failed and left for a later try, 0 given up\n") == (
        alone.exit_code,
        alone.output,
    )
    assert "got 1001" in work(shop, "subscribe", "--once").output


def test_work_lacks_a_subscriber(shop: str) -> None:
    """Without a subscriber that has worked the database nothing is handed out, until it is forgotten by name."""
    work(shop, "subscribe", "--once")
    refused, forgotten = work(shop, "other", "--once"), work(shop, "other", "--once", "--forget", "stock")

    assert (1, 1) == (refused.exit_code, refused.output.count("\n"))
    assert "lacks subscribers that have worked this database: stock;" in refused.output
    assert "stock: forgotten\n0 handed out" in forgotten.output


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("subscribers_of_a_test:nothing", "subscribed to nothing"),
        ("subscribers_of_a_test:missing", "write MODULE:FUNCTION"),
        ("no_such_module:subscribe", "write MODULE:FUNCTION"),
        ("subscribers_of_a_test", "write MODULE:FUNCTION"),
        (":", "write MODULE:FUNCTION"),
    ],
)
def test_subscribers_that_are_none(shop: str, reference: str, said: str) -> None:
    """A module or function that is not there, or subscribes to nothing, is told in one line."""
    result = run("work", "--database", shop, "--subscribers", reference, "--once")

    assert (1, 1) == (result.exit_code, result.output.count("\n"))
    assert said in result.output


def test_examples_keep_their_lines() -> None:
    """The first help shows whole commands, each on its line."""
    shown = CliRunner().invoke(main, ["--help"]).output

    assert "\n  Begin with:    orderkit db upgrade --database sqlite:///shop.db\n" in shown
