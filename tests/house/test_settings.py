"""The page of settings lists every kind there is."""

import orderkit.plugin as ok
from tests.house.tables import code, table

PAGE = "reference/settings.md"


def test_kinds() -> None:
    """Each with the annotation that asks for it."""
    assert list(ok.SettingKind) == [code(row["kind"]) for row in table(PAGE, "Kinds")]
