"""`orderkit plugins`: what is installed, what is the matter with it, for people and for programs."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orderkit.cli import main
from orderkit.plugin import API_VERSION
from orderkit.registry import finding, promises
from tests.plugins import KEPT

DRONE = """
import attrs
import orderkit.plugin as ok

@attrs.frozen
class Settings:
    most: int = ok.setting(label={"ru": "Вес", "en": "Weight"})
    note: str = ok.setting(label="Note", default="")

@ok.hookimpl
def orderkit_carriers():
    return [ok.CarrierType(code="CODE", label={"ru": "Дрон", "en": "Drone"}, settings=Settings, factory=print)]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def file(name: str, source: str = "", code: str = "drone") -> str:
    """A plugin in a file, with that above its hook."""
    Path(name).write_text(source + DRONE.replace("CODE", code), encoding="utf-8")
    return name


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, list(arguments))


def read(result: Result) -> dict[str, dict[str, Any]]:
    """The plugins of an answer in JSON, by name."""
    shown = json.loads(result.stdout)
    assert {"api_version", "plugins"} == set(shown)
    assert shown["api_version"] == API_VERSION
    return {one["name"]: one for one in shown["plugins"]}


def test_list() -> None:
    """A line for each; below it the reason of one that does not work."""
    result = run("--plugin", file("bad.py", "1 / 0\n"), "--block-plugin", "cash", "plugins", "list")
    lines = result.stdout.splitlines()
    [blocked] = [number for number, line in enumerate(lines) if line.startswith("cash ")]

    assert 0 == result.exit_code
    assert ["NAME", "STATUS", "FROM", "BRINGS"] == lines[0].split()
    assert ["blocked", "orderkit-cash"] == lines[blocked].split()[1:3]
    assert "  the host blocks it" == lines[blocked + 1]
    assert any(line.endswith("carrier 'flat-rate'") for line in lines)
    assert "  ZeroDivisionError: division by zero, at import, bad.py:1" == lines[-1]
    assert "" == result.stderr


