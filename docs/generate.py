"""
What becomes of every key of the Compose language, as a page: ``python docs/generate.py`` writes ``compose.md``.

The page is made of the tables that refuse and warn, so that it cannot promise anything else. With ``--check``
it only says whether the page is out of date, and fails if it is.
"""  # noqa: INP001 - a program, no package

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from composeapp.problems import Path as Place
from composeapp.translate.support import TABLES, Table

PAGE: Final = Path(__file__).parent / "compose.md"

VERDICTS: Final = {
    "honoured": "means here what it means in Compose",
    "approximated": "means nearly the same; the right column says what differs",
    "ignored": "has no meaning in a cluster; a warning says so",
    "convert": "means something that only your disk knows: `composeapp convert` writes it into the resource",
    "refused": "is a problem, and nothing is applied until it is gone: better than running something else",
    "not yet": "is a problem for now; a later version will honour it",
}
INTRODUCTION: Final = """\
# The Compose language in Kubernetes

<!-- Written by docs/generate.py from the tables of operator/composeapp/translate/support: change those. -->

Everything that `docker compose` accepts is understood, and what it refuses is refused with its own words.
This page says what becomes of each key. One that is not here is unknown to Compose as well and a problem,
with a guess at what was meant. Keys that begin with `x-` are yours and have no effect, but those of this product.
A key may also be refused because of its value; the message says which and what to do.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([INTRODUCTION, *_legend(), *(line for place in TABLES for line in _section(place, TABLES[place]))])


def _legend() -> Iterator[str]:
    counted = Counter(support.verdict for table in TABLES.values() for support in table.values())
    yield "| verdict | keys | a key with it |"
    yield "| --- | ---: | --- |"
    for verdict, meaning in VERDICTS.items():
        if counted[verdict]:
            yield f"| {verdict} | {counted[verdict]} | {meaning} |"
    yield ""


def _section(place: Place, table: Table) -> Iterator[str]:
    yield f"## {_title(place)}"
    yield ""
    yield "| key | verdict | in Kubernetes, or why not |"
    yield "| --- | --- | --- |"
    for key, support in sorted(table.items()):
        advice = f"; {support.advice}" if support.advice else ""
        yield f"| `{key}` | {support.verdict} | {_cell(support.becomes + advice)} |"
    yield ""


def _title(place: Place) -> str:
    return f"`{'.'.join('<…>' if part == '*' else str(part) for part in place)}`" if place else "Top level"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def main() -> int:
    """Write the page, or with ``--check`` compare it; return the exit status."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page())
        return 0
    if PAGE.exists() and PAGE.read_text() == page():
        return 0
    sys.stderr.write(f"{PAGE.name} is out of date: run python docs/generate.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
