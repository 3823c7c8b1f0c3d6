"""The composition root: the only room that knows all rooms."""

from __future__ import annotations

import os
import secrets
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import attrs

from orderkit.contracts.subscriptions import E, Subscription, subscribe
from orderkit.desk import Desk
from orderkit.domain.actor import Act, Actor
from orderkit.domain.lifecycle import ORDER_LIFECYCLE, Lifecycle
from orderkit.domain.order import Order
from orderkit.domain.site import Site
from orderkit.domain.turns import Turns
from orderkit.errors import ConflictError, NotFoundError, SettingsError
from orderkit.registry.adjusters import Adjusters
from orderkit.registry.carriers import Carriers
from orderkit.registry.channels import Channels
from orderkit.registry.choosing import Wanted
from orderkit.registry.finding import gather
from orderkit.registry.limiting import Hanging
from orderkit.registry.loading import build
from orderkit.registry.making import Workshop
from orderkit.registry.references import References
from orderkit.registry.references import secret_files as folder_of_secrets
from orderkit.registry.registry import PluginStatus
from orderkit.registry.ruling import Rules, Rulings
from orderkit.registry.sealing import Sealer
from orderkit.registry.subscribing import limited
from orderkit.registry.troubles import Troubles
from orderkit.registry.vault import Vault
from orderkit.services.carts.verbs import Carts
from orderkit.services.contacts import Contacts
from orderkit.services.messages import Messages
from orderkit.services.operations.closing import closable, close
from orderkit.services.operations.looking_up import Reconciled
from orderkit.services.operations.verbs import Operations
from orderkit.services.orders.verbs import Orders
from orderkit.services.outbox import Outbox, WorkReport
from orderkit.services.payments import Payments
from orderkit.services.pricing import Pricer
from orderkit.services.sending import NAME as MESSAGES
from orderkit.services.sending import Sending
from orderkit.services.settings.verbs import Settings
from orderkit.services.shipping import Shipping
from orderkit.services.verify import Finding, Verify
from orderkit.services.visitors import Visitors
from orderkit.services.webhooks.verbs import Webhooks
from orderkit.storage import schema
from orderkit.storage.auditing import Audit
from orderkit.storage.database import Database
from orderkit.storage.inboxing import Inbox
from orderkit.storage.outboxing import OutboxQueue
from orderkit.storage.reading import Reader
from orderkit.storage.sites import SiteList
from orderkit.storage.subscribers import SubscriberList, known_anywhere
from orderkit.storage.visitors import VisitorReader
from orderkit.storage.writing import Store

if sys.version_info >= (3, 14):
    new_uuid: Callable[[], UUID] = uuid.uuid7
else:
    from uuid_utils.compat import uuid7 as new_uuid


SHORTEST_SHARE = 0.2
"""Seconds that providers' words and open payments have of a spell of work, however much else there is."""


