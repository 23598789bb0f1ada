"""
READ for the command line: the text of a compose.yaml or of a ComposeApp, made ready for the pipeline.

A ComposeApp is read as kubectl reads it, by the rules of YAML 1.1, so that ``render`` sees
what the operator will see; a compose.yaml as Compose reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from composeapp.compose.scalars import YAML_1_1_BOOLEANS
from composeapp.compose.yaml import Source, read, read_all
from composeapp.pipeline import plan_app
from composeapp.plan import Plan
from composeapp.problems import InvalidDocumentError, Path, Problem
from composeapp.settings import Settings
from composeapp.spec import COMPOSE_FILE
from composeapp.translate import names
from composeapp.variables_from import NO_CONFIG_MAPS, ConfigMaps

_APP_NAME: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_NAMESPACE: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_RESOURCE_KEYS: Final = ("apiVersion", "kind", "metadata", "spec", "status")


@dataclass(frozen=True, slots=True)
class InputFile:
    """One app as its file describes it."""

    name: str
    namespace: str
    spec: Mapping[str, Any]
    source: Source
    text: str
    root: Path = ()
    """Where ``spec`` is in the file; nowhere in a compose.yaml, which only holds the document."""
    config_maps: ConfigMaps = field(default_factory=lambda: NO_CONFIG_MAPS)
    """Those of the cluster, as far as they are known here."""

    @property
    def texts(self) -> Mapping[str, str]:
        """What is written in the one file."""
        return {"": self.text}

    def translated(self, settings: Settings) -> Plan:
        """
        Parse and translate; the Plan's warnings are those of both.

        Raises:
            InvalidDocumentError: with problems and warnings as the file's author sees them.

        """
        try:
            plan = plan_app(self.name, self.namespace, self.spec, settings, self.config_maps).plan
        except InvalidDocumentError as error:
            raise InvalidDocumentError(self._placed(error.problems), self._placed(error.warnings)) from error
        return replace(plan, warnings=self._placed(plan.warnings))

    def _placed(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        return tuple(self._place(problem) for problem in problems)

    def _place(self, problem: Problem) -> Problem:
        """Say the path as it is in this file, and the line of the nearest key that has one."""
        path = (*self.root, *problem.path) if self.root else problem.path[1:]
        return replace(problem, path=path, position=problem.position or self.source.position(path))


def read_input(text: str, *, name: str | None, namespace: str | None, folder: str) -> InputFile:
    """
    Read the text of a compose.yaml or a ComposeApp.

    A ComposeApp has its name and namespace in its metadata. A Compose file's app is called
    ``name``, else what the document's ``name`` says, else like its ``folder``.

    Raises:
        InvalidDocumentError: if it is neither, or its metadata is wrong.

    """
    documents = read_all(text) or (Source(None, {}),)
    source = documents[0]
    if _is_resource(source):
        return _compose_app(text, name, namespace)
    named = [
        document.value["name"]
        for document in documents
        if isinstance(document.value, dict) and "name" in document.value
    ]
    own = named[-1] if named else None
    title = name or names.project_name(own if isinstance(own, str) and "$" not in own else folder)
    judge_name(title, ())
    judge_namespace(namespace or "default", ())
    return InputFile(title, namespace or "default", {COMPOSE_FILE: text}, source, text)


def is_resource(text: str) -> bool:
    """Tell whether a text is a Kubernetes resource, and not a Compose file; one that is no YAML is neither."""
    if "apiVersion" not in text:  # reading a large file twice takes twice as long
        return False
    try:
        documents = read_all(text)
    except InvalidDocumentError:
        return False
    return bool(documents) and _is_resource(documents[0])


def _is_resource(source: Source) -> bool:
    return isinstance(source.value, dict) and "apiVersion" in source.value and "kind" in source.value


def _compose_app(text: str, name: str | None, namespace: str | None) -> InputFile:
    source = read(text, YAML_1_1_BOOLEANS)
    resource = source.value
    if (resource["apiVersion"], resource["kind"]) != (names.API_VERSION, names.KIND):
        message = f"is a {resource['kind']} of {resource['apiVersion']}, not a {names.KIND} of {names.API_VERSION}"
        raise _refusal(source, ("kind",), message)
    for key in resource:
        if key not in _RESOURCE_KEYS:
            raise _refusal(source, (key,), f"a {names.KIND} has no such field", "put it under spec")
    metadata = resource.get("metadata") if isinstance(resource.get("metadata"), dict) else {}
    spec = resource.get("spec")
    if not isinstance(spec, dict):
        raise _refusal(source, ("spec",), "must be a mapping", "put the Compose document under spec")
    own_name, own_namespace = str(metadata.get("name", "")), metadata.get("namespace")
    judge_name(own_name, ("metadata", "name"))
    _judge_option("name", name, own_name)
    _judge_option("namespace", namespace, own_namespace or namespace)
    chosen = own_namespace or namespace or "default"
    judge_namespace(chosen, ("metadata", "namespace"))
    return InputFile(own_name, chosen, spec, source, text, root=("spec",))


def _refusal(source: Source, path: Path, message: str, hint: str = "") -> InvalidDocumentError:
    return InvalidDocumentError((Problem(path, message, hint, source.position(path)),))


def judge_name(name: str, path: Path) -> None:
    """
    Refuse what cannot be the name of a ComposeApp.

    Raises:
        InvalidDocumentError: at that path.

    """
    if len(name) > names.APP_NAME_LENGTH or not _APP_NAME.fullmatch(name):
        hint = f"a lower-case letter, then letters, digits and '-'; at most {names.APP_NAME_LENGTH} characters"
        raise InvalidDocumentError((Problem(path, f"{name!r} cannot be an app's name", hint),))


def judge_namespace(namespace: object, path: Path) -> None:
    """
    Refuse what cannot be the name of a namespace.

    Raises:
        InvalidDocumentError: at that path.

    """
    if not (isinstance(namespace, str) and _NAMESPACE.fullmatch(namespace)):
        hint = "lower-case letters, digits and '-'; at most 63 characters"
        raise InvalidDocumentError((Problem(path, f"{namespace!r} cannot be a namespace", hint),))


def _judge_option(option: str, given: str | None, own: object) -> None:
    if given is not None and given != own:
        message = f"is {own!r}, but --{option} says {given!r}"
        raise InvalidDocumentError((Problem(("metadata", option), message, f"leave --{option} out"),))
