"""The real node: real containers on a real network, and the host as it was."""

from __future__ import annotations

import os
import time

import psutil
import pytest
import requests

from localcluster import containerd, debian, oci, registry
from localcluster.errors import ClusterError
from support.pods import GPU_TOLERATION, WAIT, ask, gpu_pod, pod
from support.traces import host_settings, marked
from support.waiting import eventually

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="a real node needs root"),
]


@pytest.fixture
def shell(node_kubectl, request):
    """A pod in another namespace than ``web``, to run commands in."""
    name = request.node.name.replace("_", "-")[:60]
    node_kubectl.apply(pod(name, WAIT))
    node_kubectl("wait", "--for=condition=Ready", f"pod/{name}", "-n", "default", "--timeout=60s")
    yield lambda command: node_kubectl("exec", name, "-n", "default", "--", "sh", "-c", command)
    node_kubectl("delete", "pod", name, "-n", "default", "--now")


def test_the_node_says_what_it_is(node_kubectl):
    """Labels, taint and GPUs are those that the product's examples select."""
    found = node_kubectl.json("get", "node", "real")

    assert (
        found["metadata"]["labels"].items()
        >= {
            "node.kubernetes.io/instance-type": "gpu-small",
            "topology.kubernetes.io/region": "us-west-2",
        }.items()
    )
    assert found["spec"]["taints"] == [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}]
    assert [found["status"][kind]["nvidia.com/gpu"] for kind in ("capacity", "allocatable")] == ["4", "4"]


def test_a_service_on_it_answers_the_host(node_kubectl, web):
    """Pods that know of no GPU run on the node, and their ClusterIP can be used from outside."""
    pods = node_kubectl.items("pods", web)

    assert {found["spec"]["nodeName"] for found in pods} == {"real"}
    assert ask(node_kubectl) in {found["metadata"]["name"] for found in pods}


def test_pods_reach_services_by_name(node_kubectl, web, shell):
    """A pod in another namespace finds a Service under each of its names, and the API server under its own."""
    names = {found["metadata"]["name"] for found in node_kubectl.items("pods", web)}

    for host in ("web.web", "web.web.svc", "web.web.svc.cluster.local"):
        assert shell(f"wget -q -O - http://{host}/").strip() in names
    shell("nc -w 5 kubernetes.default.svc 443 < /dev/null")


def test_a_name_outside_the_cluster_is_refused_at_once(shell):
    """Nothing leads out, and whoever asks for a name there is not kept waiting."""
    began = time.monotonic()

    answer = shell("wget -q -O - http://registry.example.com/ 2>&1 || true")

    assert "bad address" in answer
    assert time.monotonic() - began < 3


def test_logs_and_commands(node_kubectl, shell):
    """``kubectl exec`` runs a command in a container, ``kubectl logs`` shows what another one printed."""
    node_kubectl.apply(pod("speaker", "echo spoken", restartPolicy="Never"))

    assert shell("id -u") == "65532\n"
    eventually(lambda: assert_equal(node_kubectl("logs", "speaker", "-n", "default"), "spoken\n"))
    node_kubectl("delete", "pod", "speaker", "-n", "default", "--now")


def assert_equal(found, expected):
    """Compare, for a condition to wait for."""
    assert found == expected


def test_a_volume_outlives_the_pod_that_wrote_it(node_kubectl):
    """What a pod's preStop hook writes, as any user, into a claimed volume is there for the next pod."""
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
    node_kubectl.apply(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "notes", "namespace": "default"},
            "spec": claim,
        }
    )
    volumes = [{"name": "notes", "persistentVolumeClaim": {"claimName": "notes"}}]
    mounted = {"volumeMounts": [{"name": "notes", "mountPath": "/notes"}]}
    hook = {"lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", "echo farewell > /notes/last"]}}}}
    node_kubectl.apply(pod("writer", WAIT, volumes=volumes, container={**mounted, **hook}))
    node_kubectl("wait", "--for=condition=Ready", "pod/writer", "-n", "default", "--timeout=60s")
    node_kubectl("delete", "pod", "writer", "-n", "default")

    node_kubectl.apply(pod("reader", "cat /notes/last", volumes=volumes, container=mounted, restartPolicy="Never"))

    eventually(lambda: assert_equal(node_kubectl("logs", "reader", "-n", "default"), "farewell\n"))
    node_kubectl("delete", "pod/reader", "pvc/notes", "-n", "default", "--now")