def test_list_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, and what to do; JSON stays JSON."""
    monkeypatch.setattr(finding, "installed", tuple)

    assert "There are no plugins: install one, " in run("plugins", "list").stdout
    assert {} == read(run("plugins", "list", "--json"))


def test_json() -> None:
    """The form is that of the page: each plugin with its types, whatever its status."""
    found = read(
        run("--plugin", file("drone.py"), "--plugin", file("bad.py", "1 / 0\n"), "plugins", "list", "--json")
    )

    assert {*KEPT, "drone", "bad"} == set(found)
    assert [{"kind": "carrier", "code": "drone"}] == found["drone"]["types"]
    assert [{"kind": "payment_provider", "code": "cash"}] == found["cash"]["types"]
    assert {
        "name": "bad",
        "distribution": "",
        "status": "quarantined",
        "reason": "ZeroDivisionError: division by zero, at import, bad.py:1",
        "api": "",
        "hooks": [],
        "types": [],
        "lost": [],
        "lacks": [],
    } == {name: value for name, value in found["bad"].items() if name != "seconds"}
    assert 0 <= found["bad"]["seconds"] < 30


def test_show() -> None:
    """Its types with their settings, in words and for programs."""
    named = ("--plugin", file("drone.py", "orderkit_api = '>=1'\n"), "plugins", "show", "drone")
    told, shown = run(*named).stdout, read(run(*named, "--json"))["drone"]

    for part in (
        "status      active",
        "works with >=1",
        "carrier 'drone': Drone",
        "most",
        "required  Weight",
    ):
        assert part in told
    [kind] = shown["types"]
    assert {
        "kind": "carrier",
        "code": "drone",
        "label": "Drone",
        "description": "",
        "settings": [
            {"name": "most", "kind": "number", "required": True, "label": "Weight"},
            {"name": "note", "kind": "text", "required": False, "label": "Note"},
        ],
    } == kind


def test_show_a_subscription() -> None:
    """With the event that it is told of."""
    told = "print('hello')\n@ok.hookimpl\ndef orderkit_subscriptions():\n"
    told += "    return [ok.subscribe(ok.OrderSubmitted, print, name='send')]\n"
    Path("feed.py").write_text(f"import orderkit.plugin as ok\n{told}", encoding="utf-8")
    named = ("--plugin", "feed.py", "plugins", "show", "feed")

    assert "subscription 'feed.send': OrderSubmitted" in run(*named).stdout
    assert [{"kind": "subscription", "code": "feed.send", "event": "OrderSubmitted"}] == read(
        run(*named, "--json")
    )["feed"]["types"]


def test_show_what_is_asked_at_work() -> None:
    """The hooks of a plugin that brings no type; it prints, and the document stays one."""
    source = (
        "import orderkit.plugin as ok\nprint('hello')\n@ok.hookimpl\ndef orderkit_check_order(): print('x')\n"
    )
    Path("rules.py").write_text(source, encoding="utf-8")
    named = ("--plugin", "rules.py", "plugins", "show", "rules")

    assert "at work     orderkit_check_order" in run(*named).stdout
    assert ["orderkit_check_order"] == read(run(*named, "--json"))["rules"]["hooks"]
    assert (
        run("--plugin", "rules.py", "plugins", "list")
        .stdout.splitlines()[-1]
        .endswith(" orderkit_check_order")
    )


def test_show_what_is_not_there() -> None:
    """In one line, with those there are."""
    result = run("plugins", "show", "drone")

    assert (1, 1) == (result.exit_code, result.output.count("\n"))
    assert f"no plugin 'drone'; there are: {', '.join(KEPT)}" in result.stderr


def test_check_where_all_is_well() -> None:
    """One line, and exit code 0."""
    result = run("plugins", "check", file("drone.py"))

    number = len(KEPT) + 1
    assert (0, f"{number} plugins: {number} work, 0 with trouble\n") == (result.exit_code, result.stdout)
    assert 0 == run("--block-plugin", "cash", "plugins", "check").exit_code


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ((), "0 plugins: 0 work, 0 with trouble"),
        (("fine",), "1 plugin: 1 works, 0 with trouble"),
        (("bad",), "1 plugin: 0 work, 1 with trouble"),
        (("fine", "bad"), "2 plugins: 1 works, 1 with trouble"),
    ],
)
def test_check_counts(files: tuple[str, ...], count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one counts in words."""
    monkeypatch.setattr(finding, "installed", tuple)
    sources = {"fine": "", "bad": "1 / 0\n"}
    given = [file(f"{name}.py", sources[name]) for name in files]

    assert count == run("plugins", "check", *given).stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        ("1 / 0\n", "drone", "a-file (a file): quarantined: ZeroDivisionError"),
        ("orderkit_api = '>=2'\n", "drone", "a-file (a file): incompatible: it works with >=2"),
        ("", "pickup", "carrier 'pickup' is brought by"),
    ],
)
def test_check_finds(source: str, code: str, said: str) -> None:
    """What does not work, does not fit or lost a code is told, and the exit code is 1, in JSON as well."""
    name = file("a-file.py", source, code)
    result, shown = run("plugins", "check", name), run("plugins", "check", name, "--json")

    assert [1, 1] == [result.exit_code, shown.exit_code]
    assert said in result.stdout
    assert "Traceback" not in result.output
    assert read(shown)["a-file"]["reason"] in result.stdout


def test_check_tells_what_is_lost() -> None:
    """A plugin that loses one of its codes works on, and is found all the same."""
    more = file("more.py", "", "pickup").replace(".py", "")
    Path("more.py").write_text(
        Path("more.py").read_text() + "\n@ok.hookimpl\ndef orderkit_payment_providers():\n"
        "    return [ok.PaymentProviderType(code='barter', label='B', settings=Settings, factory=print)]\n"
    )
    result = run("plugins", "check", f"{more}.py", "--json")

    assert 1 == result.exit_code
    assert "active" == read(result)["more"]["status"]
    assert [{"kind": "carrier", "code": "pickup"}] == read(result)["more"]["lost"]


PROVIDER = """
class Heron:
    MEMBERS

@ok.hookimpl
def orderkit_payment_providers():
    can = frozenset({ok.Capability.LOOKUP, ok.Capability.WEBHOOKS})
    return [
        ok.PaymentProviderType(code="heron", label="H", settings=Settings, factory=FACTORY, capabilities=can)
    ]
"""


