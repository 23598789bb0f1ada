"""Where programs come from."""

from __future__ import annotations

import subprocess

import pytest

from localcluster import golang, tools
from localcluster.errors import ClusterError


@pytest.fixture
def bin_folder(tmp_path, monkeypatch):
    """A folder that comes first on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    tools._find.cache_clear()  # noqa: SLF001 - PATH does not change in a real run
    yield tmp_path
    tools._find.cache_clear()  # noqa: SLF001 - as above


def put(folder, name, words):
    """Put a program on PATH that says its version."""
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{words}'\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("etcd", "etcd Version: 3.6.4"),
        ("kube-apiserver", "Kubernetes v1.34.0"),
        ("kubectl", "Client Version: v1.35.1"),
        ("helm", "v3.19.0+g1234567"),
        ("kwok", "kwok version v0.8.1 go1.26.0 (linux/amd64)"),
        ("coredns", "CoreDNS-1.14.0"),
    ],
)
def test_a_program_on_path_is_taken_when_it_fits(bin_folder, name, words):
    """What is installed in a version that fits is used as it is."""
    installed = put(bin_folder, name, words)

    assert tools.tool(name) == installed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("etcd", "etcd Version: 3.4.23"),
        ("kube-apiserver", "Kubernetes v1.33.9"),
        ("kubectl", "Client Version: v1.32.4"),
        ("kubectl", "Client Version: v1.34.4-dispatcher"),
        ("helm", "v4.0.0"),
        ("kwok", "kwok version v0.6.0"),
        ("coredns", "CoreDNS-1.9.3"),
    ],
)
def test_a_program_on_path_that_does_not_fit_is_passed_over(bin_folder, monkeypatch, name, words):
    """An installed program of another version is not used; the pinned one is built or comes from the cache."""
    put(bin_folder, name, words)
    monkeypatch.setattr(golang, "build", lambda program, *_: bin_folder / f"built-{program}")

    assert tools.tool(name) == bin_folder / f"built-{name}"


def test_versions_come_from_the_pinned_modules():
    """There is one place that says which version is built: go.mod."""
    assert tools.kubernetes_version().startswith("v1.34.")
    with pytest.raises(LookupError, match=r"helm/go.mod does not require example.com/nothing"):
        golang.pinned_version("helm", "example.com/nothing")


def test_every_module_pins_its_sums():
    """Each program's module is there with go.mod and go.sum."""
    modules = {wanted.module for wanted in tools.TOOLS.values()}

    assert modules == {path.parent.name for path in golang.MODULES.glob("*/go.sum")}
    for wanted in tools.TOOLS.values():
        assert wanted.package in (golang.MODULES / wanted.module / "go.mod").read_text()


_HELLO = 'package main\n\nvar word = "nothing"\n\nfunc main() { println(word) }\n'


@pytest.fixture
def hello_module(tmp_path, monkeypatch):
    """A module of a single program, and a cache of its own."""
    monkeypatch.setenv("COMPOSEAPP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(golang, "MODULES", tmp_path)
    folder = tmp_path / "hello"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/hello\n\ngo 1.26.0\n")
    (folder / "go.sum").touch()
    (folder / "main.go").write_text(_HELLO)
    return folder


def test_a_build_that_fails_shows_the_compiler_s_words(hello_module):
    """A program that does not compile is an error with the reason, and nothing is kept."""
    (hello_module / "main.go").write_text("package main\n\nfunc main() { nonsense }\n")

    with pytest.raises(ClusterError, match="nonsense"):
        golang.build("hello", "hello", "example.com/hello")

    (hello_module / "main.go").write_text(_HELLO)
    assert golang.build("hello", "hello", "example.com/hello").exists()


@pytest.mark.usefixtures("hello_module")
def test_values_are_linked_in_and_make_another_program():
    """The same source with another linked value is another entry of the cache."""
    plain = golang.build("hello", "hello", "example.com/hello")

    linked = golang.build("hello", "hello", "example.com/hello", ("main.word=hello",))

    said = [subprocess.run([program], capture_output=True, text=True, check=True).stderr for program in (plain, linked)]
    assert said == ["nothing\n", "hello\n"]
