"""Scalars of the language in all their spellings, some of them nasty on purpose; seldom one that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from oracle.choices import Choices, chance, some
from oracle.emitter import Plain

Rule: TypeAlias = Callable[[Choices], Any]

VARIABLES: Final = {
    "A": "alpha", "N": "3", "B": "true", "S": "512m", "D": "10s", "P": "8080", "E": "", "W": "two words", "F": "0.5",
}  # fmt: skip
"""What a document may ask for; ``U`` is not set."""


def _plain(words: str) -> tuple[Plain, ...]:
    return tuple(map(Plain, words.split()))


def words(good: Sequence[Any], wrong: Sequence[Any] = ()) -> Rule:
    """One of the good ones; once in a hundred times a wrong one."""

    def choose(choices: Choices) -> Any:
        if wrong and chance(choices, 1):
            return choices.one(wrong)
        return choices.one(good)

    return choose


def list_of(rule: Rule, most: int = 3, *, distinct: bool = True) -> Rule:
    """A list, mostly without the same item twice."""

    def choose(choices: Choices) -> list[Any]:
        items: list[Any] = []
        for _ in range(choices.count(0, most)):
            item = rule(choices)
            if not distinct or item not in items or chance(choices, 2):
                items.append(item)
        return items

    return choose


def mapping_of(keys: Sequence[str], rule: Rule, most: int = 3) -> Rule:
    """A mapping from some of the keys."""
    return lambda choices: {key: rule(choices) for key in some(choices, keys, most)}


def record(fields: dict[str, Rule], required: Sequence[str] = (), most: int = 4) -> Rule:
    """A mapping with the required fields and some of the others; now and then an extension."""
    optional = [name for name in fields if name not in required]

    def choose(choices: Choices) -> dict[str, Any]:
        names = [*required, *some(choices, optional, most)]
        if required and chance(choices, 1):
            names.pop(0)
        built = {name: fields[name](choices) for name in names}
        return {**built, "x-note": anything(choices)} if chance(choices, 3) else built

    return choose


def either(*rules: Rule) -> Rule:
    """One of several rules."""
    return lambda choices: choices.one(rules)(choices)


text: Final = words(
    ("a", "web", "hello world", "Grüße", "x=y", "1.10", "123", "true", "yes", "null", "0x10", "1e3", "~", "#no",
     "a: b", "- a", "[a", "{a", "it's", 'say "hi"', "back\\slash", "two\nlines", "two\nlines\n", "tab\there", " lead",
     "trail ", "a,b", "*", "&", "%", "@at", "!bang", "|", ">", "-", "?", ":", "=", "<<", "é", "日本", "$$HOME", "a$$b",
     "$A", "${A}", "${A}-${N}", "${U:-d}", "${U-d}", "${U:-}", "${A:+c}", "${A+c}", "${U:+c}", "${E:-e}", "${E-e}",
     "${E:+e}", "${E+e}", "${A:?need}", "${A?need}", "${U:-${A}}", "${U:-${V:-deep}}", "$A$N", "${W}", "$U", "${U}",
     "2024-01-01", "12:30:45", "", Plain("word"), Plain("two words"), Plain("8080:80"), Plain("é"), Plain("a#b")),
    ("${1bad}", "$", "${A", "${U:?set it}", "${U?set it}", "${A^^}", "$1", Plain("1"), Plain("true"), Plain("~")),
)  # fmt: skip
name: Final = words(("a", "web-1", "Up.Case", "under_score", "${A}", "n${N}"), (Plain("1"), Plain("~")))
path: Final = words(
    ("./data", "/abs/path", "~/home", "rel", "../up", "/p/${A}", "C:\\win", "./a b", "."), (Plain("1"),)
)
target: Final = words(("/t", "/data", "/var/lib/x", "/etc/a.conf", "/${A}"), (Plain("1"),))
boolean: Final = words(
    (*_plain("true false True FALSE yes no on off y n Yes"), "true", "false", "${B}", "${U:-false}", "${B:-no}"),
    (Plain("1"), "maybe", Plain("~"), "yes", "${A}"),
)
strict_boolean: Final = words(_plain("true false True FALSE"), ("true", "${B}", *_plain("1 ~ yes off")))
integer: Final = words(
    (*_plain("0 1 3 10 0x10 0o17 017 1_000 +5 3.0 100 65000"), "3", "10", "${N}", "${U:-4}", "${N:-7}"),
    (
        *_plain("1.5 ~ true 1e3 -7 99999999999999999999 .inf"),
        "x",
        "",
        "1.5",
        "0x10",
        "010",
        "1_000",
        " 3",
        "+3",
        "${A}",
    ),
)
plain_integer: Final = words(
    _plain("0 1 3 10 0x10 0o17 017 1_000 +5 3.0 4096 -1"), ("3", "${N}", *_plain("1.5 ~ true"))
)
number: Final = words(
    (*_plain("0 1 3 0.5 .5 1.50 1e1 2. 10"), "3", "0.50", "1", "${N}", "${U:-4}", "${F}"), ("x", "", Plain("~"), "1,5")
)
port_number: Final = words(
    (*_plain("80 8080 443 65535"), "80", "8081", "${P}", "${U:-90}"),
    ("0", "99999", "x", "", Plain("0"), "-1", Plain("1.5")),
)
duration: Final = words(
    ("90s", "1m30s", "500ms", "1h", "1d", "1.5h", "2us", "${D}", "0s", "1w", "1h30m", "${U:-5s}", "10ns", "0", "1d12h"),
    ("10", "5 minutes", "x", "", Plain("10"), Plain("~"), "-1s", "1y", ".5s", "+1s", "1M"),
)
size: Final = words(
    ("512m", "1.5g", "1GB", "64k", "1024", "100b", "2t", "${S}", "1 GB", "1kb", "0", "1.5G", "${U:-1g}", "10MiB"),
    ("1Gi", "lots", "", "-5", Plain("~"), "1e3", ".5g", "1.2.3m"),
)
number_or_size: Final = either(size, words(_plain("0 1048576 1024 0x400"), _plain("1.5 1e6 -5")))
scalar: Final = either(
    text,
    words((*_plain("0 1 1.10 1e3 0.0 100000000.0 1234567890123 0777 0o17 1_000 -0 0x1F true false yes no on ~ null"),
           *_plain("1e6 1e21 0.1 .5 1. -1.5 22:22 12e03 1e-7 0b11 +1 NULL True 08 09 0o8 123456789.0 1e5"))),
)  # fmt: skip
anything: Final = either(
    scalar,
    words(_plain("2024-01-01 99999999999999999999 12:30 ~"), _plain(".inf .nan")),
    list_of(scalar, 2),
    mapping_of(("k", "l"), scalar, 2),
)
label_keys: Final = ("com.example.a", "b", "C_D", "with space", "é", "key", "traefik.http")
variable_names: Final = ("A", "PATH_X", "lower", "E", "U", "N", "X.Y", "WITH-DASH")


def pairs(keys: Sequence[str]) -> Rule:
    """``KEY: value`` or ``KEY=value``: both forms of a mapping of texts."""

    def item(choices: Choices) -> str:
        key = choices.one(keys)
        return key if chance(choices, 15) else f"{key}={text(choices)}"

    return either(mapping_of(keys, scalar), list_of(item))


def text_or_list(rule: Rule) -> Rule:
    """One text, or a list of them."""
    return either(rule, list_of(rule))


labels: Final = pairs(label_keys)
options: Final = mapping_of(("o", "type", "max-size"), either(text, words((Plain("1"), Plain("1.50"), Plain("1e3")))))

command: Final = either(
    words(
        ("echo hi", "sh -c 'a b'", 'run "x y" z', "a  b\tc", "a\\ b", "", "--flag=${A}", "echo $$HOME", "a 'b' \"c\"d",
         "línea", "a #b", "x=1 cmd", "echo `date`", "a\nb", Plain("~"), "echo $(x)", 'a "b\\"c"', "''"),
        ("a | b", "open 'quote", "a; b", "(x)", "a && b", "a > b"),
    ),
    list_of(text, 4, distinct=False),
)  # fmt: skip