@pytest.mark.parametrize(
    ("members", "factory", "lacks"),
    [
        ("def verify(self, request): ...", "Heron", "LOOKUP, and 'Heron' has no look_up()"),
        ("look_up = verify = print", "Heron", "WEBHOOKS, and 'Heron' has no parse()"),
        ("look_up = verify = parse = print", "Heron", ""),
        ("look_up: object; verify = parse = print", "Heron", ""),
        ("def __getattr__(self, name): ...", "Heron", ""),
        ("pass", "lambda *given: Heron()", ""),
    ],
)
def test_check_finds_what_is_declared_and_not_there(members: str, factory: str, lacks: str) -> None:
    """A capability without its method is told, and the exit code is 1; what cannot be seen is not accused."""
    name = file("fowl.py", code="fowl")
    more = PROVIDER.replace("MEMBERS", members).replace("FACTORY", factory)
    Path(name).write_text(Path(name).read_text(encoding="utf-8") + more, encoding="utf-8")
    result, shown = run("plugins", "check", name), run("plugins", "check", name, "--json")

    assert [bool(lacks)] * 2 == [bool(one.exit_code) for one in (result, shown)]
    assert f"{1 if lacks else 0} with trouble" in result.stdout
    told = read(shown)["fowl"]["lacks"]
    assert bool(lacks) == bool(told)
    assert lacks in "; ".join(told)
    assert all(f"fowl (a file): {one}\n" in result.stdout for one in told)


def test_check_accuses_no_class_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.14 on, annotations may name what is not there when they are read."""
    name = file("fowl.py", code="fowl")
    more = PROVIDER.replace("MEMBERS", "pass").replace("FACTORY", "Heron")
    Path(name).write_text(Path(name).read_text(encoding="utf-8") + more, encoding="utf-8")
    read_all = inspect.get_annotations

    def read_but_one(one: Any, **options: Any) -> Any:
        if one.__name__ == "Heron":
            raise NameError("name 'Request' is not defined")
        return read_all(one, **options)

    monkeypatch.setattr(promises, "inspect", SimpleNamespace(get_annotations=read_but_one))
    result = run("plugins", "check", name)

    assert (0, True) == (result.exit_code, "0 with trouble" in result.stdout)


def test_check_tells_what_is_slow() -> None:
    """With its time; that alone is no failure."""
    result = run("plugins", "check", file("slow.py", "import time; time.sleep(0.5)\n"))

    assert 0 == result.exit_code
    assert "slow (a file): slow: 0." in result.stdout
    assert "let it import what is heavy in its factory, and wait for nothing in its hooks" in result.stdout


def test_check_a_name_that_nobody_bears() -> None:
    """What should have been blocked works on: that is a failure."""
    result = run("--block-plugin", "cahs", "plugins", "check")

    assert 1 == result.exit_code
    assert "no plugin 'cahs' to allow or block" in result.stdout


def test_the_environment() -> None:
    """Files, and both lists of names, for every command."""
    paths = os.pathsep.join([file("drone.py"), file("kite.py", code="kite")])
    found = read(
        run(
            "plugins",
            "list",
            "--json",
            ORDERKIT_PLUGINS=paths,
            ORDERKIT_ALLOW_PLUGINS="cash, pickup",
            ORDERKIT_BLOCK_PLUGINS="kite,cash",
        )
    )
    without = read(run("plugins", "list", "--json", ORDERKIT_ALLOW_PLUGINS="", ORDERKIT_BLOCK_PLUGINS=""))

    assert ["pickup", "drone"] == [name for name, one in found.items() if one["status"] == "active"]
    assert {"active"} == {one["status"] for one in without.values()}


def test_other_commands_take_the_same_plugins(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A blocked plugin is not imported by any command, and one in a file is."""
    url = f"sqlite:///{folder}/shop.db"
    bomb = file("bomb.py", "raise OSError('imported')\n")
    blocked = run("--plugin", bomb, "--block-plugin", "bomb", "db", "upgrade", "--database", url)
    assert (0, "") == (blocked.exit_code, caplog.text)
    loaded = run("--plugin", bomb, "db", "check", "--database", url)

    assert 0 == loaded.exit_code
    assert "OSError: imported" in caplog.text


def test_stdout_is_ours(folder: Path) -> None:
    """Whatever plugins print, themselves or by another program, JSON stays JSON; it goes to stderr."""
    noise = "import os, sys\nprint('from Python')\nos.system('echo from outside')\nsys.stdout.write('more')\n"
    command = [
        sys.executable,
        "-c",
        "from orderkit.cli import main; main()",
        "--plugin",
        file("loud.py", noise),
        "plugins",
        "list",
        "--json",
    ]
    held = os.environ | {"PYTHONUNBUFFERED": ""}  # what is printed waits, as it does in a pipe
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=held)

    assert [*KEPT, "loud"] == [one["name"] for one in json.loads(done.stdout)["plugins"]]
    for part in ("from Python", "from outside", "more"):
        assert part in done.stderr
