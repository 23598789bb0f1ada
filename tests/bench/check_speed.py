"""
How long ``composeapp check`` takes for thirty services, beside compose-go's load of the same file.

Run it as ``PYTHONPATH=operator:deploy/local:tests python tests/bench/check_speed.py``. Both commands start
cold, in turns; the ratio is what carries from one machine to another.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from composeapp.compose.parse import parse_text
from oracle.reference import executable

ROUNDS = 15
SERVICES = 30

SERVICE = """\
  service-{number}:
    image: example.com/team/service-{number}:1.4.{number}
    command: ["serve", "--port", "80{number:02}"]
    environment:
      LOG_LEVEL: info
      DATABASE: postgres://database:5432/service_{number}
      WORKERS: 4
    ports: ["80{number:02}:80"]
    expose: ["9090"]
    deploy: {{replicas: 2}}
    models: [chat]
"""


def main() -> None:
    """Print the medians and their ratio."""
    text = "services:\n" + "".join(SERVICE.format(number=number) for number in range(SERVICES))
    text += "models:\n  chat: {model: ai/smollm2}\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "compose.yaml")
        file.write_text(text)
        ways = {
            "composeapp check": [sys.executable, "-m", "composeapp", "check", str(file)],
            "compose-go": [str(executable()), str(file)],
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way, command in ways.items():
                taken[way].append(seconds(command))
    medians = {way: statistics.median(rounds) for way, rounds in taken.items()}
    for way, median in medians.items():
        print(f"{way}: {median * 1000:.0f} ms cold")
    print(f"ratio: {medians['composeapp check'] / medians['compose-go']:.1f}")
    print(f"parse inside a process: {parse_milliseconds(text):.1f} ms")


def seconds(command: list[str]) -> float:
    """Return how long a command takes."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def parse_milliseconds(text: str) -> float:
    """Return the median of parsing the text, once everything is imported."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        parse_text(text)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
