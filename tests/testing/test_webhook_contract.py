"""The contract of webhooks passes what is sound, and each check fails what is broken in its way."""

import json
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, ClassVar

import pytest

import orderkit.plugin as ok
from orderkit.testing import WebhookContract
from orderkit.testing.bank import BookedEvent, Books, Notices
from orderkit.testing.bench import now
from tests.bank import BankSettings, bank_card
from tests.hooked import Books as Asked
from tests.hooked import event_of, hooked, webhook
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


class TestSound(WebhookContract):
    """A provider that signs."""

    plugin = plugin(hooked(Asked()))
    settings = NoSettings()

    @pytest.fixture
    def webhooks(self) -> Sequence[ok.WebhookRequest]:
        return [webhook(PAID, at=now()), webhook(BACK, at=now())]


class TestUnsigned(TestSound):
    """A provider that signs nothing."""

    plugin = plugin(hooked(Asked(), trust=ok.Trust.REFETCH))


class TestBankHooks(WebhookContract):
    """The bank of tests, which sends them itself."""

    plugin = plugin(bank_card())
    settings: ClassVar[Any] = BankSettings(url="http://127.0.0.1:9", token=ok.Secret("t"), secret="hooks")

    @pytest.fixture
    def webhooks(self, tmp_path: Any) -> Sequence[ok.WebhookRequest]:
        notices = Notices(Books(tmp_path / "books.db"), "hooks", lambda: now().timestamp())
        kinds = ("payment.paid", "payment.declined", "refund.made", "dispute.opened", "dispute.won")
        sent = [
            notices.of(BookedEvent(n, kind, "o", str(n), "1", 900, "RUB")) for n, kind in enumerate(kinds)
        ]
        return [
            ok.WebhookRequest(method="POST", url="", headers=one.headers, body=one.body, received_at=now())
            for one in sent
        ]


def events(request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    return [event_of(one) for one in json.loads(request.body)["events"]]


def reject(*_: object) -> None:
    raise ok.WebhookRejectedError


def counting(_: object, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    [event] = events(request)
    return [ok.ProviderEvent(event_id=f"e-{next(numbers)}", asked=event.asked, reference=event.reference)]


def one_id(_: object, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
    return [
        ok.ProviderEvent(event_id="e", asked=one.asked, reference=one.reference) for one in events(request)
    ]


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "believes everything": ({"verify": lambda *_: None}, "test_forged", "unsigned"),
    "believes nothing": ({"verify": reject}, "test_samples", "it raised WebhookRejectedError"),
    "answers yes": ({"verify": lambda *_: True}, "test_samples", "it answered bool"),
    "reads nothing": ({"parse": lambda *_: []}, "test_samples", "it answered list"),
    "reads dictionaries": ({"parse": lambda *_: [{}]}, "test_samples", "it answered list"),
    "counts": ({"parse": counting}, "test_pure", "the second time"),
    "one id for all": ({"parse": one_id}, "test_event_ids", "2 events have 1 ids"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    """Each fails its own check, and says what was found; what is built on that waits for it."""
    members, breaks, says = BROKEN[name]
    case = type(
        "Broken", (WebhookContract,), {"plugin": plugin(hooked(Asked(), **members)), "settings": NoSettings()}
    )()
    failed = {check: said for check, said in said_of(case).items() if said and "look first at" not in said}

    assert [breaks] == list(failed)
    assert says in failed[breaks]


def test_no_samples() -> None:
    """Without any nothing can be checked, and that is said."""
    case = a_case()
    said = said_of(case, [])

    assert "it gives nothing" in said["test_samples"]
    assert all("look first at test_samples" in said[check] for check in said if check != "test_samples")


def a_case(**members: Any) -> Any:
    """The contract of a provider that is broken so."""
    given = {"plugin": plugin(hooked(Asked(), **members)), "settings": NoSettings()}
    return type("Case", (WebhookContract,), given)()


def said_of(case: Any, given: Sequence[ok.WebhookRequest] | None = None) -> dict[str, str]:
    """What each check says of it; nothing where it passes."""
    sent = [webhook(PAID, at=now()), webhook(BACK, at=now())] if given is None else given
    checks = [name for name in vars(WebhookContract) if name.startswith("test_")]
    return {name: _said(lambda name=name: getattr(case, name)(sent)) for name in checks}


def _said(check: Callable[[], object]) -> str:
    try:
        check()
    except pytest.fail.Exception as failure:
        return str(failure)
    return ""
