"""TLS between the puller and a registry: trusted, untrusted, missing, left by a redirect."""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from composeapp.puller.command import PullRequest, pull
from composeapp.puller.errors import PullError
from composeapp.puller.progress import Progress
from composeapp.puller.retry import RetryPolicy
from unit.registry_server import RegistryServer, Reply, digest, running

WEIGHTS = b"GGUF weights"


def certificate_file(folder: Path) -> Path:
    """
    Write a certificate for 127.0.0.1 that signs itself, and its key, into one file.

    It carries what Python 3.13 demands of every issuer: constraints, usage, key identifiers.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registry")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(certificate.public_bytes(pem) + private)
    return path


def _usage() -> x509.KeyUsage:
    names = ("digital_signature", "key_cert_sign", "content_commitment", "key_encipherment", "data_encipherment")
    names += ("key_agreement", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: name in {"digital_signature", "key_cert_sign"} for name in names})


@pytest.fixture
def certificate(tmp_path):
    """The registry's certificate."""
    return certificate_file(tmp_path)


@pytest.fixture
def registry(certificate):
    """A registry that speaks TLS and holds a model."""
    with running(certificate) as server:
        server.serve(WEIGHTS)
        yield server


def pull_from(registry: RegistryServer, into: Path) -> Path:
    """Pull as from any registry that is named in a reference, without a word about plain HTTP."""
    with (into / "log").open("w") as log:
        request = PullRequest(f"{registry.address}/ai/tiny", into)
        return pull(request, progress=Progress(log), policy=RetryPolicy(attempts=3, first_delay=0))


def test_trusted_registry(registry, certificate, tmp_path, monkeypatch):
    """The bundle of ``SSL_CERT_FILE`` says whom to trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    assert pull_from(registry, tmp_path).read_bytes() == WEIGHTS


def test_untrusted_registry(registry, tmp_path):
    """A certificate that nobody vouches for ends the pull at once, in these words."""
    with pytest.raises(PullError, match=r"its certificate is not trusted \(self-signed certificate\)"):
        pull_from(registry, tmp_path)

    assert registry.seen == []
    assert "trying again" not in (tmp_path / "log").read_text()


def test_registry_without_tls(tmp_path):
    """Plain HTTP is never tried by itself; the sentence says who can allow it."""
    with running() as plain:
        plain.serve(WEIGHTS)

        with pytest.raises(PullError, match="plain HTTP registry that the administrator has to list"):
            pull_from(plain, tmp_path)

        assert plain.seen == []


def test_redirect_out_of_tls(registry, certificate, tmp_path, monkeypatch):
    """A redirect from https to http is refused."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running() as plain:
        plain.on("/weights", Reply(WEIGHTS))
        location = {"Location": f"{plain.url}/weights"}
        registry.on(f"/v2/ai/tiny/blobs/{digest(WEIGHTS)}", Reply(status=307, headers=location))

        with pytest.raises(PullError, match="redirects to a http: URL, which is refused"):
            pull_from(registry, tmp_path)

        assert plain.seen == []


def test_token_over_plain_http(registry, certificate, tmp_path, monkeypatch):
    """A registry with TLS cannot send us to fetch its token without."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running() as plain:
        challenge = {"WWW-Authenticate": f'Bearer realm="{plain.url}/token"'}
        registry.on("/v2/ai/tiny/manifests/latest", Reply(status=401, headers=challenge))

        with pytest.raises(PullError, match="without credentials"):
            pull_from(registry, tmp_path)

        assert plain.seen == []
