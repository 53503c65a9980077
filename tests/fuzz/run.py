"""Fuzz the targets with atheris, one after the other, and tell what came of it.

    run.py --seconds 60                       a minute in all, shared by the targets
    run.py --seconds 60 --target server       a minute for one
    run.py --minimise                         keep in `corpus` what reaches something of its own

New inputs are gathered in build/fuzz, from where the next run goes on. A finding is an input for
which a target fails: it is printed, stays in build/fuzz/TARGET/findings, and makes the status 1.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from hashlib import sha1
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
BUILD = TESTS.parent / "build" / "fuzz"
if __name__ == "__main__":
    sys.path[0] = str(TESTS)

from fuzz import corpus  # noqa: E402

NAMES = [
    *["server", "client", "fields", "text", "uri", "round-trips", "deflate", "doors"],
    *["diagnosis", "transcript", "secrets"],
]
LONGEST = 1200  # bytes of an input: longer ones find little more, and slowly
MOST_FINDINGS = 5  # of one target in one run
# Which capture says what: those of clients and upstreams hold requests.
SEEDS = {
    "server": ("client-*", "request-*", "*upstream*"),
    "client": ("server-*", "*-client-*"),
    "round-trips": ("*",),
    "doors": ("client-*", "request-*"),
    "diagnosis": ("*",),
    "transcript": ("*",),
    "secrets": ("request-*", "server-node-*"),
}
REQUESTS = ["server", "round-trips", "doors", "diagnosis", "secrets"]
RESPONSES = ["client", "round-trips", "diagnosis", "secrets"]
# How many bytes of an input choose among policies and the like.
CHOOSING = {"server": 3, "client": 3, "secrets": 2}
# What a mutation may put in at once.
WORDS = r"""
GET\x20/\x20HTTP/1.1\x0d\x0a  HTTP/1.1\x20101\x20x\x0d\x0a  HTTP/1.1\x20100\x0d\x0a\x0d\x0a
HTTP/1.1\x20403\x20x\x0d\x0a  HTTP/1.0  HTTP/2.0  HEAD  http://example.com/  wss://
\x0d\x0a  \x0d\x0a\x0d\x0a  \x0d\x0a\x20  \x0a  \x0d  \x00  \x20:  :\x20  \x09  ,\x20  ,,  ;\x20  =
\x22  \x5c  \xe9  \xf0\x9f\x98\x80  \xed\xa0\x80  %41  %  #  ?  @  [::1]  [v1.a]  :443  :80  :0
Host:\x20example.com\x0d\x0a  Upgrade:\x20websocket\x0d\x0a  Connection:\x20Upgrade\x0d\x0a
Sec-WebSocket-Version:\x2013\x0d\x0a  Sec-WebSocket-Key:\x20dGhlIHNhbXBsZSBub25jZQ==\x0d\x0a
Sec-WebSocket-Accept:\x20s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\x0d\x0a  Origin:\x20https://example.com\x0d\x0a
Sec-WebSocket-Protocol:\x20chat\x0d\x0a  Sec-WebSocket-Extensions:\x20x\x0d\x0a
Content-Length:\x200\x0d\x0a  Content-Length:\x203\x0d\x0a  Transfer-Encoding:\x20chunked\x0d\x0a
websocket  Upgrade  upgrade  keep-alive  close  h2c  chat  superchat  x  chunked  gzip  null
https://example.com  http://  file://  13  8  256  dGhlIHNhbXBsZSBub25jZQ==
s3pPLMBiTxaQ9kYGzzhZRbK+xOo=  2\x0d\x0ano\x0d\x0a0\x0d\x0a\x0d\x0a  ;a=b
permessage-deflate  server_no_context_takeover  client_no_context_takeover
server_max_window_bits  client_max_window_bits  =8  =15  =\x2210\x22  \x0a;\x20
ws://example.com/chat  ws://  wss://[::1]:  user:secret@  xn--  b\xc3\xbccher
>\x20  <\x20  curl\x20'  -H\x20'  *\x20  \x5cr\x5cn  :authority:  Location:\x20
Set-Cookie:\x20a=b\x0d\x0a  Authorization:\x20Basic\x20YQ==\x0d\x0a  Server:\x20nginx\x0d\x0a
proxy_pass  upstream:\x20  General  Request\x20Headers  Response\x20Headers  Status\x20Code:\x20
"""


def dictionary() -> str:
    return "".join(f'"{word}"\n' for word in WORDS.split())


def gather(inputs: Iterable[bytes], folder: Path) -> None:
    """Give each input a file of its own, named by its hash as libFuzzer does."""
    folder.mkdir(parents=True, exist_ok=True)
    for data in inputs:
        (folder / sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with: the corpus, recorded messages, and those of the catalogue."""
    from ws_handshake.testing import request_cases, response_cases

    captures = TESTS / "captures"
    messages = [
        path.read_bytes()[:LONGEST]
        for pattern in SEEDS.get(target, ())
        for path in sorted(captures.glob(f"{pattern}.http"))
    ]
    if target in REQUESTS:
        messages += [case.data for case in request_cases()]
    if target in RESPONSES:
        messages += [case.data for case in response_cases()]
    begin = bytes(CHOOSING.get(target, 0))
    kept = corpus.read(target) if corpus.path_of(target).exists() else []
    return kept + [begin + data for data in messages if len(begin + data) <= LONGEST]


