"""The command line as a person or a pipeline meets it: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import Any

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from composeapp.cli import app

GOOD = "services: {web: {image: web, models: [llm]}}\nmodels: {llm: {model: ai/smollm2}}\n"
WARNED = "services: {web: {image: web}}\nmodels: {llm: {model: ai/smollm2}}\n"
BAD = 'models:\n  llm:\n    model: ai/smollm2\n    runtime_flags: ["--temp", "1",\n                    "--host", "x"]\n'
RESOURCE = """
apiVersion: composeapp.dev/v1alpha1
kind: ComposeApp
metadata: {name: chat, namespace: prod}
spec:
  services: {web: {image: web, environment: {DEBUG: yes, DAY: 2026-11-23, TIME: 22:22, RATE: 1e3}}}
"""
IN_A_TEXT = """
apiVersion: composeapp.dev/v1alpha1
kind: ComposeApp
metadata: {name: chat}
spec:
  composeFile: |
    models:
      llm:
        model: ai/smollm2
        x-kubernetes: {}
"""


def composeapp(*arguments: str, stdin: str = "") -> Result:
    """Run the command line in this process: starting Python for each would take most of the time."""
    return CliRunner().invoke(app, arguments, input=stdin, prog_name="composeapp")


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command as its user does."""
    command = [sys.executable, "-m", "composeapp", *arguments]
    return subprocess.run(command, text=True, stderr=subprocess.PIPE, check=False, timeout=60, **options)


@pytest.fixture
def compose_file(tmp_path):
    """Write a compose.yaml into a project's folder."""
    folder = tmp_path / "My Shop"
    folder.mkdir()

    def write(text: str) -> str:
        (folder / "compose.yaml").write_text(text)
        return str(folder / "compose.yaml")

    return write


def objects(stdout: str) -> list[str]:
    """Return namespace/kind/name of every rendered object."""
    return [
        f"{item['metadata']['namespace']}/{item['kind']}/{item['metadata']['name']}"
        for item in yaml.safe_load_all(stdout)
    ]


def test_render_prints_manifests_and_nothing_else(compose_file):
    """Standard output is a YAML stream for ``kubectl apply -f -``; the app is called like its folder."""
    done = composeapp("render", compose_file(GOOD))
    assert done.exit_code == 0
    assert objects(done.stdout) == [
        "default/Deployment/myshop-model-llm",
        "default/Service/myshop-model-llm",
        "default/Deployment/myshop-web",
        "default/Service/web",
    ]


def test_a_file_of_several_documents_is_one_app(compose_file):
    """Later documents go over earlier ones, as in ``composeFile``; the last name counts."""
    file = compose_file("name: one\nservices: {app: {image: x}}\n---\nname: two\nservices: {app: {image: y}}\n")
    printed = composeapp("render", file)
    assert printed.exit_code == 0, printed.stderr
    deployment = next(item for item in yaml.safe_load_all(printed.stdout) if item["kind"] == "Deployment")
    assert deployment["metadata"]["name"] == "two-app"
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "y"


def test_name_and_namespace_can_be_chosen(compose_file):
    """``--name`` goes before the document's name, which goes before the folder's."""
    named = compose_file(f"name: Big_Project\n{GOOD}")
    assert objects(composeapp("render", named).stdout)[0] == "default/Deployment/big-project-model-llm"
    chosen = composeapp("render", named, "--name", "chat", "--namespace", "prod")
    assert objects(chosen.stdout)[0] == "prod/Deployment/chat-model-llm"


def test_a_name_may_have_variables(compose_file):
    """The project is called as Docker Compose would call it."""
    done = composeapp("render", compose_file(f"name: ${{NO_SUCH_NAME:-x}}\n{GOOD}"))
    assert objects(done.stdout)[0] == "default/Deployment/x-model-llm"


def test_a_document_does_not_steer_the_terminal(compose_file):
    """Escape sequences and hidden letters of a stranger's file are shown, not obeyed."""
    done = composeapp("check", compose_file('"a\\e[31m\\u202E": 1'))
    assert r"'a\x1b[31m\u202e' not allowed" in done.stdout
    assert "\x1b" not in done.stdout


