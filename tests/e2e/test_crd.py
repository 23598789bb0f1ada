"""The resource as the real API server treats it: what it refuses, keeps, explains and shows."""

from __future__ import annotations

import pytest
import yaml

from e2e.apps import cloud_example, compose_app, first_example

pytestmark = pytest.mark.e2e


@pytest.fixture
def refusal(kubectl, namespace):
    """Offer a spec to the API server and return its words of refusal."""

    def offer(spec: dict, name: str = "chat") -> str:
        text = yaml.safe_dump(compose_app(namespace, spec, name))
        done = kubectl.run("create", "-f", "-", stdin=text)
        assert done.returncode != 0, done.stdout
        return done.stderr

    return offer


@pytest.fixture
def stored(kubectl, namespace):
    """Apply YAML as a person wrote it, and return the spec that the API server then holds."""

    def apply(spec: str, *arguments: str, name: str = "chat") -> dict:
        metadata = f"metadata: {{name: {name}, namespace: {namespace}}}"
        head = f"apiVersion: composeapp.dev/v1alpha1\nkind: ComposeApp\n{metadata}\n"
        kubectl("apply", "-f", "-", *arguments, stdin=head + spec)
        return kubectl.json("get", "composeapp", name, "-n", namespace)["spec"]

    return apply


MODEL = {"llm": {"model": "ai/smollm2"}}
EITHER = "give either composeFile or the inline keys"
NOTHING = "nothing to run: give at least one service, one model, or composeFile"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, NOTHING),
        ({"services": {}, "models": {}}, NOTHING),
        ({"volumes": {"data": {}}}, NOTHING),
        ({"composeFile": "services: {}", "models": MODEL}, EITHER),
        ({"composeFile": "services: {}", "name": "x"}, EITHER),
        ({"composeFile": "services: {}", "networks": {"n": None}}, EITHER),
        ({"composeFile": ""}, "spec.composeFile"),
        ({"composeFile": "#" * 204_801}, "Too long: may not be more than 204800"),
        ({"models": {"llm": {}}}, "spec.models.llm.model: Required value"),
        ({"models": {"llm": {"model": 12}}}, "spec.models.llm.model"),
        ({"models": {"llm": {"model": "m", "context_size": "4096"}}}, 'must be of type integer: "string"'),
        ({"models": {"llm": {"model": "m", "context_size": 10.5}}}, "must be of type integer"),
        ({"models": {"llm": {"model": "m", "runtime_flags": "--temp 0.7"}}}, 'must be of type array: "string"'),
        ({"models": {"llm": {"model": "m", "runtime_flags": ["--temp", 0.7]}}}, "spec.models.llm.runtime_flags[1]"),
        ({"models": []}, "spec.models"),
        ({"models": MODEL, "images": {"web": 1.10}}, "spec.images.web"),
        ({"models": MODEL, "variables": {"TAG": 1.10}}, "spec.variables.TAG"),
        ({"models": MODEL, "variablesFrom": [{}]}, "each entry names one source: configMapRef or secretRef"),
        (
            {"models": MODEL, "variablesFrom": [{"configMapRef": {"name": "a"}, "keys": ["A"]}]},
            "give secretRef and keys",
        ),
        ({"models": MODEL, "variablesFrom": [{"secretRef": {"name": "a"}}]}, "give secretRef and keys together"),
        ({"models": MODEL, "variablesFrom": [{"secretRef": {"name": "a"}, "keys": ["A B"]}]}, "should match"),
        ({"models": MODEL, "volumesOnDelete": "Keep"}, 'supported values: "Retain", "Delete"'),
        ({"models": MODEL, "suspend": "yes"}, "spec.suspend"),
        ({"models": MODEL, "imagePullSecrets": [{}]}, "spec.imagePullSecrets[0].name: Required value"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_the_api_server_refuses(refusal, spec, words):
    """A spec that can never be right is refused when it is written, by path and in words for people."""
    assert words in refusal(spec)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a" * 41, "metadata.name must have at most 40 characters"),
        ("1-app", "metadata.name must begin with a lower-case letter"),
        ("my.app", "metadata.name must begin with a lower-case letter and hold only"),
        ("app-", "a lowercase RFC 1123 subdomain must consist of"),
    ],
)
def test_names_that_do_not_fit(refusal, name, words):
    """The app's name begins the names of its objects, so it is held to their rules."""
    assert words in refusal(first_example(), name)


@pytest.mark.parametrize("name", ["a", "a" * 40, "my-app-2"])
def test_names_that_fit(kubectl, namespace, name):
    """Up to 40 characters are taken."""
    kubectl.apply(compose_app(namespace, first_example(), name), "--dry-run=server")


def test_nothing_of_a_compose_document_is_lost(kubectl, namespace):
    """Extensions and keys that the definition does not name survive on every level, strictly validated."""
    spec = {
        **cloud_example(),
        "name": "chat",
        "x-top": {"a": [1, {"b": None}]},
        "unknown": True,
        "volumes": {"data": None, "more": {"driver_opts": {"type": "nfs"}, "x-v": 1}},
        "networks": {"back": {"x-n": [1]}},
        "configs": {"c": {"content": "hello", "x-c": None}},
        "secrets": {"s": {"environment": "S"}},
    }
    spec["services"]["db"] = None
    spec["services"]["web"] = {"image": "web", "x-s": {"deep": [None, 1.5]}, "ports": ["80:80", 90], "tty": False}
    spec["models"]["llm"]["x-kubernetes"] = {"gpu": {"count": 2}}
    spec["models"]["none"] = None
    text = yaml.safe_dump(compose_app(namespace, spec))

    kubectl("create", "--validate=strict", "-f", "-", stdin=text)

    assert kubectl.json("get", "composeapp", "chat", "-n", namespace)["spec"] == spec


