"""What ``convert`` makes of an author's disk: nothing leaks from it, nothing is lost or overwritten on it."""

from __future__ import annotations

import os
from typing import Any

import pytest
import yaml
from click.testing import Result

KEY = "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n"


def spec(done: Result) -> dict[str, Any]:
    """Return the ``spec`` that was printed."""
    assert done.stdout, done.stderr
    return yaml.safe_load(done.stdout)["spec"]


def mounting(*mounts: str, more: str = "image: x") -> str:
    """Return a project of one service ``a`` that mounts something."""
    return f"services: {{a: {{{more}, volumes: {list(mounts)}}}}}"


SECRET = {"PGPASSWORD": "hush", "DB": "postgres://u:hush@db/x", "DB_PWD": "hush", "OPENAI_API_KEY": "hush"}
PUBLIC = {"MAX_TOKENS": "hush", "PWD": "hush", "KEYCLOAK": "hush", "DB": "postgres://db/hush"}


@pytest.mark.parametrize(("name", "value"), [*SECRET.items(), *PUBLIC.items()])
def test_what_looks_like_a_secret_is_not_written_down(convert, monkeypatch, name, value):
    """A name or a value that tells of a password may not leave ``environment``; other names may."""
    monkeypatch.setenv(name, value)
    done = convert(f"services: {{a: {{image: x, command: ['${{{name}}}']}}}}")
    is_public = (name, value) in PUBLIC.items()
    assert ("hush" in done.stdout) is is_public
    assert done.exit_code == (0 if is_public else 1)
    assert "hush" not in done.stderr


def test_two_folders_are_two_volumes(convert):
    """Folders of like names do not meet in one volume, nor with one that the author has; one folder is one volume."""
    compose = mounting("data:/1", "./data:/2", "./a/b:/3", "./a-b:/4", "./data/:/5") + "\nvolumes: {data: {}}"
    made = spec(convert(compose))
    assert made["services"]["a"]["volumes"] == ["data:/1", "data-2:/2", "a-b:/3", "a-b-2:/4", "data-2:/5"]
    assert list(made["volumes"]) == ["data", "data-2", "a-b", "a-b-2"]


def test_only_source_code_is_in_the_image_already(convert):
    """Below a build's context data becomes a volume and settings become configs; code is a person's decision."""
    compose = mounting("./data:/data", "./src:/src", "./conf:/conf:ro", "./a.ini:/a.ini", more="build: .")
    files = {"src__m.py": "code", "conf__b.ini": "b", "a.ini": "a", "data__x.bin": b"\xff"}
    refused = convert(compose, "--registry", "r.example/x", **files)
    assert refused.exit_code == 1
    assert "services.a.volumes[1]: ./src is part of what the image is built from" in refused.stderr
    service = spec(convert(compose, "--registry", "r.example/x", "--drop-dev-mounts", **files))["services"]["a"]
    assert service["volumes"] == ["data:/data"]
    assert [config["target"] for config in service["configs"]] == ["/conf/b.ini", "/a.ini"]


def test_a_script_can_still_be_run(convert, tmp_path):
    """Docker mounts a file with its mode."""
    convert(mounting("./e.sh:/e.sh"), **{"e.sh": "#!/bin/sh\n"})
    (tmp_path / "shop/e.sh").chmod(0o755)
    done = convert(mounting("./e.sh:/e.sh"))
    assert spec(done)["services"]["a"]["configs"] == [{"source": "e.sh", "target": "/e.sh", "mode": "0555"}]


def test_a_private_key_goes_to_a_secret(convert, tmp_path):
    """A mounted key is mounted from a Secret; one that is called a config is a person's decision."""
    secrets = tmp_path / "secrets.yaml"
    done = convert(mounting("./tls:/tls:ro"), "--secrets-out", str(secrets), tls__pem=KEY)
    assert spec(done)["services"]["a"]["secrets"] == [{"source": "tls-pem", "target": "/tls/pem"}]
    assert yaml.safe_load(secrets.read_text())["stringData"] == {"tls-pem": KEY}
    named = convert("services: {a: {image: x, configs: [c]}}\nconfigs: {c: {file: tls/pem}}")
    assert "configs.c.file: tls/pem holds a private key" in named.stderr
    assert "hush" not in done.stdout + done.stderr + named.stdout + named.stderr


