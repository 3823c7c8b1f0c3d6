"""What plugins write to their logs: the numbers of cards are masked in it."""

import logging

import pytest

from orderkit.registry.logs import masking_log

CARD = "4111 1111 1111 1111"


def test_lines_and_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    """In a message, in what is put into it, and in what was raised; however often the log was asked for."""
    caplog.set_level(logging.DEBUG)
    log = masking_log("orderkit.plugins.of-tests")
    assert log is masking_log("orderkit.plugins.of-tests")
    log.info("100 %% of %s", CARD)
    log.debug(f"card {CARD}, 100 %")
    try:
        raise ValueError(CARD)
    except ValueError:
        log.exception("refused: %(card)s", {"card": CARD})

    assert ["100 % of ****1111", "card ****1111, 100 %", "refused: ****1111"] == caplog.messages
    assert "ValueError: ****1111" in caplog.text
    assert CARD not in caplog.text
    assert 1 == len(log.filters)
