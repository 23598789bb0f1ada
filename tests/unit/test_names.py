"""Names: valid for Kubernetes whatever the author's key, stable, and never shared by two keys."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composeapp.translate import names

KEYS = st.from_regex(r"[a-zA-Z0-9._-]{1,90}", fullmatch=True)
"""What Compose accepts as the key of a service or model, and longer than anybody writes."""
APPS = st.from_regex(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?", fullmatch=True)

DNS_1123 = re.compile(r"(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
DNS_1035 = re.compile(r"(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?")


@given(APPS, KEYS)
def test_every_key_gives_valid_names(app, key):
    """Service names begin with a letter, all names and label values fit into a DNS label."""
    for name in (names.model_name(app, key), names.service_name(key), names.published_service_name(key)):
        assert DNS_1035.fullmatch(name)
    assert DNS_1123.fullmatch(names.workload_name(app, key))
    assert DNS_1123.fullmatch(names.container_name(key))
    assert DNS_1123.fullmatch(names.claim_name(app, key))
    assert DNS_1123.fullmatch(names.pod_volume_name("config0440", key))
    assert names.is_object_name(names.config_map_name(app, key, "content"))
    assert all(DNS_1123.fullmatch(value) for value in names.labels(app, names.MODEL_COMPONENT, key).values())


@given(APPS, KEYS, KEYS)
def test_two_keys_never_share_a_workload(app, one, other):
    """Different keys have different Deployments and selectors, though both become the same slug."""
    if one != other:
        assert names.workload_name(app, one) != names.workload_name(app, other)
        assert names.model_name(app, one) != names.model_name(app, other)
        assert names.selector(app, "model", one) != names.selector(app, "model", other)


@given(APPS, KEYS, KEYS)
def test_a_service_never_takes_a_models_deployment(app, service, model):
    """A service called ``model-llm`` and a model called ``llm`` have Deployments of their own."""
    assert names.workload_name(app, service) != names.model_name(app, model)


@pytest.mark.parametrize(
    ("key", "name"),
    [("web", "web"), ("chat-app", "chat-app"), ("WEB", "web"), ("my_db", "my-db-e0a37f"), ("2048", "s-2048-bfa0ec")],
)
def test_service_name(key, name):
    """Peers find a service under its own key wherever DNS can; these names are kept for ever."""
    assert names.service_name(key) == name


@pytest.mark.parametrize(
    ("key", "reachable"), [("web", True), ("Web", True), ("my_db", False), ("a.b", False), ("2048", False)]
)
def test_is_reachable(key, reachable):
    """Only a key that DNS takes as a Service's name is what peers call."""
    assert names.is_reachable(key) is reachable


def test_model_url():
    """The URL is the base path with a slash at its end, as Docker Compose writes it."""
    assert names.model_url("chat", "demo", "llm") == "http://chat-model-llm.demo.svc/v1/"


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        (None, "tcp-8080"),
        ("metrics", "metrics"),
        ("Not_Valid", "tcp-8080"),
        ("a-name-with-sixteen", "tcp-8080"),
        ("udp-53", "tcp-8080"),
    ],
)
def test_port_name(given_name, name):
    """An author's name stays where Kubernetes takes it and it cannot meet one of ours."""
    assert names.port_name("tcp", 8080, given_name) == name


@given(st.text(max_size=80))
def test_project_name_is_a_valid_app_name(text):
    """Any folder gives a name that the resource's own rule accepts."""
    name = names.project_name(text)
    assert len(name) <= names.APP_NAME_LENGTH
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", name)


def test_config_maps_of_two_apps_never_meet():
    """The hyphens of app and config may fall alike, with the same content: their objects are two all the same."""
    assert names.config_map_name("shop", "web-motd", "x") != names.config_map_name("shop-web", "motd", "x")


def test_container_of_a_service_is_none_of_ours():
    """Whatever a service is called, its pod has no two containers of one name."""
    assert names.container_name(names.SEED_CONTAINER) != names.SEED_CONTAINER
