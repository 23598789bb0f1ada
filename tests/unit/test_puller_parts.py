"""The parts of the puller that need no registry: where to ask, what to say, how long to wait."""

from __future__ import annotations

import io

import pytest

from composeapp.puller.errors import PullError
from composeapp.puller.progress import Progress
from composeapp.puller.registry import endpoint
from composeapp.puller.retry import RetryPolicy


@pytest.mark.parametrize(
    ("registry", "url", "prefix"),
    [
        ("docker.io", "https://registry-1.docker.io", ""),
        ("registry.example.com", "https://registry.example.com", ""),
        ("registry.example.com:5000", "https://registry.example.com:5000", ""),
        ("plain.example.com:5000", "http://plain.example.com:5000", ""),
        ("plain.example.com", "https://plain.example.com", ""),
        ("quay.io", "http://10.0.0.5:5000", ""),
        ("ghcr.io", "https://harbor.example.com", "ghcr-proxy/sub/"),
    ],
)
def test_where_a_registry_is_asked(registry, url, prefix):
    """TLS unless the administrator says otherwise; a mirror's path goes before the repository."""
    mirrors = {"quay.io": "http://10.0.0.5:5000/", "ghcr.io": "https://harbor.example.com/ghcr-proxy/sub/"}

    where = endpoint(registry, mirrors, plain_http=("plain.example.com:5000",))

    assert (where.url, where.prefix) == (url, prefix)


@pytest.mark.parametrize("mirror", ["file:///etc", "mirror.example.com:5000", "https://", "https://a/?b"])
def test_mirror_that_is_no_address(mirror):
    """A mirror is an http or https URL; anything else is refused by name."""
    with pytest.raises(PullError, match=r"the mirror of docker\.io must be"):
        endpoint("docker.io", {"docker.io": mirror}, ())


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def transfer(stream: io.StringIO) -> None:
    """Report 100 MiB in 101 seconds, a mebibyte every second."""
    now = [0.0]
    progress = Progress(stream, clock=lambda: now[0])
    progress.start()
    for second in range(1, 101):
        now[0] = float(second)
        progress.advance(1024 * 1024, done=second * 1024 * 1024, total=100 * 1024 * 1024)
    progress.say("done")


def test_progress_in_a_log_is_sparse():
    """A log gets a line every five seconds at most, with percent, size and rate."""
    log = io.StringIO()
    transfer(log)
    lines = log.getvalue().splitlines()

    assert len(lines) == 21
    assert lines[0] == "5 % of 100.0 MiB, 1.0 MiB/s"


def test_progress_on_a_terminal_stays_in_one_line():
    """A terminal gets one line that is rewritten, and the next sentence on its own line."""
    screen = Screen()
    transfer(screen)
    lines = screen.getvalue().splitlines()

    assert screen.getvalue().count("\n") == 2
    assert lines[-2].startswith("100 % of 100.0 MiB")
    assert lines[-1] == "done"


def test_patience_grows_and_is_bounded():
    """Delays double and never pass half a minute."""
    policy = RetryPolicy()

    assert [policy.delay(failures) for failures in (1, 2, 3, 6, 100)] == [1, 2, 4, 30, 30]
