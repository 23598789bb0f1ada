"""Single values: numbers that were written as text, durations, sizes, commands, lists and maps of texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose import shellwords, strconv
from composeapp.compose.canonical.context import LongForm, reading
from composeapp.compose.scalars import go_text
from composeapp.compose.secret_variables import has_token
from composeapp.compose.units import nanoseconds, size
from composeapp.problems import Path, Report


def boolean(value: Any, path: Path, report: Report) -> bool:
    """Read a boolean that may be a word; words of YAML 1.1 get Compose's warning."""
    if isinstance(value, bool):
        return value
    word = go_text(value)
    try:
        meant = strconv.boolean(word)
    except ValueError as error:
        report.problem(path, str(error), "write true or false")
        return False
    if warning := strconv.boolean_warning(word):
        report.warning(path, warning)
    return meant


def _whole_number(value: Any) -> int:
    """Compose cuts off a fraction as well."""
    return strconv.atoi(value) if isinstance(value, str) else int(value)


def _number(value: Any) -> float:
    return strconv.parse_float(value) if isinstance(value, str) else float(value)


def _octal(value: Any) -> int:
    if isinstance(value, float):
        raise ValueError("unexpected value type float64 for mode")  # noqa: TRY004 - said as the others are
    return value if isinstance(value, int) else strconv.parse_int(value, 8)


def _umask(value: Any) -> int:
    return strconv.parse_uint(value) if isinstance(value, str) else int(value)


def _count(value: Any) -> int:
    if isinstance(value, str) and value.lower() == "all":
        return -1
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"""invalid value "{value}", the only value allowed is 'all' or a number""") from None


whole_number: Final = reading(_whole_number, 0)
number: Final = reading(_number, 0.0)
octal: Final = reading(_octal, 0)
umask: Final = reading(_umask, 0)
count: Final = reading(_count, 0)
duration: Final = reading(lambda value: nanoseconds(go_text(value)), 0)
size_in_bytes: Final = reading(lambda value: size(value) if isinstance(value, str) else int(value), 0)


def text(value: Any, _: Path, __: Report) -> str:
    """Print a scalar as Go does."""
    return go_text(value)


def texts(value: Any, _: Path, __: Report) -> list[str]:
    """A single text is a list of one; numbers become texts."""
    return [go_text(item) for item in ([value] if isinstance(value, str) else value)]


def used_texts(value: Any, path: Path, report: Report) -> list[str]:
    """As above, without the empty ones (compose-go, ``loader/omitEmpty.go``)."""
    return [item for item in texts(value, path, report) if item]


def command(value: Any, path: Path, report: Report) -> list[str] | None:
    """A string is split into words; null keeps the image's own, an empty one clears it."""
    if not isinstance(value, str):
        return None if value is None else list(value)
    try:
        return list(shellwords.split(value))
    except shellwords.CommandLineError as error:
        report.problem(path, str(error), error.hint)
        return []


def health_test(value: Any, _: Path, __: Report) -> list[str]:
    """A string is a line for the image's shell."""
    return ["CMD-SHELL", value] if isinstance(value, str) else list(value)


def text_map(value: Any, _: Path, __: Report) -> dict[str, str]:
    """A list of ``key=value`` becomes a map; without a value it is empty."""
    items = value.items() if isinstance(value, Mapping) else (assignment(item) for item in value)
    return {key: "" if item is None else go_text(item) for key, item in items}


def contexts(value: Any, path: Path, report: Report) -> dict[str, str]:
    """``build.additional_contexts``: each needs a value."""
    if not isinstance(value, Mapping):
        for item in value:
            if "=" not in item:
                where = ".".join(map(str, path))
                report.problem(path, f"{where}: invalid value {item}, expected key=value", says_where=True)
    return text_map(value, path, report)


def multiple_options(value: Any, _: Path, __: Report) -> dict[str, list[str]]:
    """``provider.options``: an option may have several values."""
    return {
        key: [go_text(one) for one in item] if isinstance(item, list) else [go_text(item)]
        for key, item in value.items()
        if item != []
    }


def ssh_keys(value: Any, path: Path, report: Report) -> dict[str, str | None]:
    """``build.ssh``: only ``default`` may stand without a path."""
    items = value.items() if isinstance(value, Mapping) else [assignment(item) for item in value]
    for key, item in items:
        if item is None and key != "default" and not isinstance(value, Mapping):
            report.problem(path, f'invalid ssh key "{key}"')
    return {key: None if item is None else go_text(item) for key, item in items}


def environment(value: Any, path: Path, report: Report) -> dict[str, str | None]:
    """A list of ``NAME=value`` becomes a map; a name without a value may get the project's later."""
    result: dict[str, str | None] = {}
    is_map = isinstance(value, Mapping)
    for index, (name, item) in enumerate(value.items() if is_map else map(assignment, value)):
        if _is_variable_name(name, (*path, name if is_map else index), report):
            result[name] = None if item is None else go_text(item)
    return result


def _is_variable_name(name: str, path: Path, report: Report) -> bool:
    if has_token(name):
        report.problem(path, "a secret variable cannot be the name of another", "write the name here")
    elif name and name != name.rstrip():
        report.problem(path, f"environment variable {name} is declared with a trailing space")
    elif not name or "=" in name:
        report.problem(path, f"'{name}' is no name for an environment variable", "it must not be empty or hold =")
    else:
        return True
    return False


def assignment(item: Any) -> tuple[str, str | None]:
    """Split ``key=value``; no value where there is no ``=``."""
    key, equals, value = go_text(item).partition("=")
    return key, value if equals else None


def extra_hosts(value: Any, path: Path, report: Report) -> dict[str, list[str]]:
    """``host=address`` or ``host:address``, several addresses by commas; a map may hold lists."""
    hosts: dict[str, list[str]] = {}
    for index, (host, addresses) in enumerate(_hosts(value, path, report)):
        if not host or any(separator in host for separator in ":="):
            report.problem((*path, host if isinstance(value, Mapping) else index), f"bad host name '{host}'")
            continue
        hosts.setdefault(host, []).extend(_without_brackets(address) for address in addresses)
    return hosts


def _hosts(value: Any, path: Path, report: Report) -> list[tuple[str, list[str]]]:
    if isinstance(value, Mapping):
        return [(host, [addresses] if isinstance(addresses, str) else addresses) for host, addresses in value.items()]
    hosts = []
    for index, item in enumerate(value):
        separator = next((mark for mark in "=:" if mark in item), None)
        if separator is None:
            report.problem((*path, index), f"invalid additional host, missing IP: {item}")
            continue
        host, _, addresses = item.partition(separator)
        hosts.append((host, addresses.split(",")))
    return hosts


def _without_brackets(address: str) -> str:
    return address[1:-1] if len(address) > len("[]") and address[0] == "[" and address[-1] == "]" else address


def names_to_map(otherwise: Any) -> LongForm:
    """A list of names becomes a map in which each has the same value."""

    def write_out(value: Any, _: Path, __: Report) -> Any:
        return value if isinstance(value, Mapping) else dict.fromkeys(value, otherwise)

    return write_out
