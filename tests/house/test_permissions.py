"""The page of the permissions lists each of them, in the words of the tab, and no other."""

from orderkit_flask.permissions import PERMISSIONS

from tests.house.tables import code, table


def test_every_permission_is_listed() -> None:
    """A host's owner finds here whatever his `may` is asked for."""
    listed = {
        code(row["permission"]): row["allows"] for row in table("reference/permissions.md", "Permissions")
    }

    assert PERMISSIONS == listed
