"""The administrator's settings: safe without any, and every mistake named by its path."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composeapp import quantities
from composeapp.problems import InvalidDocumentError, Position
from composeapp.settings import Settings
from composeapp.settings_text import load_settings


def complaints(text: str) -> list[str]:
    """Return what is said about a settings file, places apart."""
    with pytest.raises(InvalidDocumentError) as caught:
        load_settings(text)
    return [str(replace(problem, position=None)) for problem in caught.value.problems]


@pytest.mark.parametrize("text", ["", "{}", "# nothing yet\n"])
def test_empty_settings_are_the_defaults(text):
    """Nobody has to decide anything."""
    assert load_settings(text) == Settings()


def test_keys_are_camel_case():
    """Settings are written as everything in Kubernetes is."""
    assert load_settings("modelServer: {defaultContextSize: 8192}").model_server.default_context_size == 8192
    assert complaints("model_server: {}") == ["model_server: unknown setting (did you mean modelServer?)"]


def test_every_mistake_is_named_by_its_path():
    """All mistakes are reported at once, misspelt keys with what was probably meant."""
    assert complaints(
        """
        gpu: {count: -1, vendr: nvidia}
        instanceClasses: {small: {tolerations: [{kee: x}], nodeSelektor: {}}}
        modelServer: {cpuMemory: 4Gx}
        registryMirrors: {docker.io: {endpoint: mirror.example.com}}
        """
    ) == [
        "gpu.count: input should be greater than or equal to 0",
        "gpu.vendr: unknown setting (did you mean vendor?)",
        "modelServer.cpuMemory: '4Gx' is not a Kubernetes quantity such as 500m, 2 or 4Gi",
        "instanceClasses.small.tolerations[0].kee: unknown setting (did you mean key?)",
        "instanceClasses.small.nodeSelektor: unknown setting (did you mean nodeSelector?)",
        r"""registryMirrors["docker.io"].endpoint: string should match pattern '^https?://[^/?#@\s]+(/[^?#\s]*)?$'""",
    ]


def test_a_mistake_is_where_its_line_says():
    """The place is that of the setting, or of what a missing one should be in."""
    with pytest.raises(InvalidDocumentError) as caught:
        load_settings("gpu:\n  count: -1\nregistryMirrors:\n  docker.io: {}\n")
    assert [problem.position for problem in caught.value.problems] == [Position(2, 3), Position(4, 3)]


def test_a_limit_below_its_request_is_refused():
    """Kubernetes would refuse every pod of such a class."""
    text = "instanceClasses: {s: {resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}}"
    assert complaints(text) == ["instanceClasses.s.resources: the request for memory, 2Gi, is above its limit, 1Gi"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("gpu: [", "yaml: while parsing a flow node did not find expected node content"),
        ("- gpu", "must be a mapping"),
        ("gpu:", "gpu: must be a mapping"),
    ],
)
def test_what_is_no_mapping_is_refused_in_words(text, problem):
    """A file that cannot be settings at all is said to be so."""
    assert complaints(text) == [problem]


def test_a_setting_written_twice_is_refused():
    """Neither of the two is dropped in silence."""
    assert complaints("gpu: {count: 1}\ngpu: {vendor: amd}") == ['gpu: mapping key "gpu" already defined at line 1']


def test_registries_are_known_by_the_name_in_references():
    """Docker Hub has several names; what no reference can name would never be met, so it is refused."""
    settings = load_settings("registryMirrors: {Index.Docker.io: {endpoint: 'http://mirror'}}")
    assert list(settings.registry_mirrors) == ["docker.io"]
    assert complaints("plainHttpRegistries: ['http://registry:5000', mirror]") == [
        f"plainHttpRegistries[{index}]: {name!r} is no registry's name: write HOST or HOST:PORT, as model references do"
        for index, name in enumerate(["http://registry:5000", "mirror"])
    ]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        *(("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("1000m", "1"), ("0.1", "100m"), ("2", "2"), ("2000", "2k")),
        *(("1500m", "1500m"), ("0Gi", "0"), ("1000M", "1G"), ("1023Ki", "1023Ki"), ("2000m", "2")),
    ],
)
def test_quantities_are_written_as_the_api_server_stores_them(written, stored):
    """Otherwise every apply of the same manifest would look like a change."""
    assert quantities.canonical(written) == stored


@pytest.mark.parametrize("text", ["", "Gi", "1 Gi", "-1", "1Kb", "1e3", "0.0001"])
def test_what_is_no_quantity_is_refused(text):
    """A slip of the administrator is found before it reaches a pod."""
    with pytest.raises(ValueError, match=r"quantity|finer"):
        quantities.canonical(text)


def test_quantities_may_be_yaml_numbers():
    """``cpu: 2`` is a number to YAML and a quantity to everybody else."""
    assert load_settings("modelServer: {cpuRequest: 2}").model_server.cpu_request == "2"
    assert load_settings("modelServer: {cpuRequest: 0.5}").model_server.cpu_request == "500m"


def test_every_setting_is_described():
    """The chart's ``values.schema.json`` and its readers live from these descriptions."""
    schema = Settings.model_json_schema()
    undescribed = [
        f"{owner}.{name}"
        for owner, node in {"Settings": schema, **schema["$defs"]}.items()
        for name, field in node["properties"].items()
        if not field.get("description")
    ]
    assert undescribed == []
