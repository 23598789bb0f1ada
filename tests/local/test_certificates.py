"""The cluster's certificates, as strict clients look at them."""

from __future__ import annotations

import ssl
import stat

import pytest
import yaml
from cryptography import x509

from localcluster import certificates
from localcluster.layout import Layout


@pytest.fixture
def layout(tmp_path, monkeypatch):
    """A cluster's place."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Layout.of("certificates")


def handshake(server_side, client_side):
    """Let two sides of a TLS connection meet in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(to_client, to_server, server_hostname="kubernetes.default.svc")
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    pending = [client, server]
    while pending:
        side = pending.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pending.append(side)
    return server.getpeercert()


def test_the_strictest_client_accepts_the_server_and_is_known_to_it(layout):
    """Python's strict verification (the default from 3.13 on) passes both ways; the server learns user and group."""
    serving = certificates.issue(layout, certificates.api_server(layout))
    user = certificates.issue(layout, certificates.kubelet("real"))
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.authority(layout))
    server_side.load_cert_chain(serving.certificate, serving.key)
    server_side.verify_mode = ssl.CERT_REQUIRED
    client_side = ssl.create_default_context(cafile=certificates.authority(layout))
    client_side.load_cert_chain(user.certificate, user.key)
    for side in (server_side, client_side):
        side.verify_flags |= ssl.VERIFY_X509_STRICT

    known = handshake(server_side, client_side)

    assert dict(part[0] for part in known["subject"]) == {
        "commonName": "system:node:real",
        "organizationName": "system:nodes",
    }


def test_the_server_answers_for_every_way_to_it(layout):
    """The certificate names the host's address, the loopback address and the cluster IP."""
    serving = certificates.issue(layout, certificates.api_server(layout))
    certificate = x509.load_pem_x509_certificate(serving.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    assert addresses == {"127.0.0.1", layout.host_address, layout.api_service_address}


def test_what_was_issued_stays(layout):
    """Asking again gives the same files, so nothing that runs is surprised."""
    certificates.issue(layout, certificates.ADMINISTRATOR)
    before = {path: path.read_bytes() for path in layout.pki.iterdir()}

    certificates.issue(layout, certificates.ADMINISTRATOR)

    assert {path: path.read_bytes() for path in layout.pki.iterdir()} == before


def test_a_key_without_its_certificate_is_made_anew(layout):
    """After an interruption between the two files, both are made again and fit each other."""
    pair = certificates.issue(layout, certificates.ADMINISTRATOR)
    pair.certificate.unlink()

    again = certificates.issue(layout, certificates.ADMINISTRATOR)

    ssl.create_default_context().load_cert_chain(again.certificate, again.key)


def test_nobody_else_can_read_what_is_secret(layout):
    """Keys and kubeconfigs are for the owner alone."""
    kubeconfig = certificates.write_kubeconfig(layout, certificates.ADMINISTRATOR, "https://127.0.0.1:1")
    secrets = [kubeconfig, certificates.service_account_key(layout), *layout.pki.glob("*.key")]

    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert yaml.safe_load(kubeconfig.read_text())["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:1"
