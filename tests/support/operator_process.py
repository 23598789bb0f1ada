"""The operator as a person starts it: ``composeapp operator`` with a kubeconfig."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import requests

from support.waiting import eventually


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass
class OperatorProcess:
    """Starts, stops, kills and restarts one operator process."""

    kubeconfig: Path
    settings: Path
    log: Path
    _process: subprocess.Popen[bytes] | None = None
    _health_port: int = field(default_factory=free_port)

    @property
    def pid(self) -> int:
        """The process id of the running operator."""
        assert self._process is not None, "the operator was not started"
        return self._process.pid

    def start(self) -> None:
        """Start, and return once the operator says that it is ready."""
        command = [sys.executable, "-m", "composeapp", "operator", "--kubeconfig", str(self.kubeconfig)]
        command += ["--settings", str(self.settings), "--health-address", f"127.0.0.1:{self._health_port}"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        eventually(self.assert_ready)

    def assert_ready(self) -> None:
        """Fail unless ``/readyz`` answers 200; a dead process shows its last words."""
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()[-3000:]
        try:
            answer = requests.get(f"http://127.0.0.1:{self._health_port}/readyz", timeout=5)
        except requests.ConnectionError as error:
            raise AssertionError(str(error)) from error
        assert answer.status_code == 200, answer.text

    def stop(self) -> int:
        """Ask it to end, as the kubelet does, and return its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it without a chance to clean up."""
        return self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start again."""
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(timeout=60)
        self._process = None
        return code