def test_render_of_a_resource_reads_it_as_kubectl_does():
    """Of a ComposeApp on standard input metadata counts; ``yes`` is true there, dates and times are texts."""
    done = composeapp("render", "-", stdin=RESOURCE)
    assert objects(done.stdout) == ["prod/Deployment/chat-web", "prod/Service/web"]
    container = next(yaml.safe_load_all(done.stdout))["spec"]["template"]["spec"]["containers"][0]
    assert {entry["name"]: entry["value"] for entry in container["env"]} == {
        "DEBUG": "true",
        "DAY": "2026-11-23",
        "TIME": "22:22",
        "RATE": "1000",
    }
    assert "spec.services.web.environment.DEBUG" in done.stderr


def test_options_that_contradict_a_resource_are_refused():
    """Nobody renders for another namespace than the one that the operator would use."""
    done = composeapp("render", "-", "--namespace", "demo", stdin=RESOURCE)
    assert done.exit_code == 1
    assert "is 'prod', but --namespace says 'demo'" in done.stderr


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("apiVersion: v1\nkind: Pod\n", "is a Pod of v1, not a ComposeApp of composeapp.dev/v1alpha1"),
        (RESOURCE.replace("name: chat", "name: Chat"), "'Chat' cannot be an app's name"),
        (RESOURCE.partition("spec:")[0], "spec: must be a mapping"),
        (f"{RESOURCE}services: {{}}\n", ":7:1 services: a ComposeApp has no such field\n  hint: put it under spec"),
        (RESOURCE.replace("namespace: prod", "namespace: 5"), "metadata.namespace: 5 cannot be a namespace"),
        (RESOURCE.replace("DEBUG: yes", "y: 1"), 'environment: true\n  hint: quote it: "y"'),
    ],
)
def test_what_the_cluster_would_refuse_is_refused(resource, words):
    """A resource that the API server would not take is a problem here too."""
    done = composeapp("check", "-", stdin=resource)
    assert done.exit_code == 1
    assert words in done.stdout


def test_warnings_go_to_standard_error(compose_file):
    """What the author should know does not disturb the pipe."""
    done = composeapp("render", compose_file(WARNED))
    assert done.exit_code == 0
    assert "models.llm: no service uses it" in done.stderr
    assert objects(done.stdout) == ["default/Deployment/myshop-web", "default/Service/web"]


def test_render_of_a_bad_document_prints_no_manifest(compose_file):
    """Half an app is never applied: exit 1, words on standard error, nothing on standard output."""
    done = composeapp("render", compose_file(BAD))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "models.llm.runtime_flags[2]: --host cannot be set" in done.stderr


@pytest.mark.parametrize(
    ("text", "status", "last_line"), [(GOOD, 0, "no problems"), (WARNED, 0, "1 warning"), (BAD, 1, "1 problem")]
)
def test_check_says_how_it_is_and_exits_so(compose_file, text, status, last_line):
    """Warnings are no failure; problems are."""
    file = compose_file(text)
    done = composeapp("check", file)
    assert done.exit_code == status
    assert done.stdout.splitlines()[-1] == f"{file}: {last_line}"


def test_check_points_at_the_line(compose_file):
    """The place is one that an editor understands, and a caret stands under it."""
    file = compose_file(BAD)
    first, line, caret, *_ = composeapp("check", file).stdout.splitlines()
    assert first.startswith(f"error {file}:5:21 models.llm.runtime_flags[2]: --host")
    assert line == '    5 |                     "--host", "x"]'
    assert caret == "      |                     ^"


def test_check_for_programs(compose_file):
    """JSON has the path as a list, the words apart, and the place."""
    file = compose_file(BAD)
    done = composeapp("check", "--format", "json", file)
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "problems": [
            {
                "path": ["models", "llm", "runtime_flags", 2],
                "message": "--host cannot be set: the operator decides where and under which name the model is served",
                "hint": "remove it",
                "line": 5,
                "column": 21,
                "file": file,
            }
        ],
        "warnings": [],
    }


def test_path_leads_into_the_text_of_a_resource():
    """In ``composeFile`` the path names the field and then the place in the text."""
    done = composeapp("check", "--format", "json", "-", stdin=IN_A_TEXT)
    assert json.loads(done.stdout)["problems"][0]["path"] == ["spec", "composeFile", "models", "llm", "x-kubernetes"]


def test_output_to_a_pipe_has_no_colours(compose_file):
    """Escape sequences are for terminals."""
    done = process("check", compose_file(BAD), stdout=subprocess.PIPE)
    assert done.stdout.count("\n") == 5
    assert "\x1b" not in done.stdout + done.stderr