def test_a_pod_that_asks_for_a_gpu_must_tolerate_the_taint(node_kubectl):
    """Nobody gives it the toleration: it waits, in the scheduler's words, while one that brings it runs."""
    node_kubectl.apply(gpu_pod("without", 1))
    node_kubectl.apply(gpu_pod("with", 1, runtimeClassName="nvidia", tolerations=[GPU_TOLERATION]))

    node_kubectl("wait", "--for=condition=Ready", "pod/with", "-n", "default", "--timeout=60s")
    eventually(lambda: assert_unscheduled(node_kubectl, "without", "untolerated taint"))
    node_kubectl("delete", "pod/without", "pod/with", "-n", "default", "--now")


def test_gpus_are_counted(node_kubectl):
    """With four GPUs taken, a fifth pod waits."""
    node_kubectl.apply(gpu_pod("four", 4, tolerations=[GPU_TOLERATION]))
    node_kubectl("wait", "--for=condition=Ready", "pod/four", "-n", "default", "--timeout=60s")

    node_kubectl.apply(gpu_pod("fifth", 1, tolerations=[GPU_TOLERATION]))

    eventually(lambda: assert_unscheduled(node_kubectl, "fifth", "Insufficient nvidia.com/gpu"))
    node_kubectl("delete", "pod/four", "pod/fifth", "-n", "default", "--now")


def assert_unscheduled(node_kubectl, name, reason):
    """Fail unless the scheduler gives this reason."""
    status = node_kubectl.json("get", "pod", name, "-n", "default")["status"]
    assert status["phase"] == "Pending"
    assert reason in status["conditions"][0]["message"]


def test_the_host_stays_as_it_was(host_before, web):  # noqa: ARG001 - while pods run
    """Mounts and kernel settings of the host are the same while the node runs pods."""
    assert host_settings() == host_before


def test_nothing_listens_where_others_could_ask(node_cluster, web):  # noqa: ARG001 - while pods run
    """Outside its own network, the cluster listens on loopback and on its own link only."""
    ours = set(marked(node_cluster.layout))
    addresses = {
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.pid in ours
    }

    assert addresses == {"127.0.0.1", node_cluster.layout.host_address}


def test_the_registry_keeps_blobs_and_gives_parts_of_them(node_cluster, shell):
    """A blob pushed from the host can be read in part, from a pod too, and the log says how much was read."""
    base = f"http://{registry.address(node_cluster.layout)}/v2/models/notes"
    content = b"0123456789"
    digest = "sha256:84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"
    upload = requests.post(f"{base}/blobs/uploads/", timeout=10).headers["Location"]
    pushed = requests.put(upload, params={"digest": digest}, data=content, timeout=10)
    assert pushed.status_code == 201

    part = requests.get(f"{base}/blobs/{digest}", headers={"Range": "bytes=2-4"}, timeout=10)

    assert (part.status_code, part.content) == (206, b"234")
    assert shell(f"wget -q -O - {base}/blobs/{digest}") == content.decode()
    assert f'"GET /v2/models/notes/blobs/{digest} HTTP/1.1" 206 3' in registry.log(node_cluster.layout).read_text()


def test_an_image_can_be_pulled_from_the_registry(node_cluster, node_kubectl, tmp_path):
    """A pod may name an image in the cluster's own registry, though that speaks plain HTTP."""
    address = registry.address(node_cluster.layout)
    layout = oci.Layout(tmp_path / "layout")
    oci.write_image(debian.packages("base-files", "busybox-static", suite="trixie"), layout, "box", {})
    oci.push(layout, address, "images/box", "1")

    node_kubectl.apply(
        pod(
            "pulled",
            "",
            restartPolicy="Never",
            container={"image": f"{address}/images/box:1", "command": ["/usr/bin/busybox", "true"]},
        )
    )

    eventually(lambda: assert_equal(node_kubectl.json("get", "pod", "pulled")["status"]["phase"], "Succeeded"))
    node_kubectl("delete", "pod", "pulled", "-n", "default", "--now")


def test_loading_what_is_no_image_fails_with_the_reason(node_cluster, tmp_path):
    """The error names the file and says what containerd made of it."""
    archive = tmp_path / "poem.tar"
    archive.write_text("Roses are red\n")

    with pytest.raises(ClusterError, match=r"poem\.tar: ctr: unexpected EOF"):
        node_cluster.load(archive)

    assert containerd.PAUSE_IMAGE in containerd.images(node_cluster.layout)
