"""The hooks: what a plugin is asked once, when a kit is made, and what it is asked at work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import pluggy

from orderkit.contracts.adjusters import AdjusterType
from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.channels import ChannelType
from orderkit.contracts.orders import NumberDraft, OrderFacts
from orderkit.contracts.payments import PaymentProviderType
from orderkit.contracts.problems import Problem
from orderkit.contracts.subscriptions import Subscription

PROJECT = "orderkit"
"""Name of the markers, and of the group of entry points in which plugins are found."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks(Protocol):
    """Every hook there is; a plugin implements those it needs. Those without arguments say what it brings."""

    @hookspec
    def orderkit_adjusters(self) -> Iterable[AdjusterType]:
        """Discounts, fees and taxes of which an admin can make price rules."""

    @hookspec
    def orderkit_carriers(self) -> Iterable[CarrierType]:
        """Carriers of which an admin can make shipping methods."""

    @hookspec
    def orderkit_channels(self) -> Iterable[ChannelType]:
        """Channels of which an admin can make notification rules."""

    @hookspec
    def orderkit_payment_providers(self) -> Iterable[PaymentProviderType]:
        """Payment providers of which an admin can make payment methods."""

    @hookspec
    def orderkit_subscriptions(self) -> Iterable[Subscription]:
        """Who is told of what happened, after it is stored; each made by `subscribe`."""

    @hookspec
    def orderkit_order_number(self, draft: NumberDraft) -> str | None:
        """
        The number of a new order; ``None`` for the counter's own.

        Others wait meanwhile: it computes, and asks nobody. The first of all plugins, by name, that gives one decides.
        """

    @hookspec
    def orderkit_check_order(self, order: OrderFacts) -> Iterable[Problem]:
        """What is wrong with an order that is about to be placed; with any problem it is not."""

    @hookspec
    def orderkit_before_transition(self, order: OrderFacts, before: str, after: str) -> Iterable[Problem]:
        """Why an order cannot be moved to another status on somebody's word; with any problem it is not."""
