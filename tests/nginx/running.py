"""nginx, `serve` behind it and `probe` before it, each as long as one test needs it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from .sites import Site

# Debian keeps it where only root looks. The variable names another one than the system's.
BINARY = os.environ.get("WS_HANDSHAKE_NGINX") or shutil.which(
    "nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"
)
PATIENCE = 10.0  # seconds after which a test has failed


def version_of(binary: str) -> tuple[int, ...]:
    told = subprocess.run([binary, "-v"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"/(\d+)\.(\d+)\.(\d+)", told)
    assert found is not None, told
    return tuple(map(int, found.groups()))


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens at, all different."""
    with ExitStack() as stack:
        found = [
            stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
            for _ in range(count)
        ]
        return [listener.getsockname()[1] for listener in found]


class Nginx:
    """Runs sites, with all that nginx writes in a directory of the test."""

    def __init__(self, binary: str, directory: Path) -> None:
        self.version = version_of(binary)
        self.directory = directory
        self._file = directory / "nginx.conf"
        self._ports: list[int] = []
        # Nothing outside of the directory is read or written, whatever nginx was built with. That
        # directory is closed to the user whom root's nginx would work as by default.
        self._command = [
            *(binary, "-p", str(directory), "-c", str(self._file)),
            *("-e", str(directory / "error.log")),
            *(["-g", "user root;"] if os.geteuid() == 0 else []),
        ]
        (directory / "html").mkdir()
        (directory / "html" / "index.html").write_text("<!DOCTYPE html><title>A page</title>")
        (directory / "htpasswd").write_text("user:{PLAIN}secret\n")

    @contextmanager
    def running(self, site: Site, behind: int) -> Iterator[int]:
        """The port of nginx, once it listens; the server's port is `behind`."""
        self._ports = [*free_ports(len(site.hops)), behind]
        self.edit(site)
        process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        try:
            self._wait_for(process, self._ports[0])
            yield self._ports[0]
        finally:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE)
            finally:
                process.kill()

    def edit(self, site: Site) -> None:
        """Write the configuration, for the ports of the one that runs."""
        self._file.write_text(site.text(self._ports))

    def _wait_for(self, process: subprocess.Popen[str], port: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, process.communicate()[1]
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "nginx does not listen"
                time.sleep(0.01)
            else:
                return

    def sh(self, printed: str) -> str:
        """Run a printed command for this nginx and nobody else's."""
        command = printed.replace("sudo nginx", shlex.join(self._command))
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


class Behind:
    """A `serve` at `port`; what it printed is there when it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        self._first = process.stdout.readline()
        found = re.search(r'127\.0\.0\.1:(\d+)/|"port": (\d+)', self._first)
        assert found is not None, self._first
        self.port = int(found[1] or found[2])
        self.printed = ""

    def end(self) -> None:
        """All is printed before it is answered, so nothing is lost by ending at once."""
        self._process.terminate()
        try:
            self.printed = self._process.communicate(timeout=PATIENCE)[0]
        finally:
            self._process.kill()

    def arrivals(self) -> list[dict[str, Any]]:
        """The requests that came, from the JSON of a `serve` that has ended."""
        events = [json.loads(line) for line in self.printed.splitlines()]
        return [event for event in events if event["event"] == "arrival"]


@contextmanager
def serving(*arguments: str, port: int = 0) -> Iterator[Behind]:
    command = [sys.executable, "-m", "ws_handshake", "serve", "--port", str(port), *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=environment)
    try:
        behind = Behind(process)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    try:
        yield behind
    finally:
        behind.end()
