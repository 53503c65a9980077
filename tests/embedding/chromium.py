"""Headless Chromium, driven by WebDriver's plain HTTP: open a page, run a script in it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from interop.conftest import missing

PATIENCE = 20.0  # seconds for one command; starting is the slowest
# No connection but to the pages of the test, and nothing of anybody's settings.
SWITCHES = [
    "--headless",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
]


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed; apt-get install chromium chromium-driver")
    return found


class Browser:
    """A session of ChromeDriver (W3C WebDriver)."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}"
        self._session = ""
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.process = 0

    def command(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            self._root + self._session + path, data, headers, method=method
        )
        with self._opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def start(self, options: dict[str, Any]) -> None:
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"script": 10_000, "pageLoad": 10_000},
        }
        session = self.command("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{session['sessionId']}"
        self.process = session["capabilities"].get("goog:processID", 0)

    def visit(self, url: str) -> None:
        self.command("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script hands to the function that is its last argument."""
        return self.command("POST", "/execute/async", {"script": script, "args": arguments})

    def console(self, fewest: int = 0) -> list[str]:
        """The new lines of the console, which come a little later than what they tell of."""
        deadline = time.monotonic() + 2
        lines: list[str] = []
        while True:
            entries = self.command("POST", "/se/log", {"type": "browser"})
            lines += [entry["message"] for entry in entries]
            if len(lines) >= fewest or time.monotonic() > deadline:
                return lines
            time.sleep(0.02)


def await_driver(browser: Browser, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError):
            if browser.command("GET", "/status")["ready"]:
                return
        time.sleep(0.02)
    raise AssertionError("ChromeDriver does not start")


@contextmanager
def chromium(directory: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in `directory`."""
    switches = [*SWITCHES, f"--user-data-dir={directory / 'profile'}"]
    if os.geteuid() == 0:
        switches.append("--no-sandbox")  # Chromium has none for root.
    options = {"binary": program("chromium"), "args": switches}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [program("chromedriver"), f"--port={port}", f"--log-path={directory / 'log'}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    browser = Browser(port)
    try:
        await_driver(browser, process)
        browser.start(options)
        yield browser
        browser.command("DELETE", "")
    finally:
        process.kill()
        process.wait()
        if browser.process:
            with suppress(ProcessLookupError):  # Otherwise it has ended by itself.
                os.kill(browser.process, signal.SIGKILL)
