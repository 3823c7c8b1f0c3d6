"""The views: a request becomes plain arguments, one service method answers, the answer becomes a page."""

from __future__ import annotations

from collections.abc import Iterator

from orderkit_flask.method_kinds import MethodKind, PaymentKind, ShippingKind
from orderkit_flask.routing import Route
from orderkit_flask.rule_kinds import NotificationKind, PriceKind
from orderkit_flask.tab import Tab
from orderkit_flask.views.adjustments import AdjustmentViews
from orderkit_flask.views.asking import AskingViews
from orderkit_flask.views.cancelling import CancelViews
from orderkit_flask.views.contacts import ContactViews
from orderkit_flask.views.contents import ContentsViews
from orderkit_flask.views.creating import CreationViews
from orderkit_flask.views.delivery import DeliveryViews
from orderkit_flask.views.exporting import ExportViews
from orderkit_flask.views.holds import HoldViews
from orderkit_flask.views.links import LinkViews
from orderkit_flask.views.messages import MessageViews
from orderkit_flask.views.methods import MethodViews
from orderkit_flask.views.money import MoneyViews
from orderkit_flask.views.notes import NoteViews
from orderkit_flask.views.noticing import NoticeViews
from orderkit_flask.views.orders import OrderViews
from orderkit_flask.views.payments import PaymentViews
from orderkit_flask.views.people import PersonViews
from orderkit_flask.views.plugins import PluginViews
from orderkit_flask.views.provider_events import ProviderEventViews
from orderkit_flask.views.refunds import RefundViews
from orderkit_flask.views.statuses import StatusViews


def routes(tab: Tab) -> Iterator[Route]:
    """Every address of the tab; what changes something has a form by GET and takes it by POST."""
    orders, contacts = OrderViews(tab), ContactViews(tab)
    yield Route("/", "orders", orders.list)
    yield Route("/export.csv", "export", ExportViews(tab).save)
    yield Route("/payments", "payments", PaymentViews(tab).list)
    yield Route("/plugins", "plugins", PluginViews(tab).list)
    yield Route("/<order_id>", "order", orders.window)
    yield Route("/contacts/<contact_id>", "contact", contacts.profile)
    yield Route("/contacts/<contact_id>/actions", "guest", contacts.guest)
    yield Route("/contacts/<contact_id>/details", "contact_details", contacts.form)
    yield Route("/contacts/<contact_id>/details", "set_contact_details", contacts.save, ("POST",))
    yield from _of_people(tab)
    status, cancel, notes = StatusViews(tab), CancelViews(tab), NoteViews(tab)
    yield Route("/<order_id>/status", "status", status.form)
    yield Route("/<order_id>/status", "set_status", status.save, ("POST",))
    delivery = DeliveryViews(tab)
    yield Route("/<order_id>/delivery", "delivery", delivery.form)
    yield Route("/<order_id>/delivery", "set_delivery", delivery.save, ("POST",))
    yield Route("/<order_id>/cancel", "cancel", cancel.form)
    yield Route("/<order_id>/cancel", "set_cancelled", cancel.save, ("POST",))
    yield Route("/<order_id>/cancel/stop", "stop_cancelling", cancel.stop, ("POST",))
    yield Route("/<order_id>/decline", "decline", cancel.answer_form)
    yield Route("/<order_id>/decline", "set_declined", cancel.answer, ("POST",))
    yield Route("/<order_id>/notes", "add_note", notes.save, ("POST",))
    again = MessageViews(tab).send_again
    yield Route("/<order_id>/messages/<message_id>/again", "send_again", again, ("POST",))
    yield Route("/<order_id>/link", "make_link", LinkViews(tab).make, ("POST",))
    yield Route("/<order_id>/payments/link", "make_payment_link", LinkViews(tab).make_for_paying, ("POST",))
    yield from _of_money(tab)
    yield from _of_contents(tab)
    yield from _of_methods(tab, ShippingKind())
    yield from _of_methods(tab, PaymentKind(tab.host.pages))
    yield from _of_methods(tab, NotificationKind(tab.order_address))
    yield from _of_methods(tab, PriceKind())


