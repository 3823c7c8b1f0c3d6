"""`orderkit reconcile` and `work` ask YooKassa with what the method's secret is sealed with."""

import logging
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from orderkit import OrderKit
from orderkit.cli import main
from orderkit.plugin import Secret
from plugins.yookassa.tests.fake import KEY, SHOP, serving
from tests.making import STAFF, Maker

FILE = "yookassa"
"""Where a shop that keeps its secrets in files has this one."""


@attrs.frozen
class Paid:
    """A database whose only order was paid at YooKassa's page, unheard; and what its secrets are opened with."""

    url: str
    key: str
    files: Path

    def reconcile(self, *options: str, **environment: str) -> Result:
        return CliRunner(env=environment).invoke(main, [*options, "reconcile", "--database", self.url])


@pytest.fixture
def secret() -> Secret:
    return Secret(KEY)


@pytest.fixture
def paid(tmp_path: Path, secret: Secret) -> Iterator[Paid]:
    here = Paid(f"sqlite:///{tmp_path / 'shop.db'}", Fernet.generate_key().decode(), tmp_path / "secrets")
    (here.files / "coffee").mkdir(parents=True)
    (here.files / "coffee" / FILE).write_text(KEY)
    kit = OrderKit(here.url, secret_key=here.key, secret_files=here.files, strict=True)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    desk = kit.site("coffee")
    with serving() as fake:
        settings = {"shop_id": SHOP, "secret_key": secret, "base_url": fake.url}
        method = desk.settings.add_payment_method(
            "yookassa", "ЮKassa", settings=settings, actor=STAFF, key="way"
        )
        order = Maker(desk).order()
        desk.payments.start(
            order.id, method.id, key="pay", actor=STAFF, seen=order.total, return_url="https://shop.example"
        )
        fake.settle(next(iter(fake.made["payments"])))
        yield here
    kit.close()


@pytest.mark.parametrize("keys", ["{key}", "{newer} {key}"])
def test_with_the_key(paid: Paid, keys: str) -> None:
    """What was paid is booked; with a newer key before it, too."""
    newer = Fernet.generate_key().decode()
    done = paid.reconcile(ORDERKIT_SECRET_KEY=keys.format(key=paid.key, newer=newer))

    assert (0, "1 settled, 0 still open\n") == (done.exit_code, done.output)


@pytest.mark.parametrize("secret", [Secret(f"file:{FILE}")])
@pytest.mark.parametrize("is_option", [True, False])
def test_with_the_folder(paid: Paid, is_option: bool) -> None:
    """A secret in a file is read there, and needs no key."""
    folder = str(paid.files)
    done = (
        paid.reconcile("--secret-files", folder)
        if is_option
        else paid.reconcile(ORDERKIT_SECRET_FILES=folder)
    )

    assert (0, "1 settled, 0 still open\n") == (done.exit_code, done.output)


@pytest.mark.parametrize("is_another", [False, True])
def test_without_the_key(paid: Paid, caplog: pytest.LogCaptureFixture, is_another: bool) -> None:
    """It says which secret cannot be read and what is needed, and not that a plugin does not work."""
    other = Fernet.generate_key().decode() if is_another else ""
    with caplog.at_level(logging.WARNING):
        done = paid.reconcile(ORDERKIT_SECRET_KEY=other)

    assert 1 == done.exit_code
    assert "ORDERKIT_SECRET_KEY" in done.output
    assert "secret_unreadable" in caplog.text
    assert KEY not in caplog.text


def test_what_is_no_key(paid: Paid) -> None:
    """It is refused before anything is asked, and not repeated."""
    done = paid.reconcile(ORDERKIT_SECRET_KEY="half-a-key")

    assert 1 == done.exit_code
    assert "half-a-key" not in done.output
