"""`orderkit-shop`: makes and fills the database, then serves the shop on this computer."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import click
import waitress

from orderkit.errors import OrderKitError
from orderkit_shop.app import SITE, create_app
from orderkit_shop.banking import CODE
from orderkit_shop.filling import prepare
from orderkit_shop.opening import opened
from orderkit_shop.signing_in import NAME, PASSWORD
from orderkit_shop.telling import telling
from orderkit_shop.visiting.day import AT_ONCE, DayClock
from orderkit_shop.visiting.showing import Showing
from orderkit_shop.working import working

HOST = "127.0.0.1"
THREADS = 8
"""More than the six connections of one browser, so that waitress does not warn of a queue."""


def default_database() -> str:
    """A file in the checkout this module belongs to, else in the current folder."""
    checkout = Path(__file__).resolve().parents[4]
    folder = checkout if (checkout / "run").exists() else Path.cwd()
    return f"sqlite:///{folder / 'demo.db'}"


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Where to listen; 0 for any.",
)
@click.option(
    "--orders",
    type=click.IntRange(1, 1_000_000),
    default=200,
    show_default=True,
    help="How many orders an empty database is filled with.",
)
@click.option(
    "--database",
    "url",
    metavar="URL",
    help="Where the orders are: sqlite:///other.db or postgresql+psycopg://user@host/name.  "
    "[default: demo.db in the checkout]",
)
@click.option(
    "--visitors",
    type=click.IntRange(1, 100_000),
    help="Let so many simulated visitors come, as HTTP clients on this computer, while you look.",
)
def main(port: int, orders: int, url: str | None, visitors: int | None) -> None:
    """
    Start the demo shop: it sells, and its pages embed the tab «Заказы и платежи».

    The first start makes the database and fills it with simulated orders of the last four months; later starts
    keep what is there. Ctrl-C ends it, during the filling too: the next start goes on from there. The test bank, at
    whose page orders can be paid, keeps books of its own in a file beside the database.

    \b
    ./run demo                                    about ten seconds, then http://127.0.0.1:8000/
    ./run demo --orders 10000 --database sqlite:///big.db
    ./run demo --port 8001
    ./run demo --visitors 1000                    a day of the shop in a minute, and whether the journal is right
    """  # noqa: D301  # the backslash is click's mark of a paragraph that keeps its lines
    with listen(port) as listener, ExitStack() as stack:
        try:
            clock = DayClock()
            kit, bank = stack.enter_context(opened(url or default_database(), clock))
            holds = prepare(kit, orders, bank, f"http://{HOST}:{listener.getsockname()[1]}")
        except OrderKitError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            raise click.ClickException("stopped while filling; the next start goes on from there") from None
        port = listener.getsockname()[1]
        announce(f"http://{HOST}:{port}", f"{kit.database.url}, {holds}")
        if visitors:
            Showing(kit, clock, SITE).begin(visitors, port)
        for method in kit.site(SITE).settings.payment_methods():
            if method.provider == CODE:
                hook = f"http://{HOST}:{port}/hooks/{SITE}/{method.id}"
                stack.enter_context(telling(bank, hook, clock))
        app = create_app(kit, bank=bank, allow=(lambda act, keys: True) if visitors else None)
        threads = THREADS + (AT_ONCE if visitors else 0)
        with working(kit):
            waitress.serve(app, sockets=[listener], threads=threads, _quiet=True)


def listen(port: int) -> socket.socket:
    """Take the port before anything else is done, so that nobody waits for a filling in vain."""
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise click.ClickException(
            f"port {port} is taken or not allowed ({error.strerror}); name another one: --port {(port + 1) % 65536}"
        ) from error


def announce(address: str, data: str) -> None:
    """Say where everything is."""
    click.echo(f"""
  The shop   {address}/
  The tab    {address}/orders/
  Login      {NAME}, password {PASSWORD}
  Data       {data}

  Ctrl-C ends it.
""")


if __name__ == "__main__":
    main()
