"""
Makes the volumes of the default StorageClass: folders below the cluster's state.

Kubernetes has a provisioner for tests of its own (kube-controller-manager
``--enable-hostpath-provisioner``), but only root may write into its folders, and they lie in
``/tmp`` for all clusters together. This one's folders take any user and go with the cluster.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import kubernetes
from tenacity import Retrying, retry_always, wait_fixed

from localcluster import certificates, processes
from localcluster.layout import Layout

PROVISIONER: Final = "composeapp.dev/host-path"

_PROCESS: Final = "provisioner"
_ASKED: Final = "volume.kubernetes.io/storage-provisioner"
_PROVIDED: Final = "pv.kubernetes.io/provisioned-by"
_CONFLICT: Final = 409
_NOT_FOUND: Final = 404

_KUBERNETES: Final[Any] = kubernetes
"""The client library, which has no type information."""


def start(layout: Layout, server: str) -> None:
    """Start the provisioner as a process of the cluster whose API server is at ``server``."""
    kubeconfig = certificates.write_kubeconfig(layout, certificates.PROVISIONER, server)
    command: list[str | Path] = [sys.executable, "-m", __name__, kubeconfig, layout.volumes]
    source = str(Path(__file__).resolve().parents[1])
    processes.start(layout, _PROCESS, command, environment={"PYTHONPATH": source})


def stop(layout: Layout) -> None:
    """Stop the provisioner; the volumes stay."""
    processes.stop(layout, _PROCESS)


class Provisioner:
    """Answers claims with folders, and removes the folders of released volumes."""

    def __init__(self, api: Any, folder: Path) -> None:
        self._api = api
        self._folder = folder

    def run(self) -> None:
        """Watch claims and volumes for ever."""
        reclaiming = threading.Thread(target=self._follow, args=("list_persistent_volume", self.reclaim), daemon=True)
        reclaiming.start()
        self._follow("list_persistent_volume_claim_for_all_namespaces", self.provide)

    def provide(self, claim: Any) -> None:
        """Make the volume for a claim that waits for one of ours."""
        asked = (claim.metadata.annotations or {}).get(_ASKED)
        if asked != PROVISIONER or claim.spec.volume_name or claim.metadata.deletion_timestamp:
            return
        folder = self._folder / f"pvc-{claim.metadata.uid}"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)  # whatever user its pod runs as
        try:
            self._api.create_persistent_volume(_volume(claim, folder))
        except _KUBERNETES.client.ApiException as error:
            if error.status != _CONFLICT:  # else an earlier look at this claim has made it
                raise

    def reclaim(self, volume: Any) -> None:
        """Remove a volume whose claim is gone."""
        ours = (volume.metadata.annotations or {}).get(_PROVIDED) == PROVISIONER
        if not ours or volume.status.phase != "Released" or volume.spec.persistent_volume_reclaim_policy != "Delete":
            return
        shutil.rmtree(volume.spec.host_path.path, ignore_errors=True)
        try:
            self._api.delete_persistent_volume(volume.metadata.name)
        except _KUBERNETES.client.ApiException as error:
            if error.status != _NOT_FOUND:
                raise

    def _follow(self, listing: str, look: Callable[[Any], None]) -> None:
        def once() -> None:
            for event in _KUBERNETES.watch.Watch().stream(getattr(self._api, listing), timeout_seconds=300):
                if event["type"] in {"ADDED", "MODIFIED"}:
                    look(event["object"])

        Retrying(retry=retry_always, wait=wait_fixed(1))(once)


def _volume(claim: Any, folder: Path) -> dict[str, Any]:
    reference = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "namespace": claim.metadata.namespace,
        "name": claim.metadata.name,
        "uid": claim.metadata.uid,
    }
    return {
        "metadata": {"name": folder.name, "annotations": {_PROVIDED: PROVISIONER}},
        "spec": {
            "accessModes": claim.spec.access_modes,
            "capacity": {"storage": claim.spec.resources.requests["storage"]},
            "claimRef": reference,
            "hostPath": {"path": str(folder), "type": "Directory"},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": claim.spec.storage_class_name,
        },
    }


def main(kubeconfig: str, folder: str) -> None:
    """Run the provisioner with a kubeconfig."""
    Provisioner(_KUBERNETES.client.CoreV1Api(_KUBERNETES.config.new_client_from_config(kubeconfig)), Path(folder)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
