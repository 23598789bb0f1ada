"""What leans on a Docker host is named, with the way out; what does not is left alone."""

import pytest

from composeapp.compose import docker_host
from composeapp.compose.parse import parse_text

MODEL = "models:\n  llm: {model: ai/m}\n"


def document(keys, rest=MODEL):
    return parse_text(f"services:\n  app: {{{keys}}}\n{rest}")[0]


def found(keys, rest=MODEL):
    """Return the place, inside the service, and the hint of each problem."""
    return [(problem.path[2:], problem.hint) for problem in docker_host.find(document(keys, rest))]


def warned(keys):
    return [(warning.path[2:], warning.hint) for warning in docker_host.find_warnings(document(keys))]


ENGINE = [
    ("volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']", ("volumes", 0)),
    ("volumes: ['data:/d', {type: bind, source: /run/user/1000/docker.sock, target: /docker.sock}]", ("volumes", 1)),
    ("volumes: [{type: npipe, source: '\\\\.\\pipe\\docker_engine', target: '\\\\.\\pipe\\docker_engine'}]",
     ("volumes", 0)),
    ("use_api_socket: true", ("use_api_socket",)),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "place"), ENGINE)
def test_who_talks_to_the_engine_is_found(keys, place):
    """A socket, by whatever way it comes into the container."""
    ((path, hint),) = found(f"image: example/app, {keys}", "volumes: {data: }\n")
    assert path == place
    assert "Kubernetes API" in hint


@pytest.mark.parametrize(
    ("image", "way_out"),
    [
        ("traefik:v3.5", "Ingress"),
        ("docker.io/jwilder/nginx-proxy:1@sha256:00", "Ingress"),
        ("containrrr/watchtower", "GitOps"),
        ("registry.example:5000/portainer-ce:2", "kubectl"),
        ("amir20/dozzle", "logs"),
        ("willfarrell/autoheal", "restarts"),
        ("docker/mcp-gateway:latest", "--static=true"),
    ],
)
def test_the_way_out_depends_on_what_the_service_is_for(image, way_out):
    """Well-known tools have a counterpart in a cluster, and it is named."""
    ((_, hint),) = found(f"image: '{image}', volumes: ['/var/run/docker.sock:/var/run/docker.sock']")
    assert way_out in hint


def test_a_gateway_without_a_socket_is_only_warned_of():
    """It may have remote servers; one that is told to be static needs no engine."""
    ((path, hint),) = warned("image: docker/mcp-gateway, command: [--servers=duckduckgo]")
    assert (path, "mcp-NAME" in hint) == ((), True)
    assert not found("image: docker/mcp-gateway, command: [--servers=duckduckgo]")
    assert not warned("image: docker/mcp-gateway, command: [--static=true, --servers=duckduckgo]")
    assert not warned("image: docker/mcp-gateway, use_api_socket: true")


ADDRESSES = [
    ("environment: {URL: 'http://host.docker.internal:11434'}", ("environment", "URL")),
    ("environment: ['URL=http://host.docker.internal:11434']", ("environment", "URL")),
    ("command: serve --backend host.docker.internal:9000", ("command", 2)),
    ("entrypoint: [run, 'http://gateway.docker.internal']", ("entrypoint", 1)),
    ("healthcheck: {test: curl http://host.docker.internal}", ("healthcheck", "test", 1)),
    ("post_start: [{command: [curl, host.docker.internal]}]", ("post_start", 0, "command", 1)),
    ("environment: {URL: 'http://model-runner.docker.internal/v1'}", ("environment", "URL")),
]


@pytest.mark.parametrize(("keys", "place"), ADDRESSES)
def test_addresses_of_the_host_are_found(keys, place):
    """Wherever a program is told a name that only an engine resolves."""
    ((path, hint),) = found(f"image: x, {keys}")
    assert path == place
    assert hint


def test_addresses_in_a_config_are_found():
    """A config's text tells addresses too."""
    text = "configs: {c: {content: 'upstream: host.docker.internal:80'}}\n"
    (problem,) = docker_host.find(document("image: x", text))
    assert problem.path == ("configs", "c", "content")


def test_the_model_runner_is_replaced_by_a_binding():
    """The hint is what to write, with the variable that held the address."""
    keys = "image: x, models: [llm], environment: {OPENAI_BASE_URL: 'http://model-runner.docker.internal/v1'}"
    ((_, hint),) = found(keys)
    assert "models: {llm: {endpoint_var: OPENAI_BASE_URL}}" in hint


@pytest.mark.parametrize("binding", ["[llm]", "{llm: {endpoint_var: LLM_URL}}"])
def test_an_address_that_a_binding_replaces_is_no_problem(binding):
    """What the model's variable overwrites never reaches the program."""
    assert not found(f"image: x, models: {binding}, environment: {{LLM_URL: 'http://model-runner.docker.internal/'}}")


def test_a_host_with_an_address_of_its_own_is_no_problem():
    """Who says what the name means has a name that leads somewhere."""
    assert not found("image: x, environment: {A: host.docker.internal}, extra_hosts: [host.docker.internal=192.0.2.7]")


def test_a_name_for_the_host_is_warned_of():
    """Without anybody who uses it, it is only left out."""
    keys = "image: x, extra_hosts: ['host.docker.internal:host-gateway', 'db:192.0.2.7']"
    assert [path for path, _ in warned(keys)] == [("extra_hosts", "host.docker.internal")]
    assert not found(keys)


def test_the_network_of_the_host_is_found():
    """A pod has its own, and there is another way to be reached."""
    ((path, hint),) = found("image: x, network_mode: host")
    assert path == ("network_mode",)
    assert "ports" in hint
    assert not found("image: x, network_mode: none")


def test_services_whose_profile_is_off_are_not_asked():
    """Only what would run counts."""
    assert not found("image: x, network_mode: host, profiles: [p]")
