"""What holds for every plugin, whatever it brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib import metadata
from itertools import chain
from typing import Any, ClassVar

import attrs

from orderkit.contracts.settings import SettingField, SettingKind, fields_of
from orderkit.contracts.wording import in_language
from orderkit.domain.money import LIMIT, Money
from orderkit.domain.secret import Secret
from orderkit.errors import InvalidInputError, OrderKitError
from orderkit.hookspecs import PROJECT
from orderkit.registry.registry import ACTIVE, Contribution, Registry, TypeKind
from orderkit.testing import importing
from orderkit.testing.bench import Bench, load
from orderkit.testing.concerning import Contract, where
from orderkit.testing.telling import raised, refuse, require_readable, require_unsaid, wait_for

OTHER_CURRENCIES = ("JPY", "KWD")
"""Without minor units, and with a thousand of them."""


class PluginContract(Contract):
    """
    The checks that carriers and payment providers share; a test subclasses the contract of what it tests.

    Attributes:
        plugin: The module or the object with hooks; of a loose file the module that the test imports.
        settings: An instance of the type's settings class, with all that is needed to work.
        code: Which type it is about; needed where the plugin brings several with one settings class.
        entry_point: The name under which the plugin is installed; empty for one that is not.
        currency: Of the site; empty for that of the amounts in *settings*, or the euro where there are none.
        earlier: Settings as earlier versions stored them, by version: money as a document, a secret as a `Secret`.
    """

    plugin: ClassVar[Any]
    settings: ClassVar[Any]
    code: ClassVar[str] = ""
    entry_point: ClassVar[str] = ""
    currency: ClassVar[str] = ""
    earlier: ClassVar[Mapping[int, Mapping[str, Any]]] = {}

    _kind: ClassVar[TypeKind]

    def has_entry_point(self) -> bool:
        """Whether it says that it is installed; a loose file is not."""
        return bool(self.entry_point)

    def has_module(self) -> bool:
        """Whether another process could import it; what the test makes has no module of its own."""
        return importing.target(self.plugin) not in ("", type(self).__module__)

    def checks_connection(self) -> bool:
        """Whether the tab has a button for its connection, which is optional."""
        bench = self._bench()
        return bench.can_check(self._currency(bench))

    def test_loads(self) -> None:
        """A kit takes the plugin: none of it is quarantined, and its codes and hooks are right."""
        _, status = load(self.plugin)
        if status.status != ACTIVE:
            refuse(
                "a kit takes the plugin",
                found=f"it is {status.status}: {status.reason}",
                why="of a plugin that is not active nothing is used",
                do="cure what the reason says; `orderkit plugins check` tells it too",
            )

    def test_brings_the_type(self) -> None:
        """One type of the plugin has this settings class, and this code if one is named."""
        registry, status = load(self.plugin)
        if status.status == ACTIVE and len(self._types(registry)) != 1:
            brought = ", ".join(map(str, status.types))
            refuse(
                f"one {self._kind.replace('_', ' ')} of the plugin has the settings class "
                f"{type(self.settings).__name__}{f' and the code {self.code!r}' if self.code else ''}",
                found=f"{len(self._types(registry)) or 'none'} of these: {brought or 'nothing'}",
                why="the other checks are made on that type",
                do="give an instance of its class as `settings`, and its `code` where several share the class",
            )

    @where(has_entry_point)
    def test_entry_point(self) -> None:
        """Installed, it is found by the name of its entry point, once."""
        found = list(metadata.entry_points(group=PROJECT, name=self.entry_point))
        if len(found) != 1 or found[0].load() is not self.plugin:
            refuse(
                f"the entry point {self.entry_point!r} of the group {PROJECT!r} is this plugin",
                found=", ".join(f"{one.name} = {one.value!r}" for one in found)
                or "there is none of that name",
                why="a host finds an installed plugin by it",
                do=f'write [project.entry-points.{PROJECT}] {self.entry_point} = "your_module" and install it anew',
            )

    @where(has_module)
    def test_import(self) -> None:
        """Importing it costs little, prints nothing and asks nobody."""
        target = importing.target(self.plugin)
        done = importing.imported(target)
        if faults := done.faults():
            refuse(
                f"importing {target} takes at most {importing.LIMIT} s, prints nothing and reaches nothing outside",
                found="; ".join(found for found, _ in faults),
                why="every process of the host imports every plugin, whether a method of it is used or not",
                do="; ".join(do for _, do in faults),
            )

    def test_frozen_type(self) -> None:
        """The type stays as it was given: nobody can change it."""
        kind = self._bench().kind
        try:
            kind.code = kind.code  # type: ignore[misc]  # it is frozen: that is the point
        except attrs.exceptions.FrozenInstanceError:
            return
        refuse(
            f"{type(kind).__name__} is frozen",
            found="its code can be set",
            why="a kit asks once and shares the answer with every thread",
            do="give CarrierType and PaymentProviderType as they are, or freeze what you make of them",
        )

    def test_same_answer(self) -> None:
        """Asked by two kits in one process, it brings the same."""
        first, second = (self._told(load(self.plugin)[0]) for _ in range(2))
        if first != second:
            refuse(
                "every kit gets the same types",
                found=f"first {first}, then {second}",
                why="rows refer to codes, and one process may have several kits",
                do="let the hook make its list anew from constants, and count or remember nothing",
            )

    def test_words(self) -> None:
        """Whatever the admin reads of it says something in English and in Russian."""
        require_readable(dict(self._words(self._bench().kind)))

    def test_form(self) -> None:
        """Every setting has a label of its own."""
        for field in attrs.fields(self._bench().kind.settings):
            if field.init and PROJECT not in field.metadata:
                refuse(
                    f"the setting {field.name} is made by ok.setting(label=…)",
                    found="a plain attrs field",
                    why="the form of the tab would ask the admin for its name in Python",
                    do=f"write {field.name}: … = ok.setting(label={{'en': …, 'ru': …}})",
                )

    def test_defaults(self) -> None:
        """What counts where an admin leaves out all that may be left out could have been typed, in any currency."""
        bench = self._bench()
        for currency in (self._currency(bench), *OTHER_CURRENCIES):
            if wrong := _wrong_defaults(bench, currency):
                refuse(
                    f"the defaults of {bench.kind.settings.__name__} are valid settings on a site in {currency}",
                    found=wrong,
                    why="a form that shows a default must take it back, and sites differ in their currency",
                    do="choose a default within the bounds of the setting; of an amount None is the only one",
                )

    def test_round_trip(self) -> None:
        """Settings that are stored and read again are equal to what they were."""
        bench = self._bench()
        try:
            found = bench.stored()
        except OrderKitError as error:
            found = raised(error)
        if found != self.settings:
            refuse(
                f"{bench.kind.settings.__name__} is the same after it was stored and read",
                found=f"stored {self.settings!r}, read {found!r}",
                why="a method works with what is read, not with what was typed",
                do="let the class keep what it is given, and compute what follows from it in properties",
            )

    def test_upgrade(self) -> None:
        """Settings that an earlier version stored are read."""
        bench = self._bench()
        for version in range(1, bench.kind.settings_version):
            if wrong := self._unread(bench, version):
                refuse(
                    f"{bench.kind.settings.__name__} is made of settings that version {version} stored",
                    found=wrong,
                    why="with the plugin's next version the methods of every shop are to go on working",
                    do=f"give what version {version} stored in `earlier`, and let upgrade() make the present one of it",
                )

    def test_refusals(self) -> None:
        """Whatever an admin types into one setting, the class takes it or says what is wrong: it never breaks."""
        bench = self._bench()
        currency = self._currency(bench)
        for field in fields_of(bench.kind.settings):
            for value in _extremes(field, currency):
                self._require_answer(bench, field.name, value, currency)

    def test_secrets(self) -> None:
        """No secret is told by what is made of the settings."""
        bench = self._bench()
        try:
            made = bench.made(self._currency(bench))
        except Exception as error:  # the checks that ask what the factory makes tell of it
            made = error
        told = repr(self.settings) + repr(made)
        require_unsaid(
            bench.secrets,
            told,
            where="the repr of the settings or of what the factory makes",
            do="keep the Secret and call reveal() where it is used, or write attrs.field(repr=False)",
        )

    def _checked(self) -> Bench:
        """The bench of a plugin that can check its connection, after it found nothing wrong with `settings`."""
        bench = self._bench()
        if found := bench.check(self._currency(bench)):
            refuse(
                "check_connection() finds nothing wrong with `settings`",
                found="; ".join(in_language(one.text, "en") for one in found),
                why="the admin is told that it failed, also where the connection is right",
                do="answer an iterable of ok.Problem, empty where all is well, and raise nothing",
            )
        return bench

    def _unread(self, bench: Bench, version: int) -> str:
        """Why settings of an earlier version are not read; empty if they are."""
        if version not in self.earlier:
            return "`earlier` has none of that version"
        try:
            bench.read(self.earlier[version], self._currency(bench), version)
        except OrderKitError as error:
            return raised(error)
        return ""

    def _types(self, registry: Registry) -> list[Contribution]:
        of_class = [one for one in _brought(registry)[self._kind] if one.settings is type(self.settings)]
        return [one for one in of_class if self.code in ("", one.code)]

    def _bench(self) -> Bench:
        """The type at work; where there is none, another test says why."""
        return self._loaded

    @cached_property
    def _loaded(self) -> Bench:
        registry, status = load(self.plugin)
        types = self._types(registry)
        if status.status != ACTIVE:
            wait_for("test_loads", found=f"the plugin is {status.status}: {status.reason}")
        if len(types) != 1:
            wait_for("test_brings_the_type", found=f"{len(types)} types have the class of `settings`")
        return Bench.of(registry, types[0], self.settings)

    def _currency(self, bench: Bench) -> str:
        return self.currency or bench.currency

    @staticmethod
    def _told(registry: Registry) -> list[tuple[str, object, type]]:
        types = chain.from_iterable(_brought(registry).values())
        return [(one.code, one.label, one.settings) for one in types]

    @staticmethod
    def _words(kind: Contribution) -> Iterator[tuple[str, Any]]:
        yield f"the label of {kind.code!r}", kind.label
        if kind.description:
            yield f"the description of {kind.code!r}", kind.description
        for field in fields_of(kind.settings):
            yield f"the label of the setting {field.name}", field.label
            about = {"help": field.help, "group": field.group, **field.choices}
            for name, text in about.items():
                if text:
                    yield f"{name!r} of the setting {field.name}", text

    def _require_answer(self, bench: Bench, name: str, value: Any, currency: str) -> None:
        try:
            bench.read({**bench.settings_in(currency), name: value}, currency)
            return
        except InvalidInputError as error:
            if error.code != "plugin_failed" and str(error).strip():
                return
            found = raised(error)
        except BaseException as error:
            found = raised(error)
        refuse(
            f"{bench.kind.settings.__name__} takes {name}={value!r:.60}, or says what is wrong with it",
            found=found,
            why="the form shows what the class says at its field; of what breaks nobody learns what to type instead",
            do="let problems() yield a Problem for it, or give the setting bounds (minimum, max_length)",
        )


def _brought(registry: Registry) -> Mapping[TypeKind, Iterable[Contribution]]:
    """What a contract can be about: the types that rows are made of."""
    return {
        "carrier": registry.carriers.values(),
        "payment_provider": registry.payment_providers.values(),
        "channel": registry.channels.values(),
        "adjuster": registry.adjusters.values(),
    }


def _wrong_defaults(bench: Bench, currency: str) -> str:
    """Why what an admin leaves out could not have been typed; empty if it could."""
    given = bench.settings_in(currency)
    needed = {one.name: given[one.name] for one in fields_of(bench.kind.settings) if one.required}
    try:
        made = bench.read(needed, currency)
        bench.read({name: getattr(made, name) for name in given}, currency)
    except OrderKitError as error:
        return raised(error)
    return ""


def _extremes(field: SettingField, currency: str) -> list[Any]:
    """What could be typed into a field and is seldom thought of, nonsense included."""
    values: Mapping[SettingKind, list[Any]] = {
        SettingKind.TEXT: ["", "x" * field.max_length, "0", "Ёж 🦔"],
        SettingKind.LONG_TEXT: ["", "x" * field.max_length, "one\ntwo", "Ёж 🦔"],
        SettingKind.NUMBER: [0, -1, 1, 10**9],
        SettingKind.FLAG: [True, False],
        SettingKind.MONEY: [Money(0, currency), Money(1, currency), Money(LIMIT - 1, currency)],
        SettingKind.CHOICE: list(field.choices),
        SettingKind.SECRET: [Secret("x"), Secret("x" * field.max_length)],
    }
    return [*values[field.kind], None, object(), {}]
