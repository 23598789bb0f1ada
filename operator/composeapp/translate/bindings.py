"""
The variables through which a service finds its models, exactly as Docker Compose sets them.

Source: docker/compose ``pkg/compose/model.go``, ``SetModelVariables``. Where Compose is random
(two models, one variable) the last model in the order of keys wins here, and its author hears of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from composeapp.compose.document import Binding, Document, Service
from composeapp.plan import App
from composeapp.problems import Path, Report
from composeapp.translate import names

_FIELDS: Final = {"MODEL": "model_var", "URL": "endpoint_var"}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable that a binding sets."""

    model: str
    kind: Literal["MODEL", "URL"]
    name: str
    value: str

    def __str__(self) -> str:
        return f"the {'URL' if self.kind == 'URL' else 'name'} of model {self.model}"


def variables(document: Document, key: str, app: App) -> tuple[Variable, ...]:
    """Return what one service's bindings set, in the order in which later ones win."""
    service = document.services[key]
    return tuple(
        variable
        for model in sorted(service.models)
        for variable in _of_binding(model, service.models[model], document.models[model].model, app)
    )


def _of_binding(model: str, binding: Binding, reference: str, app: App) -> Iterator[Variable]:
    """The half that a binding does not name keeps its default; the URL is written last."""
    prefix = model.upper().replace("-", "_")
    yield Variable(model, "MODEL", binding.model_var or f"{prefix}_MODEL", reference)
    url = names.model_url(app.name, app.namespace, model)
    yield Variable(model, "URL", binding.endpoint_var or f"{prefix}_URL", url)


def environment(document: Document, key: str, app: App, report: Report) -> dict[str, str]:
    """
    Return a service's environment: what its author wrote, replaced where a model's variable has that name.

    An ``environment`` entry without a value stays unset, as in Compose.
    """
    service = document.services[key]
    bound = variables(document, key, app)
    _judge_shared_urls(key, bound, report)
    _judge_mixed(key, service, report)
    written = {name: value for name, value in service.environment.items() if value is not None}
    path: Path = ("services", key)
    _judge_names((((*path, "environment", name), name) for name in sorted(written)), report)
    _judge_names((((*path, "models", it.model, _FIELDS[it.kind]), it.name) for it in bound), report)
    return _overlaid(key, written, bound, report)


def _overlaid(key: str, written: Mapping[str, str], bound: tuple[Variable, ...], report: Report) -> dict[str, str]:
    result = dict(written)
    setters: dict[str, Variable] = {}
    for variable in bound:
        earlier = setters.get(variable.name)
        if earlier and not (earlier.kind == variable.kind == "URL"):
            message = f"{variable.name} would carry both {earlier} and {variable}: it carries the latter"
            report.warning(
                ("services", key, "models", variable.model), message, f"set another {_FIELDS[variable.kind]}"
            )
        elif not earlier and written.get(variable.name, variable.value) != variable.value:
            path: Path = ("services", key, "environment", variable.name)
            report.warning(
                path, f"replaced by {variable}, as in Docker Compose", "remove it, or rename the binding's variable"
            )
        setters[variable.name] = variable
        result[variable.name] = variable.value
    return result


def _judge_shared_urls(key: str, bound: tuple[Variable, ...], report: Report) -> None:
    """In Compose one URL serves every model; here each model has a server of its own."""
    sharing: dict[str, list[str]] = {}
    for variable in bound:
        if variable.kind == "URL":
            sharing.setdefault(variable.name, []).append(variable.model)
    for name, models in sharing.items():
        if len(models) > 1:
            message = (
                f"{name} would lead to {' and '.join(models)}: one variable for several models is not supported yet"
            )
            report.problem(("services", key, "models"), message, "give each model an endpoint_var of its own")


def _judge_mixed(key: str, service: Service, report: Report) -> None:
    """Name only here, URL only there: such an application asks the second model's URL for the first's name."""
    bindings = sorted(service.models.items())
    named = [model for model, binding in bindings if binding.model_var and not binding.endpoint_var]
    addressed = [model for model, binding in bindings if binding.endpoint_var]
    if named and addressed:
        message = (
            f"of {' and '.join(named)} only model_var is set, of {' and '.join(addressed)} endpoint_var: "
            f"a request to that URL is answered by {addressed[0]}, whatever model it names"
        )
        report.warning(("services", key, "models"), message, "set endpoint_var for each model and use them all")


def _judge_names(named: Iterable[tuple[Path, str]], report: Report) -> None:
    """Kubernetes takes printable ASCII but ``=`` (KEP-4369, in every cluster since 1.34)."""
    for path, name in named:
        if not name or "=" in name or not (name.isascii() and name.isprintable()):
            report.problem(path, f"Kubernetes takes no variable named {name!r}", "use printable ASCII without '='")