def test_inline_yes_arrives_as_a_boolean(stored):
    """The trap of YAML 1.1: kubectl turns bare words into booleans before the cluster sees them; quotes help."""
    environment = "{A: yes, B: 'yes', C: off, D: y, E: 22:22}"
    spec = stored(f"spec: {{services: {{web: {{image: web, environment: {environment}}}}}}}\n")

    assert spec["services"]["web"]["environment"] == {"A": True, "B": "yes", "C": False, "D": True, "E": "22:22"}


def test_compose_file_keeps_every_character(stored):
    """The way around that trap: text is text."""
    text = "services:\n  web: &w\n    image: web  # comment\n    environment: {A: yes, B: 0.0}\n"
    indented = "".join(f"    {line}\n" for line in text.splitlines())

    assert stored(f"spec:\n  composeFile: |\n{indented}")["composeFile"] == text


VOLUMES_ADDED = "spec: {services: {db: {image: db}}, volumes: {data: }}\n"


def test_client_side_apply_drops_an_empty_entry_on_an_edit(stored):
    """The other trap: in a later ``kubectl apply`` null means "remove": ``data:`` is lost, ``data: {}`` is not."""
    stored("spec: {services: {db: {image: db}}}\n")

    assert not stored(VOLUMES_ADDED).get("volumes")
    assert stored(VOLUMES_ADDED.replace("data: ", "data: {}"))["volumes"] == {"data": {}}


def test_server_side_apply_keeps_an_empty_entry(stored):
    """Server-side apply takes the same edit as it is written."""
    stored("spec: {services: {db: {image: db}}}\n", "--server-side")

    assert stored(VOLUMES_ADDED, "--server-side")["volumes"] == {"data": None}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("composeapp", "Compose application with AI models"),
        ("capp.spec", "Compose document"),
        ("composeapp.spec.models", "context_size"),
        ("composeapp.spec.models", "llama.cpp server"),
        ("composeapp.spec.models.runtime_flags", "one per item"),
        ("composeapp.spec.models.x-cloud-options", "cloud.instance-type="),
        ("composeapp.spec.volumes", "--server-side"),
        ("composeapp.spec.composeFile", "YAML 1.2"),
        ("composeapp.status.conditions", "Accepted"),
    ],
)
def test_explain_helps(kubectl, path, words):
    """``kubectl explain`` says what a field is for."""
    assert words in kubectl("explain", path)


def test_every_field_is_described(kubectl):
    """No field of spec or status is left for the reader to guess."""
    definition = kubectl.json("get", "crd", "composeapps.composeapp.dev")
    schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]

    assert [path for path, field in fields(schema) if not field.get("description")] == []


def fields(schema: dict, path: str = "") -> list[tuple[str, dict]]:
    """List every named field below a schema with its path, ``metadata`` apart."""
    found = []
    for name, field in schema.get("properties", {}).items():
        if f"{path}.{name}" != ".metadata":
            found += [(f"{path}.{name}", field), *fields(field, f"{path}.{name}")]
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        found += fields(inner, path) if isinstance(inner, dict) else []
    return found


STATUS = {
    "observedGeneration": 1,
    "summary": {"models": "0/1", "services": "1/1"},
    "conditions": [
        {
            "type": "Ready",
            "status": "False",
            "reason": "ModelsNotReady",
            "message": "llm: pulling",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }
    ],
}


@pytest.mark.parametrize(
    ("output", "columns"),
    [
        ((), ["NAME", "READY", "MODELS", "SERVICES", "REASON", "AGE"]),
        (("-o", "wide"), ["NAME", "READY", "MODELS", "SERVICES", "REASON", "AGE", "MESSAGE"]),
    ],
    ids=["plain", "wide"],
)
def test_columns(kubectl, namespace, output, columns):
    """``kubectl get capp`` shows readiness, counts and the reason; ``-o wide`` also the message."""
    kubectl.apply(compose_app(namespace, {**first_example(), "suspend": True}))
    status = {**compose_app(namespace, {}), "status": STATUS}
    del status["spec"]
    kubectl.apply(
        yaml.safe_dump(status), "--server-side", "--subresource=status", "--field-manager=test", "--force-conflicts"
    )

    header, row = kubectl("get", "capp", "-n", namespace, *output).splitlines()

    assert header.split() == columns
    assert row.split()[:5] == ["chat", "False", "0/1", "1/1", "ModelsNotReady"]


def test_status_is_not_written_with_the_spec(kubectl, namespace):
    """An author cannot write status: it is a subresource."""
    kubectl.apply({**compose_app(namespace, first_example()), "status": STATUS}, "--server-side")

    assert "summary" not in kubectl.json("get", "composeapp", "chat", "-n", namespace).get("status", {})


def test_it_is_among_all(kubectl, namespace):
    """``kubectl get all`` shows apps too."""
    kubectl.apply(compose_app(namespace, first_example()))

    assert "composeapp.composeapp.dev/chat" in kubectl("get", "all", "-n", namespace, "-o", "name")
