"""What holds for every translation, and the tables that would be too many golden folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from composeapp.compose.document import Binding, Document, Model, Service
from composeapp.manifest_yaml import to_yaml
from composeapp.plan import App
from composeapp.problems import InvalidDocumentError, Report
from composeapp.settings import Settings
from composeapp.translate import bindings
from composeapp.translate.app import translate
from composeapp.translate.llama_flags import runtime_arguments
from composeapp.translate.peers import peers

GOLDEN = Path(__file__).parents[1] / "golden"
MANIFESTS = [
    pytest.param(manifest, id=f"{path.parent.name}-{manifest['kind']}-{manifest['metadata']['name']}")
    for path in sorted(GOLDEN.glob("*/manifests.yaml"))
    for manifest in yaml.safe_load_all(path.read_text())
]
APP = App("chat", "demo")


def empty_places(value: Any, place: str = "") -> Iterator[str]:
    """Yield where a manifest says nothing at length; ``emptyDir: {}`` is how Kubernetes spells that volume."""
    if value in (None, "", {}, []) and not place.endswith(".emptyDir"):
        yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from empty_places(inner, f"{place}.{key}")


def flags(*items: str) -> tuple[list[str], Report]:
    """Return the arguments of ``runtime_flags`` and what was said about them."""
    report = Report()
    return runtime_arguments("llm", Model(model="ai/smollm2", runtime_flags=items), report), report


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_manifests_are_canonical(manifest):
    """Nothing is written that the API server stores otherwise: no empty values, every port with its protocol."""
    assert list(empty_places(manifest)) == []
    spec = manifest.get("spec", {})
    pod = spec.get("template", {}).get("spec", {})
    listed = [port for container in pod.get("containers", []) for port in container.get("ports", [])]
    for port in listed + spec.get("ports", []):
        assert port["protocol"] in {"TCP", "UDP", "SCTP"}


@pytest.mark.parametrize("manifest", [it for it in MANIFESTS if it.values[0]["kind"] in ("Deployment", "DaemonSet")])
def test_selectors_select_their_own_pods(manifest):
    """A Deployment the API server takes: its selector is part of its pods' labels."""
    labels = manifest["spec"]["template"]["metadata"]["labels"]
    assert manifest["spec"]["selector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/manifests.yaml")), ids=lambda path: path.parent.name)
def test_every_service_leads_to_pods_of_its_plan(path):
    """The selector of every Service names the pods of exactly one workload."""
    manifests = list(yaml.safe_load_all(path.read_text()))
    pods = [it["spec"]["template"]["metadata"]["labels"] for it in manifests if "template" in it.get("spec", {})]
    for service in (it for it in manifests if it["kind"] == "Service"):
        assert sum(service["spec"]["selector"].items() <= labels.items() for labels in pods) == 1


@given(st.permutations(["web", "api", "Kafka", "my_db"]), st.permutations(["llm", "embedding", "other"]))
def test_order_of_keys_changes_nothing(services, models):
    """The API server sorts a document's keys, a file does not: both become the same bytes."""

    def translated(service_keys: list[str], model_keys: list[str]) -> str:
        document = Document(
            services={
                key: Service(
                    image="x",
                    environment=dict.fromkeys(service_keys, "api:8080"),
                    models={name: Binding() for name in model_keys},
                )
                for key in service_keys
            },
            models={key: Model(model="ai/smollm2") for key in model_keys},
        )
        return json.dumps(translate(document, APP, Settings()).manifests)

    assert translated(services, models) == translated(sorted(services), sorted(models))


@given(st.text(alphabet="a$()-{}1eE.0xyn~ :#'\"\n", max_size=12))
def test_text_survives_the_whole_way(text):
    """Any value arrives in the container as it is: through YAML, and through the kubelet's ``$`` rules."""
    document = Document(services={"web": Service(image="x", environment={"VALUE": text}, command=("echo", text))})
    stream = to_yaml(translate(document, APP, Settings()).manifests)
    container = next(yaml.safe_load_all(stream))["spec"]["template"]["spec"]["containers"][0]
    assert container["env"][0]["value"].replace("$$", "$") == text
    assert container["args"][1].replace("$$", "$") == text