def test_large_files_are_not_read(convert, tmp_path):
    """A model of a terabyte is neither loaded nor written down."""
    (tmp_path / "shop" / "models").mkdir()
    for name in ("models/large", "large"):
        (tmp_path / "shop" / name).touch()
        os.truncate(tmp_path / "shop" / name, 1 << 40)
    assert spec(convert(mounting("./models:/m")))["services"]["a"]["volumes"] == ["models:/m"]
    assert "./large has 1073741824 KiB: too much" in convert(mounting("./large:/m")).stderr


def test_what_is_copied_can_be_copied(convert):
    """The command names the namespace and the pod, and the volume can be written to."""
    done = convert(mounting("./web:/srv:ro"), "--namespace", "demo", web__logo=b"\xff")
    assert spec(done)["services"]["a"]["volumes"] == ["web:/srv"]
    assert "kubectl cp -n demo " in done.stderr
    assert "web/. " in done.stderr
    assert "kubectl get pod -n demo -l app.kubernetes.io/name=a,app.kubernetes.io/part-of=shop," in done.stderr


@pytest.mark.parametrize("mount", ["~/.aws:/aws", "C:\\\\data:/data", "./link:/x", "./tree:/x:ro", "./loop:/x"])
def test_nothing_is_taken_from_elsewhere(convert, tmp_path, mount):
    """Home, another system's paths, and links that lead out or to themselves, also in a folder, are problems."""
    (tmp_path / "shop" / "tree").mkdir()
    for link, to in (("link", "/etc"), ("tree/link", "/etc/hostname"), ("loop", "loop")):
        (tmp_path / "shop" / link).symlink_to(to)
    done = convert(mounting(mount), tree__a="a")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "services.a.volumes[0]: " in done.stderr


def test_files_elsewhere_can_be_allowed(convert, tmp_path):
    """``--allow-outside`` reads them, an absolute path of the project's folder needs no leave."""
    (tmp_path / "shared.ini").write_text("shared")
    compose = mounting("../shared.ini:/s.ini", f"{tmp_path}/shop/own.ini:/o.ini")
    assert "./own.ini" not in convert(compose, **{"own.ini": "own"}).stderr
    assert spec(convert(compose, "--allow-outside"))["configs"] == {
        "shared.ini": {"content": "shared"},
        "own.ini": {"content": "own"},
    }


def test_env_files_are_read_as_compose_reads_them(convert, tmp_path):
    """A name without value stays without, variables have their values, and ``raw`` changes nothing."""
    secrets = tmp_path / "secrets.yaml"
    compose = """
services:
  a:
    image: x
    env_file: [a.env, {path: raw.env, format: raw}, {path: no.env, required: false}]
    environment: {HOST: "${PASS}", BARE: }
"""
    files = {".env": "PASS=hush\n", "a.env": "URL=http://${HOST}\nBARE=1\n", "raw.env": '# c\nQ="a $b" \nNONE\nPASS\n'}
    done = convert(compose, "--secrets-out", str(secrets), **files)
    assert set(spec(done)["services"]["a"]["environment"]) == {"URL", "Q", "PASS", "HOST"}
    assert yaml.safe_load(secrets.read_text())["stringData"] == {"PASS": "hush", "URL": "http://hush", "Q": '"a $b" '}
    assert "env_file[2]: no.env does not exist, and need not" in done.stderr


@pytest.mark.parametrize("form", ["", ", format: raw", ", format: json"])
def test_a_broken_env_file_is_not_repeated(convert, form):
    """The line is named; what is in it may be a secret."""
    compose = f"services: {{a: {{image: x, env_file: [{{path: a.env{form}}}]}}}}"
    done = convert(compose, **{"a.env": "A=1\nmy pass*=hush\n"})
    assert (done.exit_code, done.stdout) == (1, "")
    assert "line 2" in done.stderr or "unsupported env_file format" in done.stderr
    assert "hush" not in done.stderr


