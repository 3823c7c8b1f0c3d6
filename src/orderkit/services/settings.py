"""What the admin configures: payment methods and shipping methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import attrs

from orderkit.domain import method as methods
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Aggregate, Change
from orderkit.domain.keys import clean_key, fingerprint
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.money import Money, require_money
from orderkit.errors import ConflictError, NotFoundError
from orderkit.storage.reading import Reader
from orderkit.storage.writing import KeyTakenError, Store

M = TypeVar("M", PaymentMethod, ShippingMethod)


@attrs.frozen
class Settings:
    """The configured methods of one site."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]

    def payment_methods(self) -> tuple[PaymentMethod, ...]:
        """All of them, switched off ones included, in order of display."""
        return self.reader.payment_methods()

    def shipping_methods(self) -> tuple[ShippingMethod, ...]:
        """All of them, switched off ones included, in order of display."""
        return self.reader.shipping_methods()

    def add_payment_method(
        self,
        provider: str,
        title: str,
        *,
        actor: Actor,
        key: str,
        description: str = "",
        button: str = "",
        pages: Sequence[str] = (),
        is_primary: bool = False,
        offline: bool = True,
        active: bool = True,
        position: int = 0,
    ) -> PaymentMethod:
        """
        Begin to offer a way to pay; its fields are those of `PaymentMethod`.

        Args:
            provider: Code of the provider behind it, such as ``cash``.
            key: Chosen by the caller; the same key never adds a second one.

        Raises:
            InvalidInputError: An unusable value.
            ConflictError: The key was used for another request.
        """
        act = self.acting(actor)
        method = PaymentMethod(
            id=act.new_id(),
            provider=provider,
            title=title,
            description=description,
            button=button,
            pages=tuple(pages),
            is_primary=is_primary,
            offline=offline,
            active=active,
            position=position,
        )
        request = fingerprint("settings.add_payment_method", method.snapshot())
        change = methods.create_payment_method(method, act)
        return self._add(change, key, request, self.payment_methods)

    def add_shipping_method(
        self,
        carrier: str,
        title: str,
        cost: Money,
        *,
        actor: Actor,
        key: str,
        description: str = "",
        needs_address: bool = True,
        tracking_url: str = "",
        active: bool = True,
        position: int = 0,
    ) -> ShippingMethod:
        """
        Begin to offer a way to deliver; its fields are those of `ShippingMethod`.

        Args:
            carrier: Code of the carrier behind it, such as ``flat-rate``.
            cost: In the site's currency, at least zero.
            key: Chosen by the caller; the same key never adds a second one.

        Raises:
            InvalidInputError: An unusable value.
            ConflictError: The key was used for another request.
        """
        act = self.acting(actor)
        require_money(cost, "cost").require(self.reader.site.currency, "cost")
        method = ShippingMethod(
            id=act.new_id(),
            carrier=carrier,
            title=title,
            cost=cost,
            description=description,
            needs_address=needs_address,
            tracking_url=tracking_url,
            active=active,
            position=position,
        )
        request = fingerprint("settings.add_shipping_method", method.snapshot())
        change = methods.create_shipping_method(method, act)
        return self._add(change, key, request, self.shipping_methods)

    def edit_payment_method(self, method: PaymentMethod, *, actor: Actor) -> PaymentMethod:
        """
        Store a changed method; its ``version`` is the one the caller has seen.

        Raises:
            ConflictError: ``stale_version``.
            NotFoundError: This site has no such method.
        """
        before = _one(self.payment_methods(), method.id)
        self._require_version(before, method)
        change = methods.edit_payment_method(before, method, self.acting(actor))
        if change is None:
            return before
        try:
            return self.store.save(change)
        except ConflictError:
            self._require_version(_one(self.payment_methods(), method.id), method)
            raise

    def edit_shipping_method(self, method: ShippingMethod, *, actor: Actor) -> ShippingMethod:
        """
        Store a changed method; its ``version`` is the one the caller has seen.

        Raises:
            ConflictError: ``stale_version``.
            InvalidInputError: The cost is in another currency than the site's.
            NotFoundError: This site has no such method.
        """
        method.cost.require(self.reader.site.currency, "cost")
        before = _one(self.shipping_methods(), method.id)
        self._require_version(before, method)
        change = methods.edit_shipping_method(before, method, self.acting(actor))
        if change is None:
            return before
        try:
            return self.store.save(change)
        except ConflictError:
            self._require_version(_one(self.shipping_methods(), method.id), method)
            raise

    def _require_version(self, stored: Aggregate, seen: Aggregate) -> None:
        self.reader.require_version(f"method {stored.id}", stored, seen.version)

    def _add(self, change: Change[M], key: str, request: str, found: Callable[[], tuple[M, ...]]) -> M:
        key = clean_key(key)
        try:
            return self.store.save(change.with_key(key, request))
        except KeyTakenError:
            entry = self.reader.replayed(key, request)
            assert entry is not None  # keys stand in the journal for good
            assert entry.subject_id is not None  # another verb's key has another fingerprint
            return _one(found(), entry.subject_id)


def _one(found: tuple[M, ...], id: UUID) -> M:
    for method in found:
        if method.id == id:
            return method
    raise NotFoundError(f"this site has no method {id}", code="method_not_found")