@pytest.mark.parametrize(
    "word",
    [
        *("1e3", "0o17", "y", "N", "yes", "0777", "22:22", "1_000", "2026-11-23", "~", "null"),
        *("08901", "-.5", "0X1F", "0B1", "1_0e3", "-0o17"),  # numbers to Helm's and kubectl's reader, texts to PyYAML
    ],
)
def test_words_that_a_yaml_reader_takes_for_something_else_are_quoted(word):
    """A text stays a text for kubectl too, whose reader knows more numbers and truths than Python's."""
    assert f"value: '{word}'" in to_yaml([{"value": word}])


def test_a_script_is_written_line_by_line():
    """Who reads the output sees a script as its author wrote it; what steers a terminal is escaped."""
    assert to_yaml([{"args": "set -e\nrun\n"}]) == "---\nargs: |\n  set -e\n  run\n"
    assert to_yaml([{"args": "a\x1b[31m\u2028"}]) == '---\nargs: "a\\e[31m\\L"\n'


@pytest.mark.parametrize(
    "written",
    [
        # Docker's page, "Common runtime configurations"; `--threads 8 --mlock` waits for the server's own table
        ("--verbose", "--verbose-prompt", "--log-prefix", "--log-timestamps", "--log-colors"),
        ("--temp", "0.1", "--top-k", "1", "--reasoning-budget", "0"),
        ("--no-prefill-assistant",),
        ("--reasoning-budget", "-1"),
        ("--chat-template-kwargs", '{"a": "b=c"}'),
        ("--ctx-size", "2048", "-ngl", "0", "--embeddings"),
    ],
)
def test_flags_pass_as_they_are(written):
    """One item is one argument, also a negative number, and nothing is said about it."""
    arguments, report = flags(*written)
    assert tuple(arguments) == written
    assert (report.problems, report.warnings) == ([], [])


@pytest.mark.parametrize(
    ("item", "words", "warned"),
    [
        ("--temp=0.7", ["--temp", "0.7"], False),
        ("--override-kv=a=int:1", ["--override-kv", "a=int:1"], False),
        ("--chat-template={{ x }}", ["--chat-template", "{{ x }}"], False),
        ("--temp 0.7", ["--temp", "0.7"], True),
        ("  --temp\t0.7 ", ["--temp", "0.7"], True),
        ("--chat-template {{ x }}", ["--chat-template", "{{ x }}"], True),
        ("", [""], False),
        ("a value with spaces", ["a value with spaces"], False),
    ],
)
def test_flag_with_its_value_in_one_item(item, words, warned):
    """``--a=b`` becomes two arguments, because the server knows no ``=``; one with a space too, and is warned of."""
    arguments, report = flags(item)
    assert arguments == words
    assert bool(report.warnings) is warned


@pytest.mark.parametrize("item", ["--temp 0.7 --top-p 0.9", "--no-warmup --top-p", "--no-warmup\n--top-p"])
def test_several_flags_in_one_item(item):
    """What would reach the server as one long value, or as a flag that nobody has looked at, is refused."""
    _, report = flags(item)
    assert [problem.message for problem in report.problems] == [f"{item!r} holds several flags"]


def test_refused_flag_in_the_place_of_a_value():
    """After a flag that takes no value, its "value" would be the next flag."""
    _, report = flags("--no-warmup=--rpc", "evil:50052")
    assert [problem.message.partition(":")[0] for problem in report.problems] == ["--rpc cannot be set"]


