"""The whole conversion, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from composeapp.compose import docker_host
from composeapp.compose.secret_variables import SecretVariable, split
from composeapp.convert.draft import Draft, Options, written
from composeapp.convert.files import leave_out_unused, take_configs, take_secrets
from composeapp.convert.folder import Folder
from composeapp.convert.images import take_builds
from composeapp.convert.mounts import take_binds
from composeapp.convert.notes import Notes
from composeapp.convert.secrets import secret_variables, values_of
from composeapp.convert.short_forms import shorten
from composeapp.convert.store import Store
from composeapp.convert.variables import take_env_files, take_label_files
from composeapp.problems import Problem
from composeapp.project.load import Reading
from composeapp.translate import names


def _without_development(draft: Draft) -> None:
    """``develop`` is about the author's machine; profiles have been decided."""
    for service, values in draft.services():
        values.pop("profiles", None)
        if values.pop("develop", None) is not None:
            draft.notes.decided(("services", service, "develop"), "is left out: it is about the author's machine")


def _without_inactive(draft: Draft) -> None:
    """Forget ties to services that are left out: only those that nobody insists on can be."""
    left_out = draft.loaded.document.disabled_services
    for _, values in draft.services():
        if "depends_on" in values:
            values["depends_on"] = {name: it for name, it in values["depends_on"].items() if name not in left_out}
        if "links" in values:
            values["links"] = [link for link in values["links"] if link.partition(":")[0] not in left_out]


def _without_notes(draft: Draft) -> None:
    """What a document keeps under ``x-*`` to repeat it elsewhere has been repeated."""
    for key in [key for key in draft.values if key.startswith("x-")]:
        del draft.values[key]
        draft.notes.decided((key,), "is left out: it has no effect of its own")


STEPS: Final[tuple[Callable[[Draft], None], ...]] = (
    leave_out_unused,
    take_env_files,
    take_label_files,
    take_configs,
    take_secrets,
    take_binds,
    take_builds,
    _without_development,
    _without_inactive,
    _without_notes,
)
"""What only a disk knows, one step for each kind of it, in this order: a mount is judged before its build goes."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A ComposeApp and the Secrets beside it, as plain values."""

    resource: dict[str, Any]
    secrets: list[dict[str, Any]]
    notes: Notes
    warnings: tuple[Problem, ...] = ()
    """What Compose says of the project."""


def convert(
    reading: Reading, folder: Folder, options: Options, *, name: str | None = None, namespace: str | None = None
) -> Converted:
    """
    Convert a project.

    Raises:
        InvalidDocumentError: with everything that only a person can decide, or that Compose refuses.
        UnreadableFileError: if a file of the project cannot be read.

    """
    notes = Notes()
    plain = reading.load()
    secret = secret_variables(plain, options.inline, notes)
    loaded = reading.load(secret_variables=secret)
    app = name or names.project_name(loaded.name)
    store = Store(app, {variable: values_of(loaded, variable)[0] for variable in sorted(secret)})
    draft = Draft(app, namespace, loaded, plain.document, folder, options, store, notes, written(loaded))
    for step in STEPS:
        step(draft)
    _tell_left_out(draft)
    if notes.report.problems:
        notes.report.problems.extend(docker_host.find(loaded.document))
    notes.report.raise_problems()
    return Converted(_resource(draft), store.manifests(namespace), notes, plain.warnings)


def _tell_left_out(draft: Draft) -> None:
    left_out = draft.loaded.document.disabled_services
    for name, service in left_out.items():
        profiles = " or ".join(f"--profile {profile}" for profile in service.profiles)
        draft.notes.decided(("services", name), f"is left out; {profiles} takes it in")
    if left_out and not draft.loaded.document.services:
        hint = f"say --profile {next(iter(left_out.values())).profiles[0]}"
        draft.notes.problem(("services",), "none of them has an active profile", hint)


def _resource(draft: Draft) -> dict[str, Any]:
    metadata = {"name": draft.app, **({"namespace": draft.namespace} if draft.namespace else {})}
    spec = _literal(shorten(draft.values))
    if draft.images:
        spec["images"] = dict(sorted(draft.images.items()))
    if draft.store.variables:
        source = {"secretRef": {"name": draft.store.variables_name}, "keys": sorted(draft.store.variables)}
        spec["variablesFrom"] = [source]
    return {"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "spec": spec}


def _literal(value: Any) -> Any:
    """Write texts so that they are read back as they are: a dollar twice, a secret variable by its name."""
    if isinstance(value, str):
        return "".join(
            f"${{{part.name}}}" if isinstance(part, SecretVariable) else part.replace("$", "$$")
            for part in split(value)
        )
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    return [_literal(item) for item in value] if isinstance(value, list) else value