def utc_now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def new_token() -> str:
    """A text of 256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


@attrs.frozen
class Sites:
    """The sites of one database."""

    _list: SiteList

    def ensure(self, code: str, *, currency: str, timezone: str = "UTC") -> Site:
        """
        The site called *code*, made if there is none yet.

        Args:
            currency: ISO 4217; new orders are in it.
            timezone: IANA name; days on the screens are days there.

        Raises:
            InvalidInputError: An unknown currency or time zone.
            ConflictError: ``site_differs``: the site is there with another currency or time zone.
        """
        wanted = Site(code=code, currency=currency, timezone=timezone)
        found = self._list.find(wanted.code) or self._list.add(wanted) or self._list.find(wanted.code)
        assert found is not None  # found, made, or made by somebody else meanwhile
        if (found.currency, found.timezone) != (currency, timezone):
            raise ConflictError(
                f"site {code!r} exists with {found.currency} and {found.timezone}, not {currency} and {timezone}; "
                "use its own values or another code",
                code="site_differs",
            )
        return found

    def all(self) -> list[Site]:
        """Every site, oldest first."""
        return self._list.all()


class OrderKit:
    """
    An order desk on one database.

    Args:
        url: SQLAlchemy URL: ``sqlite:///shop.db`` or ``postgresql+psycopg://user@host/name``.
        clock: Gives the present moment, aware; replaced in tests and imports.
        lifecycle: The table of steps; checked when it was made.
        plugins: The host's own, beside those that are installed: modules, objects with hooks, paths of ``.py`` files.
        allow_plugins: Names of the installed plugins to use, the built-in ones included; ``None`` for all.
        block_plugins: Names of plugins not to use, the host's own included; they are not even imported.
        secret_key: What secrets in the settings of methods are sealed with: a key of
            ``cryptography.fernet.Fernet.generate_key()``, or several, the newest first.
        secret_files: A folder with one of the name of each site, below which its references ``file:NAME`` read.
        strict: Refuse a plugin that does not work, instead of going on without it.

    Raises:
        SettingsError: The address is not understood, or its driver is not installed; a name in place of a list
            of plugins; ``plugin_broken`` or ``plugin_not_found`` if *strict*; ``bad_secret_key`` or
            ``bad_secret_files``.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], datetime] = utc_now,
        lifecycle: Lifecycle = ORDER_LIFECYCLE,
        plugins: Iterable[object] = (),
        allow_plugins: Iterable[str] | None = None,
        block_plugins: Iterable[str] = (),
        secret_key: str | bytes | Iterable[str | bytes] = (),
        secret_files: str | os.PathLike[str] | None = None,
        strict: bool = False,
    ) -> None:
        wanted = Wanted(allow_plugins, block_plugins)
        self.registry = build(gather(plugins), wanted, strict=strict)
        self._sealer, self._secret_files = Sealer.of(secret_key), folder_of_secrets(secret_files)
        self.database = Database(url)
        self.clock = clock
        self.lifecycle = lifecycle
        self._hanging = Hanging()
        self._troubles = Troubles(clock)
        self._rulings = Rulings(self.registry.functions, self._hanging, self._troubles)
        self._tokens: dict[UUID, str] = {}
        self._turns: dict[int, Turns] = {}
        self._rests: dict[UUID, datetime] = {}
        self._subscriptions: list[Subscription] = [
            limited(one, self._hanging, self._troubles) for one in self.registry.subscriptions.values()
        ]

    @property
    def plugins(self) -> tuple[PluginStatus, ...]:
        """
        The plugins that were found when the kit was made, those that do not work among them.

        What went wrong with one at work is told by the process in which it did.
        """
        return tuple(attrs.evolve(one, trouble=self._troubles.of(one.name)) for one in self.registry.plugins)

    @property
    def sites(self) -> Sites:
        """The sites of this database."""
        return Sites(SiteList(self.database))

    def upgrade(self, *, partitions: int = 0) -> None:
        """
        Bring the database to this version's tables; does nothing if it is there. As `orderkit db upgrade`.

        Args:
            partitions: Hash partitions by site, on PostgreSQL, when the tables are first made; 0 for none.

        Raises:
            SettingsError: Partitions where there can be none.
            StorageError: The database cannot be written.
        """
        schema.upgrade(self.database, partitions=partitions)

    def site(self, code: str, *, clock: Callable[[], datetime] | None = None) -> Desk:
        """
        The desk of one site.

        Args:
            clock: Another clock than the kit's, such as that of a file being imported.

        Raises:
            NotFoundError: No such site; the message lists those there are.
            StorageError: ``database_unmigrated``: the tables are not those of this version.
        """
        schema.require_current(self.database)
        sites = SiteList(self.database)
        site = sites.find(code)
        if site is None:
            known = ", ".join(repr(one.code) for one in sites.all()) or "none"
            raise NotFoundError(
                f"no site {code!r}; known: {known}. Make it with kit.sites.ensure({code!r}, currency=…)",
                code="site_not_found",
            )
        return self._desk(site, clock or self.clock)

    def subscribe(self, event: type[E], handler: Callable[[E], object], *, name: str) -> None:
        """
        Have *handler* told of every such event after its commit, at least once, by `work`.

        Args:
            event: The class, such as `OrderSubmitted`.
            handler: Called with the event; what it raises is tried again later.
            name: Unique and stable: the outbox remembers by it who has an event already.

        Raises:
            SettingsError: The name is taken, *event* is no event class, or *handler* cannot be called.
        """
        wanted = subscribe(event, handler, name=name)
        if wanted.name in (*self.subscriptions, MESSAGES):
            raise SettingsError(
                f"a subscriber named {wanted.name!r} is there already; give each its own name",
                code="subscriber_exists",
            )
        self._subscriptions.append(wanted)

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Names of those who have subscribed; those of a plugin begin with its name and a dot."""
        return tuple(subscription.name for subscription in self._subscriptions)

    def work(self, budget: float = 5.0) -> WorkReport:
        """
        Hand committed events to their subscribers until none is due or *budget* seconds are used up.

        Messages to clients are sent by this, too, where a notification rule wants them. What providers told and is
        parked is taken up, and they are asked about payments that are open or unknown: a few at once, each again after
        a pause that grows from a minute to six hours. These pauses are this process's own.

        Nothing is taken while nobody has subscribed, nor where a subscriber is lacking here who has worked any site
        of this database before: it would be taken away from that one. The report names those; see `forget_subscriber`.
        Each site has its share of the budget, and what the sites before it did not need.
        """
        report, sites = WorkReport(), self.sites.all()
        deadline = time.monotonic() + budget
        elsewhere = known_anywhere(self.database) - {
            MESSAGES
        }  # every process writes to clients, where a rule wants it
        for others, site in zip(range(len(sites), 0, -1), sites, strict=True):
            queue = OutboxQueue(self.database, site)
            share = timedelta(seconds=max(deadline - time.monotonic(), 0) / others)
            known = SubscriberList(self.database, site, elsewhere)
            sending = self._sending(site)
            subscriptions = (*self._subscriptions, *sending.subscriptions())
            give_up = {MESSAGES: sending.give_up}
            until = time.monotonic() + share.total_seconds()
            report += Outbox(queue, known, subscriptions, self.clock, new_uuid, give_up).work(share)
            self._tend(site, max(until - time.monotonic(), SHORTEST_SHARE))
        return report

    def forget_subscriber(self, name: str) -> bool:
        """Wait no more for a subscriber that has worked this database and is no more; whether there was one."""
        return sum(SubscriberList(self.database, site).forget(name) for site in self.sites.all()) > 0

    def retry_given_up(self) -> int:
        """Put events of which no further try is made back in line, from the first try on; answers how many."""
        return sum(OutboxQueue(self.database, site).revive(now=self.clock()) for site in self.sites.all())

    def reconcile(self) -> Reconciled:
        """Ask the providers of every site about what they have not settled; as `orderkit reconcile`."""
        schema.require_current(self.database)
        found = Reconciled()
        for site in self.sites.all():
            desk = self._desk(site, self.clock)
            desk.webhooks.take_up_due()
            found += desk.operations.reconcile()
        return found

    def verify(self, progress: Callable[[], object] = lambda: None) -> Iterator[Finding]:
        """
        Check the promises that can be checked on stored rows; reads only.

        Args:
            progress: Called once per order.

        Raises:
            StorageError: The database cannot be read, or is not at this version.
        """
        schema.require_current(self.database)
        sites = SiteList(self.database)
        for id in sites.lost():
            yield Finding("?", "rows", f"orderkit_sites {id}", "is not in the list, and orders belong to it")
        for site in sites.all():
            yield from Verify(Audit(self.database, site), self.lifecycle).run(progress)

    def close(self) -> None:
        """Close the connections to the database."""
        self.database.close()

    def _tend(self, site: Site, budget: float) -> None:
        """Take up what providers told, and ask them about what is open."""
        desk = self._desk(site, self.clock)
        half = budget / 2
        desk.webhooks.take_up_due(half)
        desk.operations.reconcile_due(self._turns.setdefault(site.id, Turns()), half)

    def _desk(self, site: Site, clock: Callable[[], datetime]) -> Desk:
        rules = Rules(self._rulings, site)
        store = Store(self.database, site.id, new_uuid, self.clock, rules.number)
        reader = Reader(self.database, site, clock)

        def acting(actor: Actor) -> Act:
            return Act(actor, clock(), new_uuid)

        visitors = VisitorReader(self.database, site)
        vault = Vault(self._sealer, References(site.code, self._secret_files))
        workshop = Workshop(self.registry, clock, site.currency, self._hanging, vault, self._troubles)
        pricer = Pricer(reader, Adjusters(workshop))
        webhooks = Webhooks(store, reader, Inbox(self.database, site), acting, workshop)
        take_up = webhooks.take_up_about
        operations = Operations(store, reader, acting, workshop, rules, self.lifecycle)
        closing = partial(closable, operations), partial(close, operations)
        payments = Payments(store, reader, acting, workshop, rules, self.lifecycle, take_up, *closing)

        def is_offered(order: Order) -> bool:
            return bool(payments.offered(order))

        return Desk(
            site,
            Orders(store, reader, acting, rules, self.lifecycle, new_token, pricer),
            payments,
            operations,
            webhooks,
            Contacts(store, reader, acting),
            Visitors(store, reader, visitors, acting, new_token),
            Carts(store, reader, visitors, acting, is_offered, rules, self.lifecycle, pricer),
            Settings(store, reader, acting, workshop),
            Shipping(reader, Carriers(workshop)),
            Messages(store, reader, acting, Channels(workshop)),
        )

    def _sending(self, site: Site) -> Sending:
        """What writes to the clients of a site."""
        desk = self._desk(site, self.clock)
        of = desk.messages
        return Sending(of.store, of.reader, of.acting, of.channels, new_token, self._tokens, self._rests)