@pytest.mark.parametrize(
    "flag",
    [
        *("--host", "--port", "-m", "--model", "-a", "--alias", "--api-prefix", "--api-key", "--api_key", "--host=x"),
        *("--api-key-file", "--log-file", "--grammar-file", "--chat-template-file", "--json-schema-file", "-jf"),
        *("--ssl-key-file", "--ui-config-file", "--lora", "--mmproj", "-md", "--slot-save-path", "--media-path"),
        *(
            "--rpc",
            "--tools",
            "--agent",
            "--mcp-servers-json",
            "-hf",
            "-hff",
            "-mu",
            "-dr",
            "--hf-token",
            "--mmproj-url",
        ),
        *(
            "--fim-qwen-7b-spec",
            "--vision-gemma-4b-default",
            "--gpt-oss-20b-default",
            "--version",
            "-h",
            "--models-dir",
        ),
        *("--spec-draft-hf", "--path", "--list-devices", "--tools all"),
    ],
)
def test_flag_that_breaks_contract_or_sandbox_is_refused(flag):
    """Whoever may write a document does not thereby get the server's files, network or address."""
    _, report = flags("--temp", "1", flag)
    assert [problem.path for problem in report.problems] == [("models", "llm", "runtime_flags", 2)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("http://db:5432/x", [5432]),
        ("db:5432,DB:5433", [5432, 5433]),
        ("postgres://user:pass@db:5432", [5432]),
        ("mydb:5432 my-db:5433 my.db:5434 db.local:5435", []),
        ("db:5432.", [5432]),
        ("db:7.2-alpine db:latest db:70000 db:0 db:80a", []),
        ("wait-for db:5432 -- run", [5432]),
    ],
)
def test_ports_that_peers_call(text, numbers):
    """A port is a service's when some string of the document calls it there, as a host would be called."""
    document = Document(
        services={
            "db": Service(image="db:9999"),
            "web": Service(image="x", environment={"A": text}, command=("x", text)),
        }
    )
    assert peers(document).ports("db") == numbers


@pytest.mark.parametrize(
    ("key", "binding", "expected"),
    [
        ("llm", Binding(), {"LLM_MODEL": "m", "LLM_URL": "u"}),
        ("embedding-model", Binding(), {"EMBEDDING_MODEL_MODEL": "m", "EMBEDDING_MODEL_URL": "u"}),
        ("qwen2.5", Binding(), {"QWEN2.5_MODEL": "m", "QWEN2.5_URL": "u"}),
        ("2b", Binding(endpoint_var="URL"), {"2B_MODEL": "m", "URL": "u"}),
        ("Llm", Binding(model_var="NAME"), {"NAME": "m", "LLM_URL": "u"}),
        ("llm", Binding(endpoint_var="", model_var=""), {"LLM_MODEL": "m", "LLM_URL": "u"}),
        ("embedding", Binding(model_var="EMBEDDING_URL"), {"EMBEDDING_URL": "u"}),
    ],
)
def test_variables_are_composes(key, binding, expected):
    """Upper case, ``-`` becomes ``_`` and nothing else; a half that is not named has its default; the URL is last."""
    document = Document(services={"web": Service(image="x", models={key: binding})}, models={key: Model(model="m")})
    url = next(it.value for it in bindings.variables(document, "web", APP) if it.kind == "URL")
    found = bindings.environment(document, "web", APP, Report())
    assert {name: "u" if value == url else value for name, value in found.items()} == expected
    assert url.startswith("http://chat-model-")
    assert url.endswith(".demo.svc/v1/")


@pytest.mark.parametrize("name", ["QWEN2.5_URL", "2B_URL", "a b", "-x", "#"])
def test_odd_variable_names_that_kubernetes_takes(name):
    """Since 1.34 any printable ASCII but ``=`` may be a variable's name."""
    document = Document(services={"web": Service(image="x", environment={name: "1"})})
    assert translate(document, APP, Settings()).warnings == ()


def test_all_problems_of_a_document_come_at_once():
    """Models and services are judged together: nobody fixes one mistake to find the next."""
    document = Document(
        services={
            "web": Service(image="x", command=(), models={"llm": Binding()}),
            "api": Service(image="x", extensions={"x-kubernetes": {"fsGrup": 1}}),
        },
        models={"llm": Model(model="http://x", runtime_flags=("--port", "1"))},
    )
    with pytest.raises(InvalidDocumentError) as caught:
        translate(document, APP, Settings())
    assert {problem.path for problem in caught.value.problems} == {
        ("models", "llm", "model"),
        ("models", "llm", "runtime_flags", 0),
        ("services", "web", "command"),
        ("services", "api", "x-kubernetes", "fsGrup"),
    }