def fuzz_here(target: str, arguments: list[str]) -> None:
    """In a process of its own: instrument what is imported, and fuzz until it ends."""
    import atheris

    with atheris.instrument_imports(include=["ws_handshake", "oracle"]):
        from fuzz.targets import TARGETS
    assert list(TARGETS) == NAMES
    # libFuzzer starts itself again, by its name in a shell, to minimise.
    itself = f"{shlex.quote(sys.executable)} {shlex.quote(__file__)} --target {target} --here"
    atheris.Setup([itself, *arguments], TARGETS[target])
    atheris.Fuzz()


def run(target: str, arguments: Sequence[str]) -> str:
    """What the fuzzer wrote, from one process."""
    command = [sys.executable, __file__, "--target", target, "--here", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")


def fuzz(target: str, seconds: float, seed: int) -> tuple[int, int]:
    """Fuzz one target: executions and findings."""
    inputs, findings = BUILD / target / "inputs", BUILD / target / "findings"
    gather(seeds(target), inputs)
    findings.mkdir(exist_ok=True)
    words = BUILD / "words.dict"
    words.write_text(dictionary(), "ascii")
    executions = found = 0
    end = time.monotonic() + seconds
    while (left := round(end - time.monotonic())) > 0 and found < MOST_FINDINGS:
        written = run(
            target,
            [
                f"-max_total_time={left}",
                f"-max_len={LONGEST}",
                f"-dict={words}",
                f"-artifact_prefix={findings}/",
                *["-print_final_stats=1", "-timeout=20", "-rss_limit_mb=1024"],
                f"-seed={seed}" if seed else "-seed=0",
                str(inputs),
            ],
        )
        count = re.search(r"number_of_executed_units: *(\d+)", written)
        if count is None:
            raise SystemExit(f"the fuzzer did not run:\n{written[-4000:]}")
        executions += int(count[1])
        failure = re.search(r"Test unit written to (\S+)", written)
        if failure is not None:
            found += 1
            data = Path(failure[1]).read_bytes()
            # Of a timeout or too much memory there is no exception, only what libFuzzer says last.
            begin = written.find("=== Uncaught Python exception: ===")
            told = written[-3000:] if begin < 0 else written[begin:][:3000]
            print(f"{target}: {data!r}\n{told}", flush=True)
    print(f"{target}: {executions} executions, {found} findings", flush=True)
    return executions, found


def minimise(target: str, most: int) -> None:
    """Write into the corpus what reaches something that the others do not, the shortest first.

    Where that is more than `most` bytes, the longest are left out.
    """
    inputs, merged = BUILD / target / "inputs", BUILD / target / "merged"
    gather(seeds(target), inputs)
    merged.mkdir(exist_ok=True)
    for path in merged.iterdir():
        path.unlink()
    written = run(
        target,
        [
            *("-merge=1", f"-max_len={LONGEST}", f"-artifact_prefix={BUILD}/"),
            *(str(merged), str(inputs)),
        ],
    )
    chosen = sorted([path.read_bytes() for path in merged.iterdir()], key=len)
    if not chosen:
        raise SystemExit(f"the fuzzer did not run:\n{written[-4000:]}")
    kept, size = [], 0
    for data in chosen:
        size += len(repr(data)) + 1
        if size <= most:
            kept.append(data)
    corpus.write(target, kept)
    print(
        f"{target}: {len(kept)} inputs kept of {len(chosen)}, {min(size, most)} bytes", flush=True
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz with atheris.")
    parser.add_argument("--seconds", type=float, default=60, help="in all; default: 60")
    parser.add_argument("--target", choices=NAMES, help="default: all, one after the other")
    parser.add_argument("--seed", type=int, default=0, help="default: another one each time")
    parser.add_argument("--minimise", action="store_true", help="write the corpus, do not fuzz")
    parser.add_argument("--most", type=int, default=22_000, help="bytes of a target's corpus")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options, arguments = parser.parse_known_args()
    if options.here:
        fuzz_here(options.target, arguments)
    elif arguments:
        parser.error(f"unknown arguments: {' '.join(arguments)}")
    targets = [options.target] if options.target else NAMES
    if options.minimise:
        for target in targets:
            minimise(target, options.most)
        return 0
    results = [fuzz(target, options.seconds / len(targets), options.seed) for target in targets]
    executions, findings = (sum(column) for column in zip(*results, strict=True))
    print(f"{executions} executions in all, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
