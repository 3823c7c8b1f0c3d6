"""Run where only the core is installed: its rooms are imported, an order is made and told, with no web framework."""

import importlib
import pkgutil
import sys

import attrs

import orderkit
import orderkit.plugin as ok
from orderkit import Actor, Delivery, Line, Money, OrderKit

WEB = {"flask", "orderkit_flask", "phonenumbers", "werkzeug"}
# Imported by Alembic; imported with pytest, in the tests of plugin authors.
OTHERWISE = ("orderkit.storage.migrations.", "orderkit.testing")


@attrs.frozen
class Settings:
    """There is nothing to set."""


@attrs.frozen
class Barter:
    """Paid in kind."""

    settings: Settings
    services: ok.Services

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        """Bring what was agreed."""
        return ok.Offer()


told: list[ok.Message] = []


@attrs.frozen
class Crier:
    """Tells the whole town."""

    settings: Settings
    services: ok.Services

    def send(self, message: ok.Message) -> ok.Sent:
        """All of it."""
        told.append(message)
        return ok.Sent()


class Own:
    """The host's own plugin."""

    @ok.hookimpl
    def orderkit_channels(self) -> list[ok.ChannelType]:
        """One channel."""
        return [ok.ChannelType(code="crier", label="Crier", settings=Settings, factory=Crier)]

    @ok.hookimpl
    def orderkit_payment_providers(self) -> list[ok.PaymentProviderType]:
        """One provider."""
        return [
            ok.PaymentProviderType(
                code="barter", label="Barter", settings=Settings, factory=Barter, offline=True
            )
        ]


for room in pkgutil.walk_packages(orderkit.__path__, "orderkit."):
    if not room.name.startswith(OTHERWISE) and not room.name.endswith("__main__"):
        importlib.import_module(room.name)

kit = OrderKit("sqlite:///core.db", plugins=[Own()], strict=True)
kit.upgrade()
kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
desk, olga = kit.site("coffee"), Actor.staff("7", "Ольга")
barter = desk.settings.add_payment_method("barter", "Мена", actor=olga, key="barter")
desk.settings.add_notification_rule("crier", "На площади", language="ru", actor=olga, key="crier")
mug = Line(sku="MUG-1", title="Кружка", unit_price=Money.of("450.00", "RUB"), quantity=2)
order = desk.orders.create([mug], delivery=Delivery(Money.of("0", "RUB")), actor=olga, key="first")
desk.payments.record(order.id, Money.of("900.00", "RUB"), method_id=barter.id, actor=olga, key="paid")
kit.work()

assert ["Заказ № 1001 принят", "Заказ № 1001 оплачен"] == [message.subject for message in told]
assert all("Кружка" in message.html for message in told)
assert desk.orders.get(order.id).balance.fully_paid
assert [] == list(kit.verify())
assert set() == WEB & {name.partition(".")[0] for name in sys.modules}, "a web framework was imported"
assert [] == [name for name in WEB if importlib.util.find_spec(name)], "a web framework was installed"
print(order.number)
