"""Durations and sizes are read and printed as Compose does it."""

import pytest

from composeapp.compose.units import duration_text, nanoseconds, size

DURATIONS = [
    ("90s", "1m30s"),
    ("1d", "24h0m0s"),
    ("1w", "168h0m0s"),
    ("1m", "1m0s"),
    ("500ms", "500ms"),
    ("1.5s", "1.5s"),
    ("1h30m5.25s", "1h30m5.25s"),
    ("10us", "10µs"),
    ("-3s", "-3s"),
    ("0", "0s"),
]


@pytest.mark.parametrize(("written", "printed"), DURATIONS)
def test_a_duration_is_printed_as_go_prints_it(written, printed):
    """What Compose shows for a duration is what we show."""
    assert duration_text(nanoseconds(written)) == printed


NO_DURATIONS = [
    ("5 minutes", 'time: unknown unit " minutes" in duration "5 minutes"'),
    ("5", 'time: missing unit in duration "5"'),
    ("", 'time: invalid duration ""'),
    ("s", 'time: invalid duration "s"'),
]


@pytest.mark.parametrize(("written", "message"), NO_DURATIONS)
def test_what_is_no_duration_is_refused_in_composes_words(written, message):
    """The author reads what Compose would have said."""
    with pytest.raises(ValueError, match="time: ") as caught:
        nanoseconds(written)
    assert str(caught.value) == message


SIZES = [
    ("1g", 1024**3),
    ("1GB", 1024**3),
    ("1.5g", 1610612736),
    ("64 MiB", 64 * 1024**2),
    ("10b", 10),
    ("1e3", 1000),
    ("-1", -1),
]


@pytest.mark.parametrize(("written", "bytes_"), SIZES)
def test_a_size_counts_by_1024(written, bytes_):
    """Whatever case and suffix, a kilobyte has 1024 bytes."""
    assert size(written) == bytes_


NO_SIZES = [("1Gi", "invalid suffix: 'gi'"), ("lots", "invalid size: 'lots'"), ("1x", "invalid suffix: 'x'")]


@pytest.mark.parametrize(("written", "message"), NO_SIZES)
def test_what_is_no_size_is_refused_in_composes_words(written, message):
    """The author reads what Compose would have said."""
    with pytest.raises(ValueError, match="invalid") as caught:
        size(written)
    assert str(caught.value) == message
