"""The contract passes webhooks that are what is sound, and each check fails what is broken in its way."""

import contextlib
import inspect
import json
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from types import ModuleType
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.testing.bench import now
from orderkit.testing.webhooks import UNHEARD_OF, WebhookChecks
from tests.hooked import SECRET, event_of, hooked, require_events, require_signed, sign, webhook
from tests.hooked import Books as Asked
from tests.house.test_docs_examples import ROOT, blocks
from tests.plugins import NoSettings, plugin

PAID = {"id": "e-1", "reference": "p-1", "told": "succeeded", "amount": 900}
BACK = {
    "id": "e-2",
    "reference": "r-1",
    "payment": "p-1",
    "asked": "refund",
    "told": "succeeded",
    "amount": 90,
}
numbers = count()


def events(request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    return [event_of(one) for one in json.loads(request.body)["events"]]


def reject(*_: object) -> None:
    raise ok.WebhookRejectedError


def counting(_: object, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    return [attrs.evolve(one, event_id=f"e-{next(numbers)}") for one in events(request)]


def one_id(_: object, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    return [
        ok.ProviderEvent(event_id="e", asked=one.asked, reference=one.reference) for one in events(request)
    ]


def breaks_down(_: object, request: ok.WebhookRequest) -> None:
    json.loads(request.body)["events"]


def dials(_: object, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    return events(request)


def signs_no_moment(_: object, request: ok.WebhookRequest) -> None:
    stamp = datetime.fromtimestamp(int(request.headers.get("X-Signature", "0").partition(".")[0]), UTC)
    require_signed(attrs.evolve(request, received_at=stamp))


def takes_something_for_nothing(_: object, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    return events(request) or [
        ok.ProviderEvent(event_id="e", asked=ok.Asked.PAYMENT, reference="of what is unknown")
    ]


def over(made: Callable[[bytes], bytes]) -> Callable[[object, ok.WebhookRequest], None]:
    """A check of a signature that takes for the body what *made* makes of it."""

    def verify(_: object, request: ok.WebhookRequest) -> None:
        require_signed(attrs.evolve(request, body=made(request.body)))

    return verify


def by_length(body: bytes) -> bytes:
    by = {len(one.body): one.body for one in (webhook(PAID, at=now()), webhook(BACK, at=now()))}
    return by.get(len(body), body)


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "believes all that it can read": (
        {"verify": lambda _, request: require_events(request.body)},
        "test_forged",
        "unsigned",
    ),
    "believes everything": (
        {"trust": ok.Trust.REFETCH, "verify": lambda *_: None},
        "test_nonsense",
        "it answered NoneType",
    ),
    "signs the length": ({"verify": over(by_length)}, "test_forged", "another byte"),
    "signs no moment": ({"verify": signs_no_moment}, "test_forged", "sent again by whoever has seen it"),
    "breaks down": ({"trust": ok.Trust.REFETCH, "verify": breaks_down}, "test_nonsense", "b''"),
    "asks": ({"parse": dials}, "test_asks_nobody", "they call"),
    "reads the unknown": ({"parse": takes_something_for_nothing}, "test_unknown_kind", "it answered list"),
    "trusts at random": ({"trust": "signed-ish"}, "test_trust", "trust is 'signed-ish'"),
    "believes nothing": ({"verify": reject}, "test_samples", "it raised WebhookRejectedError"),
    "answers yes": ({"verify": lambda *_: True}, "test_samples", "it answered bool"),
    "reads nothing": ({"parse": lambda *_: []}, "test_samples", "it answered list"),
    "reads dictionaries": ({"parse": lambda *_: [{}]}, "test_samples", "it answered list"),
    "counts": ({"parse": counting}, "test_pure", "the second time"),
    "one id for all": ({"parse": one_id}, "test_event_ids", "2 events have 1 ids"),
}


@pytest.mark.parametrize("trust", ok.Trust)
def test_sound(trust: ok.Trust) -> None:
    """One that signs, and one that signs nothing, pass."""
    said = said_of(a_case(trust=trust))

    assert {""} == set(said.values())
    assert (trust is ok.Trust.SIGNED) == ("test_forged" in said)


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    """Each fails its own check, and says what was found; what is built on that waits for it."""
    members, breaks, says = BROKEN[name]
    failed = {
        check: said
        for check, said in said_of(a_case(**members)).items()
        if said and "look first at" not in said
    }

    assert [breaks] == list(failed)
    assert says in failed[breaks]


def test_no_samples() -> None:
    """Without any nothing can be checked, and that is said."""
    case = a_case()
    said = said_of(case, [])

    assert "it gives nothing" in said["test_samples"]
    assert all("look first at test_samples" in said[check] for check in said if check != "test_samples")


def test_page() -> None:
    """The plugin that the page on webhooks shows keeps to what is checked of webhooks."""
    page = ROOT / "docs/how-to/receive-webhooks.md"
    [code] = [block.code for block in blocks(page) if block.file == "seagull_pay.py"]
    shown: Any = ModuleType("seagull_pay")
    exec(compile(code, page, "exec"), vars(shown))
    case: Any = type(
        "Case", (WebhookChecks,), {"plugin": shown, "settings": shown.SeagullSettings(webhook_secret=SECRET)}
    )()
    event = {"id": "e-1", "type": "payment.succeeded", "payment": "p-1", "amount": 900, "currency": "RUB"}

    said = said_of(case, [seagull(event)], seagull({**event, "type": UNHEARD_OF}))

    assert {""} == set(said.values())
    assert "test_forged" in said


def seagull(event: dict[str, Any]) -> ok.WebhookRequest:
    """What the provider of the page sends, signed as that says."""
    at, body = now(), json.dumps(event).encode()
    stamp = str(int(at.timestamp()))
    headers = {"X-Signature": f"{stamp}.{sign(stamp, body)}"}
    return ok.WebhookRequest(method="POST", url="/hooks", headers=headers, body=body, received_at=at)


def a_case(**members: Any) -> Any:
    """The contract of a provider that is broken so."""
    given = {"plugin": plugin(hooked(Asked(), **members)), "settings": NoSettings()}
    return type("Case", (WebhookChecks,), given)()


def said_of(
    case: Any, given: Sequence[ok.WebhookRequest] | None = None, unknown: ok.WebhookRequest | None = None
) -> dict[str, str]:
    """What each check says of it; nothing where it passes."""
    sent = [webhook(PAID, at=now()), webhook(BACK, at=now())] if given is None else given
    with pytest.MonkeyPatch.context() as patch:
        fixtures = {"webhooks": sent, "unknown": unknown or webhook(at=now()), "monkeypatch": patch}
        checks = {name: getattr(case, name) for name in vars(WebhookChecks) if name.startswith("test_")}
        return {name: _said(check, fixtures) for name, check in checks.items() if check}


def _said(check: Any, fixtures: dict[str, Any]) -> str:
    try:
        check(**{one: fixtures[one] for one in inspect.signature(check).parameters})
    except pytest.fail.Exception as failure:
        return str(failure)
    return ""
