"""Drift is what differs in the fields we set, and nothing else."""

from __future__ import annotations

import copy

import pytest

from composeapp.cluster.drift import drifted

DESIRED = {
    "metadata": {"labels": {"ours": "1"}},
    "spec": {
        "replicas": 1,
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "nginx",
                        "args": ["-c", "x"],
                        "env": [{"name": "EMPTY", "value": ""}, {"name": "A", "value": "1"}],
                        "ports": [{"name": "http", "containerPort": 80, "protocol": "TCP"}],
                        "resources": {"requests": {"cpu": "1000m", "memory": "1024Mi", "nvidia.com/gpu": 1}},
                        "volumeMounts": [{"name": "tmp", "mountPath": "/data", "readOnly": False}],
                    }
                ],
                "volumes": [{"name": "tmp", "emptyDir": {}}],
                "tolerations": [{"key": "gpu", "operator": "Exists"}],
                "nodeSelector": {"gpu": "yes"},
                "imagePullSecrets": [],
            }
        },
    },
}


def stored() -> dict:
    """Return the desired object as an API server hands it back, with what others added."""
    live = copy.deepcopy(DESIRED)
    pod = live["spec"]["template"]["spec"]
    container = pod["containers"][0]
    live["metadata"] |= {"resourceVersion": "1", "labels": {"ours": "1", "theirs": "2"}}
    live["status"] = {"replicas": 1}
    container["resources"]["requests"] = {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "1"}
    container["env"] = [{"name": "THEIRS", "value": "2"}, {"name": "EMPTY"}, {"name": "A", "value": "1"}]
    container["volumeMounts"] = [{"name": "tmp", "mountPath": "/data"}]
    container["terminationMessagePath"] = "/dev/termination-log"
    pod["containers"].insert(0, {"name": "sidecar", "image": "busybox"})
    pod["dnsPolicy"] = "ClusterFirst"
    del pod["imagePullSecrets"]
    return live


def test_defaults_and_additions_of_others_are_no_drift():
    """Defaults, other spellings of a quantity, dropped empty values, foreign labels and containers are fine."""
    assert not drifted(DESIRED, stored())


def pod_of(live: dict) -> dict:
    """Return the pod of a Deployment."""
    return live["spec"]["template"]["spec"]


EDITS = {
    "label removed": lambda live: live["metadata"]["labels"].pop("ours"),
    "replicas": lambda live: live["spec"].update(replicas=0),
    "container removed": lambda live: pod_of(live)["containers"].pop(1),
    "image": lambda live: pod_of(live)["containers"][1].update(image="nginx:2"),
    "argument removed": lambda live: pod_of(live)["containers"][1].update(args=["-c"]),
    "arguments swapped": lambda live: pod_of(live)["containers"][1].update(args=["x", "-c"]),
    "variable removed": lambda live: pod_of(live)["containers"][1]["env"].pop(),
    "empty variable filled": lambda live: pod_of(live)["containers"][1]["env"][1].update(value="filled"),
    "port protocol": lambda live: pod_of(live)["containers"][1]["ports"][0].update(protocol="UDP"),
    "port name": lambda live: pod_of(live)["containers"][1]["ports"][0].update(name="other"),
    "request": lambda live: pod_of(live)["containers"][1]["resources"]["requests"].update(cpu="2"),
    "request removed": lambda live: pod_of(live)["containers"][1]["resources"]["requests"].pop("nvidia.com/gpu"),
    "mount option": lambda live: pod_of(live)["containers"][1]["volumeMounts"][0].update(readOnly=True),
    "toleration added": lambda live: pod_of(live)["tolerations"].append({"operator": "Exists"}),
    "tolerations removed": lambda live: pod_of(live)["tolerations"].clear(),
    "node selector narrowed": lambda live: pod_of(live)["nodeSelector"].update(theirs="2"),
    "volumes removed": lambda live: pod_of(live).pop("volumes"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_every_change_to_what_we_set_is_drift(edit):
    """Removed, replaced, re-ordered or extended: each is noticed."""
    live = stored()
    edit(live)
    assert drifted(DESIRED, live)


def test_text_that_looks_like_a_quantity_is_text():
    """Only resources are amounts: a variable ``1000m`` is not ``1``."""
    assert drifted({"env": [{"name": "A", "value": "1000m"}]}, {"env": [{"name": "A", "value": "1"}]})