def test_output_to_a_terminal_has_colours(compose_file):
    """The word that says how bad it is stands out."""
    ours, terminal = pty.openpty()
    with open(terminal, "w") as stdout:  # noqa: PTH123 - a descriptor has no path
        done = process("check", compose_file(BAD), stdout=stdout, env={**os.environ, "TERM": "xterm-256color"})
    with open(ours, "rb", buffering=0) as shown:  # noqa: PTH123 - same
        assert shown.read(4096).startswith(b"\x1b[1;31merror\x1b[0m")
    assert done.returncode == 1


def test_a_reader_that_has_seen_enough(compose_file):
    """``composeapp render … | head -1`` ends without a word about it."""
    ours, theirs = os.pipe()
    os.close(ours)
    with open(theirs, "w") as stdout:  # noqa: PTH123 - same
        done = process("render", compose_file(GOOD), stdout=stdout)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize("command", ["render", "check"])
def test_what_cannot_be_read_is_no_verdict_on_the_document(tmp_path, compose_file, command):
    """A missing file, one that is no text, and wrong settings end with 2, and the words say which it was."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "settings.yaml").write_text("gpu: {cout: 1}")
    good = compose_file(GOOD)
    for arguments, words in (
        (["missing.yaml"], "missing.yaml cannot be read: No such file or directory"),
        ([str(tmp_path / "binary")], "it is not UTF-8 text"),
        ([good, "--settings", str(tmp_path / "settings.yaml")], "gpu.cout: unknown setting"),
        ([good, "--no-such-option"], "No such option"),
    ):
        done = composeapp(command, *arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert words in done.stderr


def test_settings_change_what_is_rendered(tmp_path, compose_file):
    """``--settings`` is the same file that the operator has; without it, that is said."""
    (tmp_path / "settings.yaml").write_text("gpu: {count: 0}")
    with_file = composeapp("render", compose_file(GOOD), "--settings", str(tmp_path / "settings.yaml"))
    without = composeapp("render", compose_file(GOOD))
    assert "nvidia.com/gpu" not in with_file.stdout
    assert "nvidia.com/gpu" in without.stdout
    assert "Default settings" in without.stderr
    assert with_file.stderr == ""


def test_version():
    """``--version`` says name and version, for bug reports."""
    assert process("--version", stdout=subprocess.PIPE).stdout.startswith("composeapp 0.")


WITH_CONFIG_MAP = """
apiVersion: composeapp.dev/v1alpha1
kind: ComposeApp
metadata: {name: chat}
spec:
  services: {web: {image: "web:${TAG:?}"}}
  variablesFrom: [{configMapRef: {name: settings}}]
"""


def test_variables_of_a_config_map_come_from_a_file(tmp_path):
    """Without a cluster its manifest may be given; without that the author hears why a variable is not set."""
    manifest = tmp_path / "settings.yaml"
    manifest.write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {TAG: '7'}}")
    without = composeapp("check", "-", stdin=WITH_CONFIG_MAP)
    assert without.exit_code == 1
    assert 'the ConfigMap "settings" is in the cluster' in " ".join(without.stdout.split())

    rendered = composeapp("render", "-", "--variables-from", str(manifest), stdin=WITH_CONFIG_MAP)
    assert (rendered.exit_code, "image: web:7" in rendered.stdout) == (0, True)
    assert composeapp("check", "-", "--variables-from", str(manifest), stdin=WITH_CONFIG_MAP).exit_code == 0


def test_file_without_a_config_map_cannot_be_used(tmp_path):
    """Exit status 2, as for settings that cannot be read."""
    manifest = tmp_path / "settings.yaml"
    manifest.write_text("kind: Secret")
    done = composeapp("check", "-", "--variables-from", str(manifest), stdin=WITH_CONFIG_MAP)
    assert (done.exit_code, "there is no ConfigMap in it" in done.stderr) == (2, True)


def test_compose_files_have_no_config_maps(tmp_path):
    """Nothing that is given is ignored: exit status 2, and what to use instead."""
    manifest = tmp_path / "settings.yaml"
    manifest.write_text("{kind: ConfigMap, metadata: {name: settings}}")
    done = composeapp("check", "-", "--variables-from", str(manifest), stdin=GOOD)
    assert (done.exit_code, "Compose files have --env-file" in done.stderr) == (2, True)
