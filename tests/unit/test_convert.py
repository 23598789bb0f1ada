"""What ``convert`` decides, one small project for each decision."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from composeapp.cli import app
from composeapp.spec import COMPOSE_FILE


def spec(done: Result) -> dict[str, Any]:
    """Return the ``spec`` that was printed."""
    assert done.stdout, done.stderr
    return yaml.safe_load(done.stdout)["spec"]


def test_secrets_need_a_place(convert):
    """Without a file for them nothing is written, and no value is said."""
    done = convert("services: {a: {image: x, environment: {K: '${PASS}'}}}", **{".env": "PASS=hush\n"})
    assert (done.exit_code, done.stdout) == (1, "")
    assert "the values of PASS do not belong into a resource" in done.stderr
    assert "--secrets-out FILE" in done.stderr
    assert "hush" not in done.stderr


def test_what_is_no_secret_can_be_written_down(convert):
    """``--inline`` says so for a variable, and no Secret is needed then."""
    done = convert(
        "services: {a: {image: x, environment: {K: '${LEVEL}'}}}", "--inline", "LEVEL", **{".env": "LEVEL=info\n"}
    )
    assert spec(done)["services"]["a"]["environment"] == {"K": "info"}
    assert "variablesFrom" not in spec(done)


def test_a_credential_in_a_command_is_a_problem(convert):
    """It would be written down for everybody to read."""
    done = convert("services: {a: {image: x, command: 'run ${API_TOKEN}'}}", **{".env": "API_TOKEN=hush\n"})
    assert done.exit_code == 1
    assert "services.a.command: the value of API_TOKEN would have to be written into the resource" in done.stderr
    assert "hush" not in done.stdout + done.stderr


def test_two_services_may_have_two_values_of_one_name(convert, tmp_path):
    """Files of variables of two services do not meet in the Secret."""
    compose = "services: {a: {image: x, env_file: a.env}, b: {image: x, env_file: b.env, environment: {OWN: '1'}}}"
    secrets = tmp_path / "secrets.yaml"
    done = convert(compose, "--secrets-out", str(secrets), **{"a.env": "K=one\nOWN=2\n", "b.env": "K=two\nOWN=3\nE=\n"})
    assert done.exit_code == 0, done.stderr
    services = spec(done)["services"]
    assert services["a"]["environment"] == {"K": "${A_K}", "OWN": "${OWN}"}
    assert services["b"]["environment"] == {"K": "${B_K}", "E": "", "OWN": "1"}
    assert yaml.safe_load(secrets.read_text())["stringData"] == {"A_K": "one", "B_K": "two", "OWN": "2"}
    assert secrets.stat().st_mode & 0o777 == 0o600


def test_dollars_stay_dollars(convert):
    """What the author escaped arrives as it was."""
    done = convert("services: {a: {image: x, command: ['$$HOME', 'a$$b'], environment: {P: '$$5'}}}")
    assert spec(done)["services"]["a"] == {"image": "x", "command": ["$$HOME", "a$$b"], "environment": {"P": "$$5"}}


def test_what_is_written_alike_is_written_once(convert):
    """A number and its text are one group; Compose refuses the same one twice."""
    done = convert("services: {a: {image: x, group_add: [1000, '1000', adm]}}")
    assert spec(done)["services"]["a"]["group_add"] == ["1000", "adm"]


def test_words_that_kubectl_would_change_are_quoted(convert):
    """YAML 1.1 reads them as something else."""
    done = convert("services: {a: {image: x, environment: {A: yes, B: '08', C: 1e3, D: ~, E: on}}}")
    assert spec(done)["services"]["a"]["environment"] == {"A": "yes", "B": "08", "C": "1000", "E": "on"}


def test_what_json_cannot_hold_goes_as_text(convert):
    """A value that the way through kubectl would change is kept in ``composeFile``."""
    done = convert("services: {a: {image: x, x-own: {empty: , date: 2026-01-01}}}")
    assert "x-own" in yaml.safe_load(spec(done)[COMPOSE_FILE])["services"]["a"]


def test_an_image_must_come_from_somewhere(convert):
    """What is built needs a name, and the words say how to give one."""
    compose = "services: {a: {build: .}}"
    done = convert(compose)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "--registry REGISTRY/PROJECT[:TAG], or --image a=REFERENCE" in done.stderr
    assert spec(convert(compose, "--registry", "host:5000/shop:2"))["images"] == {"a": "host:5000/shop/a:2"}
    assert spec(convert(compose, "--image", "a=own:3"))["images"] == {"a": "own:3"}
    assert 'there is no service "b"' in convert(compose, "--image", "b=own:3").stderr


MOUNTS = [
    ("./data:/data", {"volumes": ["data:/data"]}, "./data becomes the volume data"),
    ("/etc/localtime:/etc/localtime:ro", {}, "set TZ in environment"),
    ("./conf:/etc/conf:ro", {"configs": [{"source": "conf-a.ini", "target": "/etc/conf/a.ini"}]}, "becomes the config"),
    ("./blob:/blob", {"volumes": ["blob:/blob"]}, "what is in it is not copied"),
]


@pytest.mark.parametrize(("mount", "becomes", "words"), MOUNTS)
def test_mounts_of_the_disk(convert, mount, becomes, words):
    """A small tree of text becomes configs, anything else a volume, and it is said."""
    files = {"conf__a.ini": "a = 1\n", "blob__b.bin": b"\x00\xff"}
    done = convert(f"services: {{a: {{image: x, volumes: ['{mount}']}}}}", **files)
    assert done.exit_code == 0, done.stderr
    assert spec(done)["services"]["a"] == {"image": "x", **becomes}
    assert words in done.stderr


@pytest.mark.parametrize("source", ["/srv/data", "../other"])
def test_nothing_outside_of_the_project_is_read(convert, source):
    """What lies elsewhere is a person's decision."""
    done = convert(f"services: {{a: {{image: x, volumes: ['{source}:/data']}}}}")
    assert done.exit_code == 1
    assert "lies outside of the project" in done.stderr


