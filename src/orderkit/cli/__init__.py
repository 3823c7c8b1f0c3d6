"""The command line: `orderkit db upgrade|check`, `verify`, `reconcile`, `import`, `work`, `plugins …`, `new-plugin`."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click

from orderkit.cli.choosing import Options
from orderkit.cli.new_plugin import new_plugin
from orderkit.cli.plugins import plugins
from orderkit.desk import Desk
from orderkit.errors import OrderKitError, SettingsError
from orderkit.importing import REPORT_COLUMNS, import_orders, read_layout
from orderkit.kit import OrderKit
from orderkit.services.operations.cancelling import Standing
from orderkit.services.outbox import WorkReport
from orderkit.storage import schema

database_option = click.option(
    "--database",
    "url",
    envvar="ORDERKIT_DATABASE",
    required=True,
    metavar="URL",
    help="Where the orders are: sqlite:///shop.db or postgresql+psycopg://user@host/name. "
    "Without it, the variable ORDERKIT_DATABASE is read.",
)


class _Commands(click.Group):
    """Commands whose own errors are one sentence and exit code 1, not a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; turn an error of ours into a message."""
        try:
            return super().invoke(context)
        except OrderKitError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderkit")
@click.option(
    "--plugin",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    envvar="ORDERKIT_PLUGINS",
    metavar="FILE",
    help="A plugin in a loose .py file, beside those that are installed; may be given several times. "
    f"Without it, the variable ORDERKIT_PLUGINS is read: paths with {os.pathsep!r} between them.",
)
@click.option(
    "--allow-plugin",
    "allow",
    multiple=True,
    envvar="ORDERKIT_ALLOW_PLUGINS",
    metavar="NAME",
    help="Of the installed plugins use only this one; may be given several times. "
    "Without it, the variable ORDERKIT_ALLOW_PLUGINS is read: names with spaces or commas between them.",
)
@click.option(
    "--block-plugin",
    "block",
    multiple=True,
    envvar="ORDERKIT_BLOCK_PLUGINS",
    metavar="NAME",
    help="Do not use this plugin, nor import it; may be given several times. "
    "Without it, the variable ORDERKIT_BLOCK_PLUGINS is read: names with spaces or commas between them.",
)
@click.option(
    "--secret-files",
    type=click.Path(path_type=Path),
    envvar="ORDERKIT_SECRET_FILES",
    metavar="FOLDER",
    help="Where secrets written as file:NAME are. Without it, the variable ORDERKIT_SECRET_FILES is read.",
)
@click.pass_context
def main(
    context: click.Context,
    files: tuple[Path, ...],
    allow: tuple[str, ...],
    block: tuple[str, ...],
    secret_files: Path | None,
) -> None:
    """
    The order desk from the command line.

    The secrets of methods are opened with the key in the variable ORDERKIT_SECRET_KEY; of several, with spaces between
    them, the newest comes first. There is no option for it: what a command is called with, others on the machine see.

    \b
    Begin with:    orderkit db upgrade --database sqlite:///shop.db
    Bring orders:  orderkit import orders.csv --map map.toml --site shop --database sqlite:///shop.db
    Check them:    orderkit verify --database sqlite:///shop.db
    Plugins:       orderkit plugins list
    Your own:      orderkit new-plugin carrier drone-post
    """  # noqa: D301  # the backslash is click's mark of a paragraph that keeps its lines
    keys = (os.environ.get("ORDERKIT_SECRET_KEY", ""),)
    context.obj = Options(files, allow, block, keys, secret_files)


main.add_command(plugins)
main.add_command(new_plugin)


@main.group()
def db() -> None:
    """Make the tables, or compare them with what this version expects."""


@db.command()
@database_option
@click.option(
    "--partitions",
    type=click.IntRange(0, 1024),
    default=0,
    show_default=True,
    help="Divide the tables into so many hash partitions by site. PostgreSQL only, and only when they are first made.",
)
def upgrade(url: str, partitions: int) -> None:
    """
    Bring the database to this version's tables. Running it again changes nothing.

    Tables are called orderkit_…; others in the same database are left alone.
    """
    kit = _opened(url)
    before = schema.current_revision(kit.database)
    kit.upgrade(partitions=partitions)
    after = schema.current_revision(kit.database)
    click.echo(f"{kit.database.url}: {'already at' if before == after else 'now at'} revision {after}")


@db.command()
@database_option
def check(url: str) -> None:
    """Compare the tables with those this version expects. Exit code 1 names the differences."""
    kit = _opened(url)
    differences = schema.check(kit.database)
    for difference in differences:
        click.echo(difference, err=True)
    if differences:
        raise SystemExit(1)
    click.echo(f"{kit.database.url}: the tables are those of this version")


@main.command()
@database_option
def verify(url: str) -> None:
    """
    Check the promises on every stored order. Reads only; safe while the shop runs.

    Money: stored totals equal lines and ledger, nothing gives back more than it took. Journal: one entry per change,
    without a gap, each beginning where the one before ended. Status: every step is one of the lifecycle's. Outbox:
    holds exactly the events the journal causes. Exit code 1 names every row that breaks a promise.
    """
    kit = _opened(url)
    orders = broken = 0

    def count() -> None:
        nonlocal orders
        orders += 1

    for finding in kit.verify(count):
        broken += 1
        click.echo(str(finding), err=True)
    if broken:
        raise click.ClickException(f"{broken} broken promise(s) in {orders} orders")
    click.echo(f"{orders} orders verified: money, journal, status, outbox and numbers are in order")


@main.command()
@database_option
def reconcile(url: str) -> None:
    """
    Ask the payment providers about every payment and refund that is open or unknown, and book what they say.

    Run it every few minutes, by cron or a timer: it settles what a process that died, an answer that was lost or a
    buyer who paid later has left open. What is being cancelled is gone on with; what of it still waits is listed, with
    who began it, since when, and what it waits for. Safe while the shop runs. Exit code 1 tells of payments that nobody
    could be asked about: their plugin is missing, does not work or cannot look anything up.
    """
    found = _opened(url).reconcile()
    click.echo(f"{found.settled} settled, {found.open} still open")
    for standing in found.standing:
        click.echo(_told_of(standing))
    if found.unasked:
        raise click.ClickException(
            f"nobody could be asked about {found.unasked} payment(s); the log names them and tells why. "
            "orderkit plugins list tells which plugins work; secret_unreadable means that the shop's key is not in "
            "the variable ORDERKIT_SECRET_KEY"
        )


def _told_of(standing: Standing) -> str:
    """A cancelling that waits, in a line; people are told by kind and id, since logs are kept for long."""
    by = f"{standing.by.kind.value} {standing.by.id}".strip()
    awaits = "; ".join(
        f"{one.provider} to {one.capability.value} {one.amount} ({one.status.value if one.status else 'not asked yet'})"
        for one in standing.awaits
    )
    return (
        f"order {standing.number} of {standing.site} is being cancelled by {by} since "
        f"{standing.since:%Y-%m-%d %H:%M} UTC, and waits for {awaits or 'its last step'}"
    )


@main.command("import")
@database_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "map_file",
    required=True,
    type=click.Path(path_type=Path),
    metavar="MAP.toml",
    help="Which column is which field, the currency, the time zone. See docs/how-to/import-orders.md.",
)
@click.option(
    "--site", required=True, metavar="CODE", help="The site the orders go to; made if there is none."
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write rows that are not stored here, as CSV with the reasons. An earlier report is overwritten.",
)
def import_(url: str, file: Path, map_file: Path, site: str, report: Path | None) -> None:
    """
    Bring in orders from FILE, a CSV file of order lines, plain or gzip.

    Orders, contacts, payments and refunds are dated as in the file. Every row is stored or reported with the reason.
    An order of which one row is refused is reported as a whole. Running it again adds nothing, and completes an import
    that was interrupted.
    """
    layout = read_layout(map_file)
    kit = _opened(url)

    def open_desk(clock: Callable[[], datetime]) -> Desk:
        kit.sites.ensure(site, currency=layout.currency, timezone=layout.timezone)
        return kit.site(site, clock=clock)

    with _written(report, file, map_file) as written:
        schema.require_current(kit.database)  # before a long file is read in vain
        click.echo(import_orders(file, layout, open_desk, stage=_stage, report=written))


@contextmanager
def _stage(name: str, length: int) -> Iterator[Callable[[int], object]]:
    """A progress bar on stderr."""
    with click.progressbar(length=length, label=f"{name:8}", file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def _written(report: Path | None, *read: Path) -> Iterator[IO[str] | None]:
    """The report opened for writing, unless it would overwrite a file that is no report, such as the database."""
    if report is None:
        yield None
        return
    if report.resolve() in {each.resolve() for each in read}:
        raise SettingsError(f"--report {report} is a file that is read; name another, it is overwritten")
    try:
        if report.is_file() and not _may_overwrite(report):
            raise SettingsError(
                f"--report {report} is there and is no report of an import; name another file"
            )
        opened = report.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise SettingsError(f"--report {report}: {error.strerror}") from None
    with opened:
        yield opened


def _may_overwrite(report: Path) -> bool:
    heading = ",".join(REPORT_COLUMNS).encode()
    with report.open("rb") as earlier:
        return earlier.read(len(heading)) in (b"", heading)


@main.command()
@database_option
@click.option(
    "--subscribers",
    metavar="MODULE:FUNCTION",
    help="A function of the host that takes the kit and subscribes to it, such as shop.orders:subscribe. "
    "Without it, messages to clients and plugins alone are worked for.",
)
@click.option(
    "--once",
    is_flag=True,
    help="Work what is due now, then stop, instead of waiting for more. That is too short a life to ask providers "
    "about payments: run orderkit reconcile beside it.",
)
@click.option(
    "--pause", type=click.FloatRange(0.1, 60), default=1.0, show_default=True, help="Seconds between looks."
)
@click.option(
    "--retry-given-up",
    "retry",
    is_flag=True,
    help="First put events of which no further try is made back in line.",
)
@click.option(
    "--forget", multiple=True, metavar="NAME", help="First forget a subscriber that there is no more."
)
def work(
    url: str, subscribers: str | None, once: bool, pause: float, retry: bool, forget: tuple[str, ...]
) -> None:
    """
    Send messages to clients, and hand committed events to their subscribers, at least once each.

    Subscribers are code of the host, so --subscribers names the function that registers them with kit.subscribe.
    Stop it with Ctrl-C; what was in hand is handed out again later. An event whose subscriber fails again and again
    is given up after a day; orderkit verify names it. A subscriber that has worked this database is waited for until
    --forget names it.
    """
    kit = _opened(url)
    known = kit.subscriptions
    if subscribers is not None:
        _named(subscribers)(kit)
    if subscribers is not None and kit.subscriptions == known:
        raise SettingsError(
            f"--subscribers {subscribers} subscribed to nothing, so there is nothing to hand out"
        )
    for name in forget:
        click.echo(f"{name}: {'forgotten' if kit.forget_subscriber(name) else 'was not known'}")
    if retry:
        click.echo(f"{kit.retry_given_up()} given up before, back in line")
    total = WorkReport()
    try:
        while True:
            report = kit.work()
            total += report
            if report.lacking:
                raise _lacking(report.lacking)
            if once and not report.more:
                break
            time.sleep(0 if report.more else pause)
    except KeyboardInterrupt:
        click.echo()
    click.echo(
        f"{total.handed} handed out, {total.failed} failed and left for a later try, {total.given_up} given up"
    )


def _lacking(names: tuple[str, ...]) -> SettingsError:
    return SettingsError(
        f"this process lacks subscribers that have worked this database: {', '.join(names)}; nothing was taken from "
        f"them. Have --subscribers name a function that subscribes them, or, of what is no more: --forget {names[0]}",
        code="subscribers_lacking",
    )


def _opened(url: str) -> OrderKit:
    """A kit on the database, closed when the command ends."""
    context = click.get_current_context()
    chosen: Options = context.find_root().obj
    kit = chosen.kit(url)
    context.call_on_close(kit.close)
    return kit


def _named(reference: str) -> Callable[[OrderKit], object]:
    """The function that MODULE:FUNCTION names; modules of the folder the command runs in are found too."""
    sys.path.insert(0, "")
    module, _, name = reference.partition(":")
    try:
        function: Callable[[OrderKit], object] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(
            f"--subscribers {reference}: {error}; write MODULE:FUNCTION, such as shop.orders:subscribe"
        ) from error
    return function
