"""What becomes of everything that is mounted: the keys of a service, of its mounts, and of what they name."""

from __future__ import annotations

from typing import Final

from composeapp.translate.support.terms import Table, approximated, converted, honoured, ignored, refused, silent

SERVICE: Final[Table] = {
    **honoured(
        "volumes",
        "volumes of the pod, mounted in the container; a service that writes to one has the strategy Recreate",
    ),
    **approximated(
        "volumes_from",
        "the same volumes of the pod; without a name (anonymous) one cannot be shared, a container: neither",
    ),
    **approximated(
        "tmpfs",
        "an emptyDir of the pod in memory, whose size (or settings.volumes.temporarySize) is the limit; it counts as"
        " memory of the container, whoever runs there may write, and mount options but size and ro are left out",
    ),
    **honoured("configs", "a file of a ConfigMap, mounted read-only by subPath"),
    **honoured("secrets", "a file of a Secret, mounted read-only by subPath"),
    **honoured("read_only", "the container's securityContext.readOnlyRootFilesystem"),
    **honoured("shm_size", "an emptyDir of the pod in memory of that size at /dev/shm"),
    **approximated(
        "storage_opt", "size: the container's limit of ephemeral-storage, beyond which the pod is evicted; no other"
    ),
}
MOUNT: Final[Table] = {
    **approximated(
        "type",
        "volume and tmpfs as described here; bind is for convert, or a hostPath where settings.volumes.hostPaths"
        " allows it; image, npipe and cluster are refused",
    ),
    **honoured(
        "source", "the volume; a new one is filled from the image by an init container, which needs its /bin/sh and cp"
    ),
    **approximated(
        "target",
        "the mount's mountPath; what is mounted without a source (anonymous) is the container's own file system, or an"
        " emptyDir filled from the image where that is read-only: it goes with the pod",
    ),
    **honoured("read_only", "the mount's readOnly"),
    **honoured("bind", "see its own table"),
    **honoured("volume", "see its own table"),
    **honoured("tmpfs", "see its own table"),
    **refused(
        "image",
        "clusters mount images by default only from Kubernetes 1.35 on",
        "copy its files into the service's image",
    ),
    **silent("consistency", "nothing: only Docker Desktop on a Mac ever read it"),
}
BIND: Final[Table] = {
    **approximated("propagation", "the mount's mountPropagation: rslave is HostToContainer; shared is refused"),
    **silent("create_host_path", "nothing: a hostPath without type is mounted if it is there"),
    **ignored("recursive", "a mount of the node always holds what is mounted below it", "remove it"),
    **silent("selinux", "nothing: the cluster labels what it mounts"),
}
VOLUME_OPTIONS: Final[Table] = {
    **honoured("nocopy", "no init container fills the volume from the image"),
    **approximated("subpath", "the mount's subPath; Kubernetes makes the folder if there is none"),
    **silent("labels", "nothing: they describe the volume, which has labels of its own"),
}
TMPFS_OPTIONS: Final[Table] = {
    **honoured("size", "the emptyDir's sizeLimit"),
    **approximated("mode", "1777 or 0777 is what every emptyDir has; any other is left out, with a warning"),
}
FILE_MOUNT: Final[Table] = {
    **honoured("source", "the ConfigMap or Secret"),
    **honoured("target", "the mount's mountPath; where it is relative, below / (configs) or /run/secrets (secrets)"),
    **honoured("mode", "the mode of the volume's item; a group of the pod (fsGroup) may read it as well"),
    **approximated(
        "uid gid", "files belong to root; where mode keeps others from reading, the number becomes the pod's fsGroup"
    ),
}

VOLUME: Final[Table] = {
    **honoured("name", "the claim's name"),
    **approximated(
        "driver", "local is settings.volumes.storageClassName; any other a StorageClass, by settings.volumes.drivers"
    ),
    **approximated(
        "driver_opts",
        "size: what the claim requests; type tmpfs: an emptyDir in memory for one service; type nfs: an NFS volume of"
        " settings.volumes.nfsServers; type none: a hostPath of settings.volumes.hostPaths",
    ),
    **honoured(
        "external",
        "a claim that is there: name, else the key; it is mounted as it is (x-kubernetes.subPath: a folder in it), and"
        " taken for one that only one node can mount unless x-kubernetes.accessModes says otherwise",
    ),
    **approximated("labels", "annotations of the claim"),
}
CONFIG: Final[Table] = {
    **honoured("content", "an immutable ConfigMap named after the app, the config and its content"),
    **honoured("environment", "the same, with the variable's value as content"),
    **converted("file", "a cluster cannot read a file of yours"),
    **honoured("external", "a ConfigMap that is there, and of it the key x-kubernetes.key, else the config's own name"),
    **honoured("name", "the name of an external ConfigMap"),
    **approximated("labels", "annotations of the ConfigMap"),
    **refused("template_driver", "only Docker Swarm fills in templates", "write the content as it shall be"),
}
_VAULT: Final = "let something in the cluster (such as External Secrets) make a Secret, and write external: true"
SECRET: Final[Table] = {
    **honoured(
        "environment", "the key of the Secret from which variablesFrom takes the variable; any other is refused"
    ),
    **converted("file", "a cluster cannot read a file of yours"),
    **honoured("external", "a Secret that is there, and of it the key x-kubernetes.key, else the secret's own name"),
    **honoured("name", "the name of an external Secret"),
    **ignored("labels", "no Secret is made that could carry them", "remove them"),
    **refused("driver driver_opts", "a cluster has no such driver", _VAULT),
    **refused("template_driver", "only Docker Swarm fills in templates", _VAULT),
}