def _of_people(tab: Tab) -> Iterator[Route]:
    """The addresses where contacts are linked and un-linked."""
    people, links = PersonViews(tab), "/contacts/<contact_id>/links"
    yield Route(links, "linking", people.search)
    yield Route(links, "link_contact", people.link, ("POST",))
    yield Route(f"{links}/<link_id>/confirm", "confirm_link", people.confirm, ("POST",))
    yield Route(f"{links}/<link_id>/dismiss", "dismiss_link", people.dismiss, ("POST",))
    yield Route(f"{links}/<link_id>/unlink", "unlinking", people.ask)
    yield Route(f"{links}/<link_id>/unlink", "unlink_contact", people.unlink, ("POST",))


def _of_money(tab: Tab) -> Iterator[Route]:
    """The addresses where money is booked, asked for and given back."""
    money, payment = MoneyViews(tab), "/<order_id>/payments/<payment_id>"
    yield Route("/<order_id>/payments/new", "record_payment", money.record_form)
    yield Route("/<order_id>/payments/new", "add_payment", money.record, ("POST",))
    yield Route("/<order_id>/payments/foretold", "foretell_payment", money.foretell)
    yield Route("/<order_id>/payments/method", "choose_method", money.choice_form)
    yield Route("/<order_id>/payments/method", "set_chosen_method", money.choose, ("POST",))
    asking = AskingViews(tab)
    yield Route(f"{payment}/ask", "ask_provider", asking.ask, ("POST",))
    yield Route(f"{payment}/seen", "write_down", asking.write_down, ("POST",))
    events, told = ProviderEventViews(tab), "/provider-events"
    yield Route(told, "provider_events", events.list)
    yield Route(f"{told}/<event_id>/again", "take_up_event", events.take_up, ("POST",))
    yield Route(f"{told}/<event_id>/aside", "set_event_aside", events.set_aside, ("POST",))
    yield Route("/<order_id>/dispute/seen", "see_dispute", NoticeViews(tab).see_dispute, ("POST",))
    aside = NoticeViews(tab).set_aside
    yield Route("/<order_id>/notices/<event_id>/aside", "set_aside", aside, ("POST",))
    holds = HoldViews(tab)
    yield Route(f"{payment}/capture", "capture", holds.capture_form)
    yield Route(f"{payment}/capture", "add_capture", holds.capture, ("POST",))
    yield Route(f"{payment}/void", "void", holds.void_form)
    yield Route(f"{payment}/void", "add_void", holds.void, ("POST",))
    refunds = RefundViews(tab)
    yield Route("/<order_id>/refund", "give_back", refunds.form)
    yield Route("/<order_id>/refund", "add_refund", refunds.save, ("POST",))
    yield Route(f"{payment}/refund", "refund", refunds.form_of_payment)


def _of_contents(tab: Tab) -> Iterator[Route]:
    """The addresses where an order gets its contents."""
    contents, creation, adjustments = ContentsViews(tab), CreationViews(tab), AdjustmentViews(tab)
    yield Route("/new", "new_order", creation.form)
    yield Route("/new", "create_order", creation.save, ("POST",))
    yield Route("/<order_id>/contents", "contents", contents.form)
    yield Route("/<order_id>/contents", "set_contents", contents.save, ("POST",))
    yield Route("/<order_id>/adjustments", "adjustments", adjustments.form)
    yield Route("/<order_id>/adjustments", "set_adjustments", adjustments.save, ("POST",))


def _of_methods(tab: Tab, kind: MethodKind) -> Iterator[Route]:
    """The addresses of one kind of methods or rules."""
    views, name, root = MethodViews(tab, kind), kind.name, f"/{kind.name.replace('_', '-')}s"
    yield Route(root, f"{name}s", views.list)
    yield Route(f"{root}/new", f"{name}_types", views.types)
    yield Route(f"{root}/new/<code>", f"new_{name}", views.blank)
    yield Route(f"{root}/new/<code>", f"add_{name}", views.add, ("POST",))
    yield Route(f"{root}/<method_id>", name, views.form)
    yield Route(f"{root}/<method_id>", f"edit_{name}", views.save, ("POST",))
    yield Route(f"{root}/<method_id>/check", f"check_{name}", views.check, ("POST",))
    yield Route(f"{root}/<method_id>/switch", f"switch_{name}", views.switch, ("POST",))
    yield Route(f"{root}/<method_id>/move", f"move_{name}", views.move, ("POST",))
