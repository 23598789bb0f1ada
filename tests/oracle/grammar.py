"""Whole documents: what they define, services that use it, several layers of them, and the way they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies

from oracle import grammar_resources as resources
from oracle.choices import Choices, DrawnChoices, chance, some
from oracle.emitter import Plain, Tagged, emit
from oracle.grammar_service import Defined, consistent, container, service
from oracle.grammar_values import VARIABLES, Rule, anything, words

_SERVICES: Final = ("web", "db", "worker", "x-svc", "api.v1", "Up_1")


@dataclass(frozen=True)
class Written:
    """One question for both sides."""

    texts: tuple[str, ...]
    profiles: tuple[str, ...] = ()

    def __str__(self) -> str:
        asked = f"# profiles: {', '.join(self.profiles)}\n" if self.profiles else ""
        return asked + "# next file\n".join(self.texts)


def document(choices: Choices) -> Written:
    """Return one document of the grammar; most of them are accepted by Compose."""
    trees = layers(choices)
    texts = [emit(tree, choices) for tree in trees]
    if len(texts) > 1 and chance(choices, 50):
        texts = ["---\n".join(texts)]
    return Written(tuple(texts), tuple(some(choices, ("debug", "*"), 1)) if chance(choices, 30) else ())


def layers(choices: Choices) -> list[dict[str, Any]]:
    """Return one tree of values, or two of which the second changes the first."""
    defined = _defined(choices)
    base = _tree(choices, defined)
    return [base, _override(choices, base, defined)] if chance(choices, 15) else [base]


@strategies.composite
def documents(draw: Any) -> Written:
    """Documents of the whole language."""
    return document(DrawnChoices(draw))


def _defined(choices: Choices) -> Defined:
    names = (
        list(_SERVICES[: 1 + choices.count(0, 2)])
        if not chance(choices, 20)
        else list(_SERVICES[3 : 4 + choices.count(0, 2)])
    )
    return Defined(
        services=names,
        networks=some(choices, ("front", "back", "default")),
        volumes=some(choices, ("data", "cache")),
        configs=some(choices, ("conf", "c.2")),
        secrets=some(choices, ("key", "token")),
        models=some(choices, ("llm", "embed-1", "m.x")),
    )


def _tree(choices: Choices, defined: Defined) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    if chance(choices, 10):
        tree["name"] = words(("shop", "Hello.World_1", "my-app", "${A}"), ("", Plain("1"), "-"))(choices)
    if chance(choices, 5):
        tree["version"] = words(("3.8", "3"), (Plain("3.8"),))(choices)
    if chance(choices, 10):
        tree["x-shared"] = anything(choices)
    services: dict[str, Any] = {}
    for number, name in enumerate(defined.services):
        services[name] = _one_service(choices, defined, defined.services[:number])
    tree["services"] = services
    for key, rule in _SECTIONS.items():
        names = getattr(defined, key)
        if names:
            tree[key] = {name: rule(choices) for name in names}
    if chance(choices, 5):
        tree["jobs"] = {"migrate": {**container(choices, defined, 3), "triggers": resources.job_triggers(choices)}}
    return _shared(choices, tree) if chance(choices, 12) else tree


def _one_service(choices: Choices, defined: Defined, earlier: list[str]) -> dict[str, Any]:
    seen = Defined(earlier, defined.networks, defined.volumes, defined.configs, defined.secrets, defined.models)
    built = service(choices, seen)
    if not chance(choices, 3):
        built = consistent(built)
    if chance(choices, 8):
        built["profiles"] = words((["debug"], ["test", "debug"], []))(choices)
    return built


def _optional(rule: Rule) -> Rule:
    return lambda choices: (
        Plain("") if chance(choices, 25) else resources.external(choices) if chance(choices, 15) else rule(choices)
    )


def _or_external(rule: Rule) -> Rule:
    return lambda choices: resources.external(choices) if chance(choices, 15) else rule(choices)


_SECTIONS: Final[dict[str, Rule]] = {
    "networks": _optional(resources.network),
    "volumes": _optional(resources.volume),
    "configs": _or_external(resources.config),
    "secrets": _or_external(resources.secret),
    "models": resources.model,
}


def _shared(choices: Choices, tree: dict[str, Any]) -> dict[str, Any]:
    """Let the first service take over what an anchor names."""
    base = consistent(
        {key: value for key, value in service(choices, Defined(), 3).items() if key not in {"image", "provider"}}
    )
    first = next(iter(tree["services"]))
    merged = Tagged("", Plain("*base")) if chance(choices, 80) else [Plain("*base")]
    changed = consistent({**tree["services"][first], Plain("<<"): merged})
    return {"x-base": Tagged("&base", base), **tree, "services": {**tree["services"], first: changed}}


def _override(choices: Choices, base: dict[str, Any], defined: Defined) -> dict[str, Any]:
    services: dict[str, Any] = {}
    for number, name in enumerate(defined.services):
        if chance(choices, 70):
            services[name] = _changes(
                choices, base["services"][name], _one_service(choices, defined, defined.services[:number])
            )
    tree: dict[str, Any] = {"services": services}
    if defined.models and chance(choices, 40):
        tree["models"] = {choices.one(defined.models): resources.model(choices)}
    return tree


def _changes(choices: Choices, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in new.items() if key in old or chance(choices, 30)}
    changed = consistent({**old, **kept})
    kept = {key: value for key, value in kept.items() if key in changed}
    if kept and chance(choices, 20):
        key = choices.one(list(kept))
        kept[key] = Tagged("!override", kept[key])
    written = [key for key in old if key != Plain("<<")]
    if written and chance(choices, 15):
        kept[choices.one(written)] = Tagged("!reset", choices.one((Plain("null"), [])))
    return kept


__all__ = ["VARIABLES", "Written", "document", "documents", "layers"]