def test_a_link_does_not_lead_out(convert, tmp_path):
    """A link in the project to a file elsewhere is not followed."""
    (tmp_path / "shop" / "link").symlink_to("/etc/passwd")
    done = convert("services: {a: {image: x, configs: [c]}}\nconfigs: {c: {file: ./link}}")
    assert done.exit_code == 1
    assert "configs.c.file: ./link lies outside of the project" in done.stderr


def test_too_much_is_refused(convert):
    """A resource of more than 200 KiB is a problem that names the largest parts."""
    done = convert(
        "services: {a: {image: x, configs: [big]}}\nconfigs: {big: {file: b.txt}}", **{"b.txt": "x" * 250_000}
    )
    assert (done.exit_code, done.stdout) == (1, "")
    assert "at most 200" in done.stderr
    assert "the largest: configs.big (245 KiB)" in done.stderr


def test_an_older_result_stays_until_the_new_one_is_whole(convert, tmp_path):
    """A conversion that fails leaves the files alone."""
    target = tmp_path / "app.yaml"
    target.write_text("old")
    assert convert("services: {a: {build: .}}", "-o", str(target)).exit_code == 1
    assert target.read_text() == "old"
    assert convert("services: {a: {image: x}}", "-o", str(target)).exit_code == 0
    assert yaml.safe_load(target.read_text())["metadata"]["name"] == "shop"


def test_no_project_at_all(tmp_path):
    """There is nothing to convert, which is no verdict on a document."""
    done = CliRunner().invoke(
        app, ["convert", "--project-directory", str(tmp_path / "nowhere")], prog_name="composeapp"
    )
    assert done.exit_code == 2


def test_variables_of_included_files_are_secrets_too(convert, tmp_path):
    """An ``.env`` beside an included file is treated as that of the project; two values of one name are a problem."""
    compose = "include: [a/compose.yaml]\nservices: {web: {image: x}}"
    files = {"a__compose.yaml": "services: {a: {image: x, environment: {K: '${PASS}'}}}", "a__.env": "PASS=hush\n"}
    secrets = tmp_path / "secrets.yaml"
    done = convert(compose, "--secrets-out", str(secrets), **files)
    assert spec(done)["services"]["a"]["environment"] == {"K": "${PASS}"}
    assert yaml.safe_load(secrets.read_text())["stringData"] == {"PASS": "hush"}
    more = {"b__compose.yaml": "services: {b: {image: x, environment: {K: '${PASS}'}}}", "b__.env": "PASS=other\n"}
    several = convert(compose.replace("a/c", "b/compose.yaml, a/c"), "--secrets-out", str(secrets), **files, **more)
    assert several.exit_code == 1
    assert "PASS has several values in the files that are included" in several.stderr
