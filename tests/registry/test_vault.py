"""Secrets are sealed with the host's keys; a reference reads what is laid out for its site, and nothing else."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from orderkit import OrderKit
from orderkit.domain.secret import Secret, text_of_stored
from orderkit.errors import InvalidInputError, SettingsError
from orderkit.registry.references import LARGEST, References, secret_files
from orderkit.registry.sealing import Sealer
from orderkit.registry.vault import Vault

OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([place]) * 32).decode() for place in (1, 2, 3))
TEXT = "sk-live-8Zq"
OURS = "ORDERKIT_SECRET_COFFEE__KEY"


def vault(*keys: str, site: str = "coffee", files: Path | None = None) -> Vault:
    return Vault(Sealer.of(keys), References(site, files))


def code_of(verb: Any, *arguments: object) -> str:
    with pytest.raises(InvalidInputError) as refused:
        verb(*arguments)
    assert TEXT not in str(refused.value)
    return refused.value.code


# Sealed.


def test_comes_back_as_it_was() -> None:
    """Sealed another way each time, and never as it was."""
    first, second = vault(NEW).put(Secret(TEXT)), vault(NEW).put(Secret(TEXT))

    assert first != second
    assert TEXT not in repr(first)
    assert [Secret(TEXT)] * 2 == [vault(NEW).open(one) for one in (first, second)]


def test_keys_are_changed() -> None:
    """What the old one sealed opens beside the new one, and is sealed with that when it is stored again."""
    stored = vault(OLD).put(Secret(TEXT))
    renewed = vault(NEW, OLD).keep(stored)

    assert Secret(TEXT) == vault(NEW, OLD).open(stored) == vault(NEW).open(renewed)
    assert renewed == vault(NEW, OLD).keep(renewed)
    assert stored == vault(OLD).keep(stored) == vault(OTHER).keep(stored) == vault().keep(stored)


@pytest.mark.parametrize("keys", [(), (OTHER,)])
def test_a_key_is_lost(keys: tuple[str, ...]) -> None:
    """Without the key nothing opens, nor does what was changed; without any nothing is stored."""
    stored = vault(OLD).put(Secret(TEXT))
    changed = {"secret": text_of_stored(stored)[:-4] + "AAA="}

    assert ["secret_unreadable"] * 3 == [
        code_of(vault(*keys).open, stored),
        code_of(vault(OLD).open, changed),
        code_of(vault(OLD).open, {"secret": TEXT}),
    ]
    assert "no_secret_key" == code_of(vault().put, Secret(TEXT))


def test_tells_one_from_another() -> None:
    """The same secret has the same digest under one key, and another under another: nobody else can guess it."""
    digests = {vault(key).digest(Secret(text)) for key in (OLD, NEW) for text in (TEXT, "b")}

    assert 4 == len(digests)
    assert vault(OLD).digest(Secret(TEXT)) in digests
    assert "" == vault().digest(Secret(TEXT))
    assert vault().digest(Secret(f"env:{OURS}")) != vault().digest(Secret(f"env:{OURS}2"))


@pytest.mark.parametrize("key", ["secret", NEW[:-1], [NEW, "a"], [5], b"secret"])
def test_what_is_no_key(key: Any) -> None:
    """A kit is not made with it; neither is it repeated, nor is it in a `repr`."""
    with pytest.raises(SettingsError) as refused:
        OrderKit("sqlite://", secret_key=key)

    assert "bad_secret_key" == refused.value.code
    assert "Fernet.generate_key()" in str(refused.value)
    assert NEW[:-1] not in str(refused.value)
    assert NEW not in repr(vault(NEW))


def test_an_empty_key_is_none() -> None:
    """As an environment variable that is not set."""
    assert not Sealer.of("").can_seal
    assert not Sealer.of(b"").can_seal
    assert Sealer.of(NEW) == Sealer.of(NEW.encode())
    assert Sealer.of(["", NEW]).can_seal


# Referred to.


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "secrets" / "coffee" / "deeper").mkdir(parents=True)
    (tmp_path / "secrets" / "coffee" / "key").write_text(f"{TEXT}\n", encoding="utf-8")
    (tmp_path / "secrets" / "coffee" / "deeper" / "key").write_text("deep", encoding="utf-8")
    (tmp_path / "secrets" / "tea").mkdir()
    (tmp_path / "secrets" / "tea" / "key").write_text("of tea", encoding="utf-8")
    (tmp_path / "outside").write_text("outside", encoding="utf-8")
    found = secret_files(tmp_path / "secrets")
    assert found
    return found


def test_a_variable_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference is stored as it is, without any key, and read whenever the secret is needed."""
    monkeypatch.setenv(OURS, TEXT)
    stored = vault().put(Secret(f"env:{OURS}"))

    assert {"secret": f"env:{OURS}"} == stored == vault(NEW).keep(stored)
    assert Secret(TEXT) == vault().open(stored)
    monkeypatch.setenv(OURS, "another")
    assert Secret("another") == vault().open(stored)
    for value in ("", None):
        monkeypatch.setenv(OURS, value) if value is not None else monkeypatch.delenv(OURS)
        assert "secret_absent" == code_of(vault().open, stored)


