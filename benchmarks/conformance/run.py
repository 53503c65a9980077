"""Run the conformance kit against real servers and clients: `make conformance` writes README.md.

python -m conformance.run [--only NAME ...] [--results FILE] [--write]
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import importlib.metadata
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance import clients, servers

HERE = Path(__file__).parent
KIT = [sys.executable, "-m", "ws_handshake", "conformance", "--json"]
LIMITS = {"server": "5", "client": "5"}  # seconds for a case
COUNTED = ("must", "security")
MOST_IDS = 4  # that are named where many cases fail in one way
PATIENCE = 1800  # seconds for all cases of a peer

Cases = list[dict[str, Any]]

# What each peer is, and how it is set up; the rest is what it does by default.
ABOUT = {
    "websockets": ("websockets", "`serve(echo, subprotocols=['chat'])`", "`connect(url)`"),
    "aiohttp": (
        "aiohttp",
        "`web.WebSocketResponse(protocols=['chat'])`",
        "`session.ws_connect(url)`",
    ),
    "tornado": (
        "tornado",
        "`WebSocketHandler` with compression and its own check of Origin",
        "`websocket_connect(url, compression_options={})`",
    ),
    "uvicorn, websockets": ("uvicorn", "`ws='websockets', http='httptools'`", ""),
    "uvicorn, websockets-sansio": ("uvicorn", "`ws='websockets-sansio', http='httptools'`", ""),
    "uvicorn, wsproto": ("uvicorn", "`ws='wsproto', http='httptools'`", ""),
    "uvicorn, wsproto, h11": ("uvicorn", "`ws='wsproto', http='h11'`", ""),
    "hypercorn": ("hypercorn", "`hypercorn.asyncio.serve`", ""),
    "ws (Node)": (
        "ws",
        "`WebSocketServer` with `perMessageDeflate`",
        "`new WebSocket(url, ['chat'])`",
    ),
    "ws_handshake": (
        "ws_handshake",
        "`tests/embedding/asyncio_streams_server.py`",
        "`ClientHandshake` with permessage-deflate",
    ),
    "websocket-client": ("websocket-client", "", "`create_connection(url)`"),
    "Chromium": ("chromium", "", "headless, `new WebSocket(url, ['chat'])` in a page"),
}
BELOW = {
    "uvicorn, websockets": ["websockets", "httptools"],
    "uvicorn, websockets-sansio": ["websockets", "httptools"],
    "uvicorn, wsproto": ["wsproto", "h11", "httptools"],
    "uvicorn, wsproto, h11": ["wsproto", "h11"],
    "hypercorn": ["wsproto", "h11"],
}


def version(name: str) -> str:
    if name == "ws":
        file = servers.REPOSITORY / "tests/interop/node_modules/ws/package.json"
        return str(json.loads(file.read_text("utf-8"))["version"])
    if name == "chromium":
        told = subprocess.run([name, "--version"], capture_output=True, text=True, check=True)
        return re.sub(r"[^0-9.]*([0-9.]+).*", r"\1", told.stdout.strip())
    return importlib.metadata.version(name)


def versions(peer: str) -> str:
    own = ABOUT[peer][0]
    below = [f"{name} {version(name)}" for name in BELOW.get(peer, [])]
    if own == "ws":
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
        below = [f"Node {node.stdout.strip().removeprefix('v')}"]
    return f"{version(own)}{f' on {chr(44).join(below)}' if below else ''}".replace(",", ", ")


@contextlib.contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that ends with this block, whatever happens."""
    with subprocess.Popen(command, encoding="utf-8", **options) as process:
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.send_signal(signal.SIGINT)  # so that it can end what it has started
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()


def port_in(line: str) -> int:
    return int(re.findall(r"[0-9]+", line)[-1])


def judge_server(name: str) -> Cases:
    """What the kit tells of a server."""
    quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with running(servers.command(name), **quiet) as server:
        assert server.stdout is not None
        port = port_in(server.stdout.readline())
        command = [*KIT, f"ws://127.0.0.1:{port}/", "--subprotocol", "chat"]
        command += ["--timeout", LIMITS["server"]]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    told = json.loads(done.stdout)
    if told["failure"] is not None or told["notes"]:
        raise SystemExit(f"{name}: {told['failure'] or told['notes']}")
    return list(told["cases"])


