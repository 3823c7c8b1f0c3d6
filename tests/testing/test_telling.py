"""What is to be done is said of what was found, and of nothing else."""

import pytest

from orderkit.testing.importing import LIMIT, Imported
from orderkit.testing.telling import require_unlogged


def test_faults_of_an_import() -> None:
    """Each has its own advice; whoever prints need not import anything elsewhere."""
    done = Imported(LIMIT + 1, "Hello!\n", ("socket.connect",), "")
    told = dict(done.faults())

    assert ["it takes 1.50 s", "it prints 'Hello!'", "it does socket.connect"] == list(told)
    assert "heavy" in told["it takes 1.50 s"]
    assert "take the print out" in told["it prints 'Hello!'"]
    assert "outside" in told["it does socket.connect"]
    assert ["OSError: disk"] == [found for found, _ in Imported(9, "x", ("open",), "OSError: disk").faults()]
    assert [] == Imported(LIMIT, " ", (), "").faults()


@pytest.mark.parametrize(
    ("told", "do"), [("to Anna", "to do:  log numbers"), ("with s3cret", "to do:  reveal\\(\\) it only")]
)
def test_what_is_logged(told: str, do: str) -> None:
    """A secret is not read elsewhere, as a name is: it is not logged."""
    with pytest.raises(pytest.fail.Exception, match=do):
        require_unlogged({"the name": "Anna"}, {"the secret token": "s3cret"}, told, do="log numbers")
