"""
Images made from unpacked Debian packages: no registry of images is at hand, Debian's mirror is.

No maintainer script runs; what the scripts would do and a container needs is done here.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from localcluster import debian, oci
from localcluster.administrator import LLAMA_SERVER_IMAGE
from localcluster.containerd import PAUSE_IMAGE
from localcluster.images.archive import Archive, from_tree

PYTHON_IMAGE: Final = "composeapp.local/python:3.13"

# What apt counts as part of every Debian is named here too: an image begins with nothing.
_PAUSE_PACKAGES: Final = ("base-files", "busybox-static")
_LLAMA_PACKAGES: Final = (
    *("llama.cpp-tools", "base-files", "busybox-static"),
    *("libc6", "libgcc-s1", "libssl3t64", "libstdc++6", "libzstd1", "zlib1g"),
)
_PYTHON_PACKAGES: Final = (
    *("python3.13", "python3.13-venv", "base-files", "busybox-static", "ca-certificates", "netbase"),
    *("libbz2-1.0", "libc6", "libcrypt1", "libdb5.3t64", "libexpat1", "libffi8", "libgcc-s1", "liblzma5"),
    *("libncursesw6", "libreadline8t64", "libsqlite3-0", "libssl3t64", "libstdc++6", "libtinfo6"),
    *("libuuid1", "libzstd1", "zlib1g"),
)

_DISPENSABLE: Final = shutil.ignore_patterns(
    "bash-completion", "doc", "gconv", "gdb", "info", "lintian", "locale", "man"
)

_USERS: Final = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnonroot:x:65532:65532:nonroot:/tmp:/bin/sh\n",
    "etc/group": "root:x:0:\nnonroot:x:65532:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}

_CERTIFICATES: Final = "etc/ssl/certs/ca-certificates.crt"


_RECIPE: Final = (Path(__file__), Path(oci.__file__))
"""What the images depend on apart from the packages."""


def pause() -> Archive:
    """
    Return the image that holds a pod's namespaces: it waits, and reaps what others leave behind.

    A shell as process 1 does both while it waits for a child of its own.
    """
    script = "trap 'exit 0' TERM INT; while :; do sleep infinity & wait; done"
    config = {"Entrypoint": ["/bin/sh", "-c", script], "User": "65532:65532"}
    return _image(PAUSE_IMAGE, config, debian.packages(*_PAUSE_PACKAGES, suite="trixie"))


def llama_server() -> Archive:
    """
    Return Debian's llama.cpp server as an image that is started like the official one.

    Entry point and environment:
    https://github.com/ggml-org/llama.cpp/blob/master/.devops/cpu.Dockerfile
    """
    root = debian.packages(*_LLAMA_PACKAGES, suite="sid")
    config = {
        "Entrypoint": ["/app/llama-server"],
        "WorkingDir": "/app",
        "Env": ["PATH=/usr/bin", "LLAMA_ARG_HOST=0.0.0.0"],
        "Labels": {"org.opencontainers.image.version": package_version(root, "llama.cpp-tools")},
    }
    return _image(LLAMA_SERVER_IMAGE, config, root, _add_entry_point)


def python() -> Archive:
    """Return Debian's Python 3.13 as an image that can stand in for ``python:3.13-slim``."""
    root = debian.packages(*_PYTHON_PACKAGES, suite="trixie")
    config = {"Cmd": ["python3"], "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"]}
    return _image(PYTHON_IMAGE, config, root, _finish_python)


def package_version(root: Path, package: str) -> str:
    """Return the version of an unpacked package, read from its changelog."""
    with gzip.open(root / "usr/share/doc" / package / "changelog.Debian.gz", "rt") as changelog:
        first = changelog.readline()
    found = re.search(r"\((.+)\)", first)
    if not found:
        raise ValueError(f"{package}: no version in the changelog's first line: {first!r}")
    return found.group(1)


def _image(
    reference: str, config: dict[str, Any], packages: Path, finish: Callable[[Path], None] | None = None
) -> Archive:
    def fill(tree: Path) -> None:
        shutil.copytree(packages, tree, symlinks=True, ignore=_DISPENSABLE, dirs_exist_ok=True)
        _link_busybox(tree)
        for name, content in _USERS.items():
            (tree / name).write_text(content)
        if finish:
            finish(tree)

    return from_tree(reference, config, fill, str(packages), *_RECIPE)


def _link_busybox(tree: Path) -> None:
    """Give busybox the names of all the commands it knows and nobody else brings."""
    programs = tree / "usr/bin"
    known = subprocess.run([programs / "busybox", "--list"], check=True, capture_output=True, text=True).stdout
    for name in known.split():
        if not (programs / name).exists():
            (programs / name).symlink_to("busybox")


def _add_entry_point(tree: Path) -> None:
    (tree / "app").mkdir()
    (tree / "app/llama-server").symlink_to("/usr/bin/llama-server")


def _finish_python(tree: Path) -> None:
    (tree / "usr/bin/python3").symlink_to("python3.13")
    authorities = sorted((tree / "usr/share/ca-certificates").rglob("*.crt"))
    (tree / _CERTIFICATES).write_text("".join(path.read_text() for path in authorities))
    # as the package's maintainer script does; without it every start would compile the library again
    compile_all = [
        "/usr/bin/python3",
        "-m",
        "compileall",
        "-q",
        "--invalidation-mode=unchecked-hash",
        "/usr/lib/python3.13",
    ]
    subprocess.run(["chroot", tree, *compile_all], check=True)