def judge_client(name: str) -> Cases:
    """What the kit tells of a client."""
    command = [*KIT, "--listen", "0", "--timeout", LIMITS["client"]]
    found: dict[str, dict[str, Any]] = {}
    with running(command, stdout=subprocess.PIPE) as examiner:
        assert examiner.stdout is not None
        first = json.loads(examiner.stdout.readline())

        def read() -> None:
            for line in examiner.stdout or ():
                event = json.loads(line)
                if event["event"] == "result":
                    found[event["id"]] = event

        reader = threading.Thread(target=read)
        reader.start()
        with running(
            clients.command(name, first["port"]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as client:
            client.wait(PATIENCE)
        time.sleep(float(LIMITS["client"]))  # the last ones may be waited for
        examiner.send_signal(signal.SIGINT)
        reader.join(PATIENCE)
    if len(found) < first["cases"]:
        print(f"{name} asked for {len(found)} of {first['cases']} cases", file=sys.stderr)
    return list(found.values())


# --- README.md ------------------------------------------------------------------------------------


def of(cases: Cases, group: str | None, levels: tuple[str, ...]) -> Cases:
    return [case for case in cases if group in (None, case["group"]) and case["level"] in levels]


def held(cases: Cases) -> str:
    passed = sum(case["passed"] for case in cases)
    return str(passed) if passed == len(cases) else f"**{passed}**"


def table(results: dict[str, Cases]) -> list[str]:
    """A row for each group, a column for each peer: how many hold."""
    every = next(iter(results.values()))
    groups = dict.fromkeys(case["group"] for case in of(every, None, COUNTED))
    rows: list[tuple[str, str | None, tuple[str, ...]]] = [
        *[(group, group, COUNTED) for group in groups],
        *[(f"all `{level}`", None, (level,)) for level in (*COUNTED, "should")],
    ]
    lines = [
        "| group | cases | " + " | ".join(results) + " |",
        "| --- | --- |" + " --- |" * len(results),
    ]
    for title, group, levels in rows:
        cells = [held(of(cases, group, levels)) for cases in results.values()]
        lines.append("| " + " | ".join([title, str(len(of(every, group, levels))), *cells]) + " |")
    return lines


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("`", "'")


def sent(case: dict[str, Any]) -> str:
    """What was sent, in short."""
    lines = [line if len(line) <= 60 else f"{line[:57]}..." for line in case["sent"][:2]]
    more = ["..."] if len(case["sent"]) > 2 else []
    if not lines and case["without"]:
        lines = [f"without {case['without'][0]}"[:60]]
    if not lines:
        lines = [f"in {case['pieces']} pieces" if case["pieces"] > 1 else "the plain one"]
    return "<br>".join([f"`{cell(line)}`" if line else "(empty)" for line in [*lines, *more]])


def failing(cases: Cases) -> Cases:
    return [case for case in of(cases, None, COUNTED) if not case["passed"]]


def failures(cases: Cases) -> list[str]:
    bad = failing(cases)
    if not bad:
        return ["None."]
    lines = [
        "| case | level | sent | what it did | the sentence |",
        "| --- | --- | --- | --- | --- |",
    ]
    for case in bad:
        did = case["why"]
        if case["answer"] and case["answer"].startswith("HTTP/") and "answered" not in did:
            did += f" ({case['answer']})"
        why = f"{case['reason']} {case['section']}"
        lines.append(
            f"| {case['id']} | {case['level']} | {sent(case)} | {cell(did)} | {cell(why)} |"
        )
    return lines


def file_of(kind: str, name: str) -> str:
    words = re.findall("[a-z0-9]+", name.lower())
    return f"results/{kind}-{'-'.join(words)}.md"


def summary(cases: Cases) -> list[str]:
    """The same in short: cases of one group that fail in one way, together."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for case in failing(cases):
        why = case["why"].partition(": ")[0]
        alike.setdefault((case["group"], case["level"], why), []).append(case["id"])
    lines = ["| group | level | what it did | cases |", "| --- | --- | --- | --- |"]
    for (group, level, why), ids in alike.items():
        more = f" and {len(ids) - MOST_IDS} more" if len(ids) > MOST_IDS else ""
        lines.append(f"| {group} | {level} | {cell(why)} | {', '.join(ids[:MOST_IDS])}{more} |")
    return lines


def page(kind: str, name: str, cases: Cases, version_of: str) -> str:
    """All that fails of one peer, for its maintainers."""
    bad = len(failing(cases))
    option = "URL --subprotocol chat" if kind == "server" else "--listen PORT"
    lines = [
        f"# {name} as a {kind}",
        "",
        f"Version {version_of}, set up as {ABOUT[name][1 if kind == 'server' else 2]}.",
        "",
        f"{bad} cases of the levels `must` and `security` fail. To send one alone:",
        f"`python -m ws_handshake conformance {option} --only ID`.",
        "[All peers, and how to read this](../README.md).",
        "",
        *failures(cases),
        "",
    ]
    return "\n".join(lines)


def readme(results: dict[str, dict[str, Cases]], known: dict[str, str], words: Any) -> str:
    text = (HERE / "intro.md").read_text("utf-8")
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    lines = [text.rstrip(), "", "| peer | version | server | client |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {peer} | {told} | {ABOUT[peer][1] or '-'} | {ABOUT[peer][2] or '-'} |"
        for peer, told in known.items()
    ]
    for kind, title in (("server", "Servers"), ("client", "Clients")):
        lines += ["", f"## {title}", "", *table(results[kind])]
    lines += [
        *("", "## What fails, peer by peer", ""),
        "In short; each link leads to every failing case, with what was sent and the sentence that",
        "is broken. `should` cases are counted above and not listed.",
    ]
    for kind in ("server", "client"):
        for name, cases in results[kind].items():
            count = len(failing(cases))
            lines += ["", f"### {name} as a {kind}"]
            if count:
                lines += ["", f"[{count} cases]({file_of(kind, name)})", "", *summary(cases)]
            else:
                lines += ["", "Nothing."]
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", help="a peer; may be repeated")
    parser.add_argument("--results", type=Path, help="a file: only what it lacks is run")
    parser.add_argument("--write", action="store_true", help="write README.md")
    options = parser.parse_args()
    os.environ.pop("NO_COLOR", None)
    kept: dict[str, Any] = {"server": {}, "client": {}, "versions": {}}
    if options.results and options.results.exists():
        kept = json.loads(options.results.read_text("utf-8"))
    peers = {
        "server": [*servers.SERVERS, *servers.COMMANDS],
        "client": [name for name in clients.CLIENTS if name != "ws_handshake"],
    }
    peers["client"] += [clients.NODE, "ws_handshake"]
    for kind, judge in (("server", judge_server), ("client", judge_client)):
        for name in peers[kind]:
            if name == "Chromium" and shutil.which("chromium") is None:
                print("Chromium is not installed", file=sys.stderr)
                continue
            if name in kept[kind] or (options.only and name not in options.only):
                continue
            began = time.monotonic()
            cases = kept[kind][name] = judge(name)
            kept["versions"][name] = versions(name)
            failed = [case for case in cases if not case["passed"]]
            print(
                f"{kind} {name}: {len(cases)} cases, {len(failed)} failed,"
                f" {time.monotonic() - began:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            if options.results:
                options.results.write_text(json.dumps(kept), "utf-8")
    results = {kind: {n: kept[kind][n] for n in peers[kind] if n in kept[kind]} for kind in peers}
    known = {n: kept["versions"][n] for kind in peers for n in results[kind]}
    if options.write:
        words = {
            "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
            "python": platform.python_version(),
            "system": platform.system(),
            "requests": str(len(results["server"]["ws_handshake"])),
            "answers": str(len(results["client"]["ws_handshake"])),
            "server limit": LIMITS["server"],
            "client limit": LIMITS["client"],
        }
        (HERE / "README.md").write_text(readme(results, known, words), "utf-8")
        shutil.rmtree(HERE / "results", ignore_errors=True)
        (HERE / "results").mkdir()
        for kind in results:
            for name, cases in results[kind].items():
                text = page(kind, name, cases, known[name])
                (HERE / file_of(kind, name)).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