@pytest.mark.parametrize("name", ["key", "deeper/key", "{files}/coffee/key", "deeper/../key"])
def test_a_file_of_the_site(files: Path, name: str) -> None:
    """Below the site's own folder, by a path from there or a whole one; the line break at its end is no part of it."""
    stored = vault(files=files).put(Secret("file:" + name.format(files=files)))

    assert vault(files=files).open(stored).reveal() in (TEXT, "deep")


@pytest.mark.parametrize(
    "reference",
    [
        "env:PATH",
        "env:ORDERKIT_SECRET_KEY",
        "env:ORDERKIT_SECRET_TEA__KEY",
        "env:ORDERKIT_SECRET_COFFEE_SHOP__KEY",
        "env:ORDERKIT_SECRET_COFFEE__SHOP__KEY",
        "env:ORDERKIT_SECRET_COFFEE__",
        "env:ORDERKIT_SECRET_COFFEE__KEY\n",
        "env:",
        "file:../tea/key",
        "file:{files}/tea/key",
        "file:/etc/passwd",
        "file:../../outside",
        "file:link",
        "file:circle",
        "file:key\0",
        "file:",
        "file:.",
    ],
)
def test_what_is_none_of_the_site(files: Path, monkeypatch: pytest.MonkeyPatch, reference: str) -> None:
    """Another site's, the platform's, the computer's: refused when it is typed and when it is stored, unrepeated."""
    for name in ("KEY", "TEA__KEY", "COFFEE_SHOP__KEY", "COFFEE__SHOP__KEY"):
        monkeypatch.setenv(f"ORDERKIT_SECRET_{name}", TEXT)
    (files / "coffee" / "link").symlink_to(files / "tea" / "key")
    (files / "coffee" / "circle").symlink_to(files / "coffee" / "circle")
    typed = reference.format(files=files)

    assert "secret_out_of_bounds" == code_of(vault(files=files).put, Secret(typed))
    assert "secret_out_of_bounds" == code_of(vault(files=files).open, {"secret": typed})


@pytest.mark.parametrize(
    ("site", "forms"),
    [
        ("coffee", 2),
        ("coffee-2", 2),
        ("Coffee", 1),
        ("coffee--shop", 1),
        ("coffee_shop", 1),
        ("кофе", 1),
        ("..", 0),
        (".", 0),
        ("coffee/deeper", 0),
    ],
)
def test_codes_of_sites(files: Path, site: str, forms: int) -> None:
    """One whose code would not be its own in the name of a variable has files alone; one that is a path has none."""
    assert forms == len(References(site, files).forms)
    assert max(forms - 1, 0) == len(References(site).forms)


def test_no_two_sites_share_a_variable() -> None:
    """Whatever their codes are."""
    sites = ("a", "a-b", "a-b-c", "b-c")
    names = ("A__X", "A_B__X", "A__B__X", "A__B_C__X", "A_B_C__X", "B_C__X", "A_B__C__X")
    readers = {
        name: [site for site in sites if not refuses(site, f"env:ORDERKIT_SECRET_{name}")] for name in names
    }

    assert {
        "A__X": ["a"],
        "A_B__X": ["a-b"],
        "A__B__X": [],
        "A__B_C__X": [],
        "A_B_C__X": ["a-b-c"],
        "B_C__X": ["b-c"],
        "A_B__C__X": [],
    } == readers


def refuses(site: str, reference: str) -> bool:
    try:
        References(site).require(reference)
    except InvalidInputError:
        return True
    return False


def test_what_no_file_gives(files: Path) -> None:
    """No such file, a folder, a pipe that would be waited for, another encoding, too much: said in words."""
    folder = files / "coffee"
    (folder / "large").write_text("x" * (LARGEST + 1), encoding="utf-8")
    (folder / "latin").write_bytes(b"\xff\xfe")
    (folder / "empty").write_text("\n", encoding="utf-8")
    os.mkfifo(folder / "pipe")

    for name in ("nothing", "deeper", "pipe", "latin", "large", "empty"):
        assert "secret_absent" == code_of(vault(files=files).open, {"secret": f"file:{name}"})


def test_without_a_folder(tmp_path: Path) -> None:
    """No file is read; a folder that is not there makes no kit."""
    (tmp_path / "key").write_text(TEXT, encoding="utf-8")
    with pytest.raises(SettingsError, match="secret_files") as refused:
        OrderKit("sqlite://", secret_files=tmp_path / "none")

    assert "bad_secret_files" == refused.value.code
    assert "secret_out_of_bounds" == code_of(vault().open, {"secret": f"file:{tmp_path}/key"})
