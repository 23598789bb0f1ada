"""What holds for everything that is mounted, in whatever way services share it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composeapp.compose.document import Config, Document, Service, Volume
from composeapp.compose.document.parts import FileMount, Mount
from composeapp.compose.document.resources import Deploy
from composeapp.plan import App, Manifest
from composeapp.problems import InvalidDocumentError
from composeapp.settings import Settings
from composeapp.translate import names
from composeapp.translate.app import translate

APP = App("chat", "demo")
KEYS = ("data", "Data", "my_data", "my.data", "model-llm")
SHARED = {"x-kubernetes": {"accessModes": ["ReadWriteMany"]}}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Return documents whose services mount some of the same volumes and configs, some of which many nodes mount."""

    def service() -> Service:
        sources = draw(st.lists(st.sampled_from(KEYS), unique=True))
        mounts = [
            Mount(type="volume", source=key, target=f"/v/{key}", read_only=draw(st.booleans())) for key in sources
        ]
        files = [FileMount(source=key, mode=draw(st.sampled_from([None, 0o400]))) for key in sources]
        return Service(image="x", volumes=tuple(mounts), configs=tuple(files), scale=draw(st.integers(1, 2)))

    return Document(
        services={key: service() for key in draw(st.sets(st.sampled_from("abcdef"), min_size=1))},
        volumes={key: Volume(extensions=draw(st.sampled_from([{}, SHARED]))) for key in KEYS},
        configs={key: Config(content=key) for key in KEYS},
    )


def pods_of(manifests: tuple[Manifest, ...]) -> list[dict[str, Any]]:
    """Return the pod templates."""
    return [manifest["spec"]["template"] for manifest in manifests if manifest["kind"] == "Deployment"]


@given(documents())
def test_what_pods_mount_is_made_and_what_is_made_is_mounted(document):
    """No claim or ConfigMap is missing, none is superfluous, and two keys never become one object."""
    manifests = translate(document, APP, Settings()).manifests
    made = [(it["kind"], it["metadata"]["name"]) for it in manifests if "template" not in it.get("spec", {})]
    files = [(kind, name) for kind, name in made if kind in ("PersistentVolumeClaim", "ConfigMap")]
    mounted = set()
    for pod in pods_of(manifests):
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", [])}
        for container in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]:
            assert {mount["name"] for mount in container.get("volumeMounts", [])} <= volumes.keys()
        for volume in volumes.values():
            mounted |= {("PersistentVolumeClaim", volume.get("persistentVolumeClaim", {}).get("claimName"))}
            mounted |= {("ConfigMap", volume.get("configMap", {}).get("name"))}
    assert len(files) == len(set(files))
    assert set(files) == {(kind, name) for kind, name in mounted if name}


@given(documents())
def test_pods_that_share_what_one_node_mounts_stay_together(document):
    """They have one group, which each of them asks to be with; who shares nothing goes where it likes."""
    groups: dict[str, set[str | None]] = {}
    users: dict[str, int] = {}
    manifests = translate(document, APP, Settings()).manifests
    one_node = {
        it["metadata"]["name"]
        for it in manifests
        if it["kind"] == "PersistentVolumeClaim" and it["spec"]["accessModes"] == ["ReadWriteOnce"]
    }
    for manifest in (it for it in manifests if it["kind"] == "Deployment"):
        pod = manifest["spec"]["template"]
        group = pod["metadata"]["labels"].get(names.PLACED_WITH_LABEL)
        terms = (
            pod["spec"]
            .get("affinity", {})
            .get("podAffinity", {})
            .get("requiredDuringSchedulingIgnoredDuringExecution", [])
        )
        asked = [term["labelSelector"]["matchLabels"][names.PLACED_WITH_LABEL] for term in terms]
        assert asked == ([group] if group else [])
        for volume in pod["spec"].get("volumes", []):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim in one_node:
                groups.setdefault(claim, set()).add(group)
                users[claim] = users.get(claim, 0) + manifest["spec"]["replicas"]
    for claim, found in groups.items():
        assert len(found) == 1
        assert users[claim] == 1 or found != {None}


@given(documents())
def test_no_two_pods_write_to_one_folder_while_they_are_replaced(document):
    """A service that writes to a claim, or whose claim one node mounts, loses its old pod before it gets a new one."""
    for manifest in translate(document, APP, Settings()).manifests:
        if manifest["kind"] != "Deployment":
            continue
        service = document.services[manifest["metadata"]["annotations"][names.KEY_ANNOTATION]]
        risky = [it for it in service.volumes if not it.read_only or not document.volumes[str(it.source)].extensions]
        assert manifest["spec"]["strategy"]["type"] == ("Recreate" if risky else "RollingUpdate")


def test_service_on_every_node_needs_a_volume_for_every_node():
    """Where only one node can mount the volume, all pods but one would wait for ever."""
    mount = Mount(type="volume", source="data", target="/data")
    service = Service(image="x", volumes=(mount,), deploy=Deploy(mode="global"))
    with pytest.raises(InvalidDocumentError) as caught:
        translate(Document(services={"web": service}, volumes={"data": Volume()}), APP, Settings())
    assert [problem.path for problem in caught.value.problems] == [("services", "web", "volumes", 0)]
    translate(Document(services={"web": service}, volumes={"data": Volume(extensions=SHARED)}), APP, Settings())


def test_config_map_has_a_limit():
    """What Kubernetes would refuse is said before, at its place."""
    service = Service(image="x", configs=(FileMount(source="big"),))
    for size, fits in ((1024 * 1024, True), (1024 * 1024 + 1, False)):
        document = Document(services={"web": service}, configs={"big": Config(content="x" * size)})
        if fits:
            translate(document, APP, Settings())
            continue
        with pytest.raises(InvalidDocumentError) as caught:
            translate(document, APP, Settings())
        assert caught.value.problems[0].path == ("configs", "big")


def test_a_short_document_cannot_ask_for_millions_of_mounts():
    """Each service takes over the mounts of the one before: from 256 on that is refused, and quickly."""

    def service(number: int) -> Service:
        mounts = tuple(Mount(type="volume", source="data", target=f"/{number}/{index}") for index in range(8))
        return Service(image="x", volumes=mounts, volumes_from=(f"s{number - 1}",) if number else ())

    document = Document(services={f"s{number}": service(number) for number in range(64)}, volumes={"data": Volume()})
    with pytest.raises(InvalidDocumentError) as caught:
        translate(document, APP, Settings())
    assert {problem.path for problem in caught.value.problems} == {
        ("services", f"s{number}") for number in range(32, 64)
    }
