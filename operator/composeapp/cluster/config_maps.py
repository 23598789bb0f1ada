"""Reads the ConfigMaps that apps take variables from. They are not ours, so they are not watched."""

from __future__ import annotations

from http import HTTPStatus

from composeapp.cluster.errors import ClusterError
from composeapp.cluster.kinds import CONFIG_MAP, Reference
from composeapp.cluster.port import Cluster
from composeapp.plan import Change, Changes, Manifest, Outcome
from composeapp.variables_from import ConfigMap, ConfigMaps, Unread, config_map_names


class ConfigMapReader:
    """Reads anew whenever it is asked: one request for each ConfigMap that an app names."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def read(self, resource: Manifest) -> ConfigMaps:
        """
        Return the ConfigMaps that a ComposeApp names.

        Raises:
            ClusterError: if it is unknown whether there is one.

        """
        namespace = resource["metadata"]["namespace"]
        return {name: await self._one(namespace, name) for name in config_map_names(resource["spec"])}

    async def _one(self, namespace: str, name: str) -> ConfigMap | Unread:
        try:
            found = await self._cluster.get(Reference(CONFIG_MAP, namespace, name))
        except ClusterError as error:
            if error.status == HTTPStatus.FORBIDDEN:
                return Unread(str(error), "let the operator get ConfigMaps in this namespace")
            raise
        if found is None:
            hint = "create it, or write optional: true"
            return Unread(f'there is no ConfigMap "{name}" in namespace {namespace}', hint, is_missing=True)
        return ConfigMap(found.get("data") or {}, found["metadata"]["resourceVersion"])


def unread(config_maps: ConfigMaps) -> Changes:
    """Say what could not be read, so that somebody looks again."""
    return Changes(
        tuple(
            Change(CONFIG_MAP.name, name, Outcome.ABSENT, config_map.message)
            for name, config_map in config_maps.items()
            if isinstance(config_map, Unread)
        )
    )
