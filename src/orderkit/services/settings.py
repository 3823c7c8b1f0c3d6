"""What the admin configures: payment methods and shipping methods, each with the settings of its plugin's class."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import attrs

from orderkit.contracts.adjusters import AdjusterType
from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.channels import ChannelType
from orderkit.contracts.payments import PaymentProviderType
from orderkit.contracts.problems import Problem
from orderkit.contracts.settings import SettingField, fields_of
from orderkit.contracts.wording import in_language
from orderkit.domain import method as methods
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.errors import InvalidInputError, NotFoundError
from orderkit.registry.checking import Checks
from orderkit.registry.making import Workshop
from orderkit.registry.registry import Contribution
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store

M = TypeVar("M", PaymentMethod, ShippingMethod)


@attrs.frozen
class Settings:
    """The configured methods of one site, and the types of which more can be made."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    workshop: Workshop

    # What there is.

    def payment_providers(self, language: str = "en") -> tuple[PaymentProviderType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return tuple(sorted(self.workshop.registry.payment_providers.values(), key=_label(language)))

    def carriers(self, language: str = "en") -> tuple[CarrierType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return tuple(sorted(self.workshop.registry.carriers.values(), key=_label(language)))

    def channels(self, language: str = "en") -> tuple[ChannelType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return tuple(sorted(self.workshop.registry.channels.values(), key=_label(language)))

    def adjusters(self, language: str = "en") -> tuple[AdjusterType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return tuple(sorted(self.workshop.registry.adjusters.values(), key=_label(language)))

    def payment_methods(self) -> tuple[PaymentMethod, ...]:
        """All of them, switched off ones included, in order of display."""
        return tuple(map(self.workshop.upgraded, self.reader.payment_methods()))

    def shipping_methods(self) -> tuple[ShippingMethod, ...]:
        """All of them, switched off ones included, in order of display."""
        return tuple(map(self.workshop.upgraded, self.reader.shipping_methods()))

    def payment_method(self, method_id: UUID) -> PaymentMethod:
        """
        One payment method.

        Raises:
            NotFoundError: This site has no such method.
        """
        return _one(self.payment_methods(), method_id)

    def shipping_method(self, method_id: UUID) -> ShippingMethod:
        """
        One shipping method.

        Raises:
            NotFoundError: This site has no such method.
        """
        return _one(self.shipping_methods(), method_id)

    def fields(self, method: PaymentMethod | ShippingMethod) -> tuple[SettingField, ...]:
        """What can be set on a method; nothing while its plugin is missing."""
        registry = self.workshop.registry
        kind = (
            registry.payment_providers.get(method.provider)
            if isinstance(method, PaymentMethod)
            else registry.carriers.get(method.carrier)
        )
        return fields_of(kind.settings) if kind else ()

    def values(self, method: PaymentMethod | ShippingMethod) -> Any:
        """
        The settings of a method as an instance of its plugin's class.

        Raises:
            InvalidInputError: The plugin is missing (``unknown_provider``, ``unknown_carrier``), or what is stored is
                not of its class any more; ``field`` names the setting.
        """
        return self.workshop.settings(method)

    def can_check_connection(self, method: PaymentMethod | ShippingMethod) -> bool:
        """Whether the plugin of a method can say if its settings lead to where they should."""
        return Checks(self.workshop).can_check(method)

    def check_connection(self, method: PaymentMethod | ShippingMethod) -> tuple[Problem, ...]:
        """
        Ask the plugin of a method whether its settings lead to where they should; nothing is stored of it.

        The plugin has the time limit of its type. One that fails, answers late or talks nonsense is a problem too.

        Returns:
            What is wrong, in words for the admin; nothing where all is well.

        Raises:
            InvalidInputError: As `values`, or ``no_connection_check``: its plugin has none.
        """
        return Checks(self.workshop).check(method)

    @property
    def secret_references(self) -> tuple[str, ...]:
        """How a reference looks that names a secret of this site in the place of the secret, for people."""
        return self.workshop.vault.references.forms

    # What can be done with it.

    def add_payment_method(
        self,
        provider: str,
        title: str,
        *,
        actor: Actor,
        key: str,
        settings: object = None,
        description: str = "",
        button: str = "",
        pages: Sequence[str] = (),
        is_primary: bool = False,
        active: bool = True,
        position: int = 0,
    ) -> PaymentMethod:
        """
        Begin to offer a way to pay; its fields are those of `PaymentMethod`.

        Args:
            provider: Code of the provider behind it, such as ``cash``; one of `payment_providers`.
            settings: Values by name, or an instance of the provider's settings class.
            key: Chosen by the caller; the same key never adds a second one.

        Raises:
            InvalidInputError: An unusable value, ``unknown_provider``; ``field`` is ``settings.NAME`` for a setting.
            ConflictError: The key was used for another request.
        """
        act = self.acting(actor)
        method = PaymentMethod(
            id=act.new_id(),
            provider=provider,
            title=title,
            settings={} if settings is None else settings,
            description=description,
            button=button,
            pages=tuple(pages),
            is_primary=is_primary,
            active=active,
            position=position,
        )
        asked = fingerprint("settings.add_payment_method", method.snapshot(), *self.workshop.digests(method))
        offline = self.workshop.provider_type(method).offline
        method = attrs.evolve(self._checked(method), offline=offline)
        change = methods.create_payment_method(method, act)
        return self._steps.make(change, request=Request(clean_key(key), asked), made=self.payment_method)

    def add_shipping_method(
        self,
        carrier: str,
        title: str,
        *,
        actor: Actor,
        key: str,
        settings: object = None,
        description: str = "",
        needs_address: bool | None = None,
        tracking_url: str | None = None,
        active: bool = True,
        position: int = 0,
    ) -> ShippingMethod:
        """
        Begin to offer a way to deliver; its fields are those of `ShippingMethod`.

        Args:
            carrier: Code of the carrier behind it, such as ``flat-rate``; one of `carriers`.
            settings: Values by name, such as ``{"cost": Money.of("300.00", "RUB")}``, or an instance of the carrier's
                settings class.
            needs_address: Left out, the carrier says it.
            tracking_url: Left out, the carrier's.
            key: Chosen by the caller; the same key never adds a second one.

        Raises:
            InvalidInputError: An unusable value, ``unknown_carrier``; ``field`` is ``settings.NAME`` for a setting.
            ConflictError: The key was used for another request.
        """
        act = self.acting(actor)
        method = ShippingMethod(
            id=act.new_id(),
            carrier=carrier,
            title=title,
            settings={} if settings is None else settings,
            description=description,
            tracking_url=tracking_url or "",
            active=active,
            position=position,
        )
        digests = self.workshop.digests(method)
        asked = fingerprint(
            "settings.add_shipping_method", method.snapshot(), needs_address, tracking_url, *digests
        )
        kind = self.workshop.carrier_type(method)
        made = attrs.evolve(
            self._checked(method),
            needs_address=kind.needs_address if needs_address is None else needs_address,
            tracking_url=kind.tracking_url if tracking_url is None else tracking_url,
        )
        change = methods.create_shipping_method(made, act)
        return self._steps.make(change, request=Request(clean_key(key), asked), made=self.shipping_method)

    def edit_payment_method(self, method: PaymentMethod, *, actor: Actor, key: str = "") -> PaymentMethod:
        """
        Store a changed method; its ``version`` is the one the caller has seen. Whether it is offline, its type says.

        While its plugin is missing all but the settings can be changed.

        Args:
            key: Chosen by the caller; the same request with it is answered with the method as it stands.

        Raises:
            ConflictError: ``stale_version``, or ``key_reused``.
            InvalidInputError: Settings that its provider does not take; ``field`` is ``settings.NAME``.
            NotFoundError: This site has no such method.
        """

        def decide(before: PaymentMethod) -> Change[PaymentMethod] | None:
            is_same = method.provider == before.provider and self._keeps(method, before)
            offline = before.offline if is_same else self.workshop.provider_type(method).offline
            after = self._kept(method, before) if is_same else self._checked(method)
            return methods.edit_payment_method(
                before, attrs.evolve(after, offline=offline), self.acting(actor)
            )

        request = self._request(key, "settings.edit_payment_method", method)
        return self._edit(method, self.reader.payment_methods, decide, request)

    def edit_shipping_method(self, method: ShippingMethod, *, actor: Actor, key: str = "") -> ShippingMethod:
        """
        Store a changed method; its ``version`` is the one the caller has seen.

        While its plugin is missing all but the settings can be changed.

        Args:
            key: Chosen by the caller; the same request with it is answered with the method as it stands.

        Raises:
            ConflictError: ``stale_version``, or ``key_reused``.
            InvalidInputError: Settings that its carrier does not take; ``field`` is ``settings.NAME``.
            NotFoundError: This site has no such method.
        """

        def decide(before: ShippingMethod) -> Change[ShippingMethod] | None:
            is_same = method.carrier == before.carrier and self._keeps(method, before)
            after = self._kept(method, before) if is_same else self._checked(method)
            return methods.edit_shipping_method(before, after, self.acting(actor))

        request = self._request(key, "settings.edit_shipping_method", method)
        return self._edit(method, self.reader.shipping_methods, decide, request)

    def arrange_payment_methods(self, ids: Sequence[UUID], *, actor: Actor) -> tuple[PaymentMethod, ...]:
        """
        Put payment methods into that order of display, in one commit; primary ones stay before the others.

        Args:
            ids: Each once; those left out follow in the order they have.

        Raises:
            InvalidInputError: ``named_twice``.
            NotFoundError: This site has no such method.
            ConflictError: ``stale_version``: somebody changed one of them at the same moment.
        """
        act = self.acting(actor)
        moved = _arranged(self.reader.payment_methods(), ids)
        changes = [methods.edit_payment_method(before, after, act) for before, after in moved]
        self._save_all(changes)
        return self.payment_methods()

    def arrange_shipping_methods(self, ids: Sequence[UUID], *, actor: Actor) -> tuple[ShippingMethod, ...]:
        """
        Put shipping methods into that order of display, in one commit.

        Args:
            ids: Each once; those left out follow in the order they have.

        Raises:
            InvalidInputError: ``named_twice``.
            NotFoundError: This site has no such method.
            ConflictError: ``stale_version``: somebody changed one of them at the same moment.
        """
        act = self.acting(actor)
        moved = _arranged(self.reader.shipping_methods(), ids)
        changes = [methods.edit_shipping_method(before, after, act) for before, after in moved]
        self._save_all(changes)
        return self.shipping_methods()

    def _checked(self, method: M) -> M:
        """The same method with all its settings, as its plugin's class reads them, now and when they are stored."""
        checked = attrs.evolve(method, settings=self.workshop.entered(method))
        # A default or a converter may make what the class itself does not take.
        self.workshop.settings(checked)
        return checked

    def _keeps(self, method: M, before: M) -> bool:
        """Whether the settings of a method are those that are stored, or those as they are shown."""
        return method.settings in (before.settings, self.workshop.upgraded(before).settings)

    def _kept(self, method: M, before: M) -> M:
        """
        The same method with the settings that are stored, sealed with the newest key.

        Those of an earlier version are stored as the present one has them, if that can be used: else they stay for a
        better one.
        """
        upgraded = self.workshop.upgraded(before)
        if upgraded != before:
            with contextlib.suppress(InvalidInputError):
                return self._checked(attrs.evolve(method, settings=upgraded.settings))
        return attrs.evolve(method, settings=self.workshop.renewed(before.settings))

    def _request(self, key: str, verb: str, method: PaymentMethod | ShippingMethod) -> Request | None:
        told, digests = method.snapshot(), self.workshop.digests(method)
        return Request.of(key, verb, method.id, method.version, told, *digests)

    def _edit(
        self,
        method: M,
        stored: Callable[[], Sequence[M]],
        decide: Callable[[M], Change[M] | None],
        request: Request | None,
    ) -> M:
        def seen() -> M:
            found = _one(stored(), method.id)
            self.reader.require_version(f"method {method.id}", found, method.version)
            return found

        return self.workshop.upgraded(
            self._steps.take(seen, decide, request, lambda: _one(stored(), method.id))
        )

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)

    def _save_all(self, changes: Sequence[Change[Any] | None]) -> None:
        if made := [change for change in changes if change is not None]:
            self.store.save(*made)


def _one(found: Sequence[M], id: UUID) -> M:
    for method in found:
        if method.id == id:
            return method
    raise NotFoundError(f"this site has no method {id}", code="method_not_found")


def _arranged(stored: Sequence[M], ids: Sequence[UUID]) -> list[tuple[M, M]]:
    """Each method before and after it got its place, the first at 1."""
    if len(set(ids)) != len(ids):
        raise InvalidInputError("a method is named twice; name each once", code="named_twice", field="ids")
    placed: list[M] = [_one(stored, id) for id in ids]
    placed += [method for method in stored if method.id not in ids]
    return [(method, attrs.evolve(method, position=place)) for place, method in enumerate(placed, 1)]


def _label(language: str) -> Callable[[Contribution], tuple[str, str]]:
    return lambda kind: (in_language(kind.label, language).casefold(), kind.code)
