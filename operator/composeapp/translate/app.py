"""The whole translation: every object of an app, in the order to apply them."""

from __future__ import annotations

from typing import Final

from composeapp.compose.document import Document
from composeapp.plan import App, Item, Manifest, Plan
from composeapp.problems import Path, Report, dotted
from composeapp.settings import Settings
from composeapp.translate import names, order
from composeapp.translate.model_server import model_server
from composeapp.translate.own_block import own_block
from composeapp.translate.peers import peers
from composeapp.translate.scheduling import OPTIONS_KEY
from composeapp.translate.service import OWN_FIELDS, ServiceObjects, app_service, kind
from composeapp.translate.service.parts import Context
from composeapp.translate.storage import Storage, storage

_ENTRIES: Final = {
    names.MODEL_COMPONENT: "models",
    names.SERVICE_COMPONENT: "services",
    names.VOLUME_COMPONENT: "volumes",
    names.CONFIG_COMPONENT: "configs",
}
"""Component → the part of the document that its objects are made for."""


def translate(document: Document, app: App, settings: Settings) -> Plan:
    """
    Translate a document to Kubernetes objects: models first, then what services mount, then services, each by key.

    Equal inputs give an equal Plan, in whatever order the document's keys stand: the API server
    hands us a document with its keys sorted, a file does not.

    Raises:
        InvalidDocumentError: with every problem of the document at once.

    """
    report = Report()
    manifests: list[Manifest] = []
    if OPTIONS_KEY in document.extensions:
        report.warning((OPTIONS_KEY,), "ignored: it places one model's server", "move it to the model")
    for key in _served_models(document, report):
        manifests += model_server(key, document.models[key], app, settings, report)
    mounted = storage(document, app, settings, report)
    manifests += mounted.manifests
    services = _services(document, app, settings, mounted, report=report)
    ordered = order.items(document, app, services, report)
    _judge_collisions([*manifests, *(item.manifest for item in ordered)], report)
    report.raise_problems()
    return Plan((*map(Item, manifests), *ordered), tuple(report.warnings))


def _services(
    document: Document, app: App, settings: Settings, mounted: Storage, *, report: Report
) -> dict[str, ServiceObjects]:
    kinds, named = kind.kinds(document), peers(document)
    kind.judge(document, kinds, report)
    return {
        key: app_service(
            Context(
                key=key,
                document=document,
                app=app,
                settings=settings,
                peers=named,
                storage=mounted,
                kind=kinds[key],
                own=own_block(document.services[key].extensions, ("services", key), report, OWN_FIELDS),
                report=report,
            )
        )
        for key in sorted(document.services)
    }


def _served_models(document: Document, report: Report) -> list[str]:
    """As in Compose, only a model that a service uses is started; without services every one."""
    bound = {model for service in document.services.values() for model in service.models}
    if not document.services:
        return sorted(document.models)
    for key in sorted(set(document.models) - bound):
        report.warning(
            ("models", key), "no service uses it, so it is not started", f"list {key} under a service's models"
        )
    return sorted(bound)


def _judge_collisions(manifests: list[Manifest], report: Report) -> None:
    first: dict[tuple[str, str], str] = {}
    for manifest in manifests:
        kind, name, author = manifest["kind"], manifest["metadata"]["name"], _author(manifest)
        other = first.setdefault((kind, name), dotted(author))
        if other != dotted(author):
            message = f"its {kind} would be called {name}, and so would that of {other}"
            report.problem(author, message, "rename one of them")


def _author(manifest: Manifest) -> Path:
    """Return the place in the document that an object was made for."""
    metadata = manifest["metadata"]
    return (_ENTRIES[metadata["labels"][names.COMPONENT_LABEL]], metadata["annotations"][names.KEY_ANNOTATION])
