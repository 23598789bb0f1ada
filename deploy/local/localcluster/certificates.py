"""The cluster's certificate authority, the certificates it gives out, and kubeconfigs made of them."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from localcluster.layout import Layout

_VALID: Final = timedelta(days=3650)
_CLOCK_SKEW: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Identity:
    """
    Who a certificate stands for: Kubernetes reads the user from the common name and the group from the organization.

    ``file`` names the certificate's files; ``hosts`` are the DNS names and addresses that a
    server with it answers for.
    """

    file: str
    user: str
    group: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyPair:
    """The PEM files of one identity."""

    certificate: Path
    key: Path


# The groups and users are those of the bootstrap roles:
# https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
ADMINISTRATOR: Final = Identity("admin", "admin", "system:masters")
CONTROLLER_MANAGER: Final = Identity("kube-controller-manager", "system:kube-controller-manager")
SCHEDULER: Final = Identity("kube-scheduler", "system:kube-scheduler")
KUBELET_CLIENT: Final = Identity("apiserver-kubelet-client", "kube-apiserver-kubelet-client", "system:masters")
KUBE_PROXY: Final = Identity("kube-proxy", "system:kube-proxy")
COREDNS: Final = Identity("coredns", "coredns", "system:masters")
SIMULATOR: Final = Identity("kwok", "kwok", "system:masters")
PROVISIONER: Final = Identity("provisioner", "provisioner", "system:masters")


def kubelet(node: str) -> Identity:
    """Return the identity of a node's kubelet, as the Node authorizer wants it."""
    return Identity("kubelet", f"system:node:{node}", "system:nodes")


def api_server(layout: Layout) -> Identity:
    """Return the identity of the API server, reachable from the host, from the node and from pods."""
    service = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
    hosts = (*service, "localhost", "127.0.0.1", layout.host_address, layout.api_service_address)
    return Identity("kube-apiserver", "kube-apiserver", hosts=hosts)


def authority(layout: Layout) -> Path:
    """Return the authority's certificate, made the first time."""
    files = _files(layout, "ca")
    if not files.certificate.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(Identity("ca", f"composeapp local cluster {layout.name}"))
        # Python 3.13 refuses an authority without the key usage extension
        usage = _key_usage(key_cert_sign=True, crl_sign=True)
        request = (
            _certificate(name, name, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        _write(files, key, request.sign(key, hashes.SHA256()))
    return files.certificate


def issue(layout: Layout, identity: Identity) -> KeyPair:
    """Return an identity's key and certificate, made the first time."""
    files = _files(layout, identity.file)
    if not files.certificate.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.load_pem_x509_certificate(authority(layout).read_bytes())
        request = _certificate(_name(identity), issuer.subject, key)
        for extension, critical in _leaf_extensions(identity, issuer):
            request = request.add_extension(extension, critical=critical)
        _write(files, key, request.sign(_load_key(_files(layout, "ca").key), hashes.SHA256()))
    return files


def service_account_key(layout: Layout) -> Path:
    """Return the private key that signs service account tokens, made the first time."""
    path = layout.pki / "service-account.key"
    if not path.exists():
        _replace(path, _pem(ec.generate_private_key(ec.SECP256R1())))
    return path


def write_kubeconfig(layout: Layout, identity: Identity, server: str) -> Path:
    """Write a kubeconfig that needs no other file, for the API server at a URL, and return its path."""
    pair = issue(layout, identity)
    cluster = {"server": server, "certificate-authority-data": _base64(authority(layout))}
    user = {"client-certificate-data": _base64(pair.certificate), "client-key-data": _base64(pair.key)}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": layout.name, "cluster": cluster}],
        "users": [{"name": identity.file, "user": user}],
        "contexts": [{"name": layout.name, "context": {"cluster": layout.name, "user": identity.file}}],
        "current-context": layout.name,
    }
    path = layout.state / f"{identity.file}.kubeconfig"
    _replace(path, yaml.safe_dump(content, sort_keys=False).encode())
    return path


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _VALID)
    )


def _leaf_extensions(identity: Identity, issuer: x509.Certificate) -> list[tuple[x509.ExtensionType, bool]]:
    issuer_key = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    names = [_general_name(host) for host in identity.hosts or (identity.file,)]
    return [
        (_key_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), False),
        (x509.SubjectAlternativeName(names), False),
    ]


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(identity: Identity) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, identity.user)]
    if identity.group:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, identity.group))
    return x509.Name(parts)


def _files(layout: Layout, name: str) -> KeyPair:
    return KeyPair(layout.pki / f"{name}.crt", layout.pki / f"{name}.key")


def _write(files: KeyPair, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """Write the certificate last: that it exists says that both are complete."""
    _replace(files.key, _pem(key))
    _replace(files.certificate, certificate.public_bytes(Encoding.PEM))


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no elliptic curve key")
    return key


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.rename(path)


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