def test_what_nobody_uses_is_not_read(convert):
    """Files that only services need which are left out need not be there."""
    compose = """
services: {a: {image: x}, b: {image: x, profiles: [p], configs: [c], secrets: [s]}}
configs: {c: {file: none.ini}}
secrets: {s: {file: none.txt}}
"""
    done = convert(compose)
    assert spec(done) == {"services": {"a": {"image": "x"}}}
    assert "services.b: is left out; --profile p takes it in" in done.stderr
    assert "secrets.s: is left out" in done.stderr


def test_a_project_whose_services_are_all_left_out_is_none(convert):
    """A profile has to be named."""
    done = convert("services: {a: {image: x, profiles: [p]}}\nmodels: {m: {model: ai/x}}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "say --profile p" in done.stderr


def test_files_of_others_are_not_overwritten(convert, tmp_path):
    """Neither those of the project, nor one with something else in it than this app's Secret; nothing is half done."""
    compose = "services: {a: {image: x, environment: {K: '${PASS}'}}}"
    other, result = tmp_path / "other.yaml", tmp_path / "app.yaml"
    other.write_text("kind: Secret\nmetadata: {name: of-others}\n")
    arguments = ["-o", str(result), "--secrets-out"]
    refused = convert(compose, *arguments, str(other), **{".env": "PASS=hush"})
    assert (refused.exit_code, "is no Secret of this app" in refused.stderr) == (1, True)
    assert other.read_text().startswith("kind: Secret\nmetadata: {name: of-others}")
    over = convert(compose, "--inline", "PASS", "-o", str(tmp_path / "shop/compose.yaml"))
    assert (over.exit_code, "is a file of the project" in over.stderr) == (1, True)
    assert (tmp_path / "shop/compose.yaml").read_text() == compose
    nowhere = convert(compose, *arguments, str(tmp_path / "none/s.yaml"))
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (2, True)
    second = convert(compose, "-o", str(tmp_path / "none/app.yaml"), "--secrets-out", str(tmp_path / "s.yaml"))
    assert (second.exit_code, "none/app.yaml cannot be written" in second.stderr) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.yaml", "shop"]
    assert [convert(compose, *arguments, str(tmp_path / "s.yaml")).exit_code for _ in range(2)] == [0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.yaml", "other.yaml", "s.yaml", "shop"]


def test_a_name_that_no_app_can_have_writes_nothing(convert, tmp_path):
    """The result is judged before it is there."""
    done = convert("services: {a: {image: x}}", "--name", "Foo_Bar", "-o", str(tmp_path / "app.yaml"))
    assert done.exit_code == 1
    assert not (tmp_path / "app.yaml").exists()


def test_what_compose_warns_of_is_told(convert):
    """A variable that is not set is blank, and its author hears of it."""
    done = convert("services: {a: {image: x, environment: {K: '${NOPE}'}}}")
    assert 'The "NOPE" variable is not set' in done.stderr


def test_the_command_builds_what_compose_would_build(convert):
    """Each key of ``build`` has its option; values that look secret are left to the shell, other keys are told."""
    compose = """
services:
  a:
    platform: linux/arm64
    build:
      context: ./app
      dockerfile: my.Dockerfile
      target: prod
      args: {V: "1", T: "${NPM_TOKEN}"}
      additional_contexts: {lib: ./lib}
      secrets: [s]
      isolation: hyperv
  b: {build: {dockerfile_inline: "FROM x\\nRUN y"}}
secrets: {s: {file: ./s.txt}}
"""
    done = convert(compose, "--registry", "r.example/x:1", **{".env": "NPM_TOKEN=hush"})
    command = next(line for line in done.stderr.splitlines() if line.startswith("  docker build"))
    assert " --target prod --build-arg V=1 --build-arg T --platform linux/arm64 --build-context lib=" in command
    paths = [word.rpartition("shop/")[2] for word in command.split() if "shop/" in word and "/shop/a:" not in word]
    assert paths == ["app/my.Dockerfile", "lib", "s.txt", "app"]
    assert "services.a.build.args.T: is not shown: set T where you build" in done.stderr
    assert "services.a.build.isolation: is not in the command" in done.stderr
    assert "printf '%s\\n' 'FROM x' 'RUN y' | docker build --file -" in done.stderr
    assert "hush" not in done.stdout + done.stderr
