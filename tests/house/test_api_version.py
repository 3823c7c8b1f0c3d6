"""The page about the version of the API tells of this version, and of all that is deprecated."""

from orderkit.hookspecs import PROJECT, Hooks
from orderkit.plugin import API_VERSION
from tests.house.tables import DOCS, code, tables

PAGE = "reference/api-version.md"


def test_this_version() -> None:
    """Raised, it gets a line that says what it brought."""
    [versions] = tables(PAGE, "The version of the plugin API")

    assert API_VERSION == code(versions[-1]["version"])
    assert all(row["brought"] for row in versions)


def test_what_is_deprecated() -> None:
    """Each hook that warns stands on the page, and where none does it says so."""
    warning = [
        name
        for name, hook in vars(Hooks).items()
        if (options := getattr(hook, f"{PROJECT}_spec", None))
        and (options["warn_on_impl"] or options["warn_on_impl_args"])
    ]
    told = (DOCS / PAGE).read_text(encoding="utf-8").partition("## Before something is taken away")[2]

    assert [] == [name for name in warning if f"`{name}`" not in told]
    assert bool(warning) != ("Nothing is deprecated now." in told)
