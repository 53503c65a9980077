"""The recipes of servers, each as a copy in an empty directory, against real and bad clients."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from interop.conftest import missing, peer, timed

from ws_handshake import IncompleteMessage, Response, build_request, validate_response

from . import asgi_middleware, asyncio_protocol_server
from .listeners import LISTENERS, Heard, Listen

HERE = Path(__file__).parent
TOKEN = "of-the-test"
FRAMES = b"\x81\x05hello\x88\x02\x03\xe8"
EARLY = b"\x81\x80\x01\x02\x03\x04"  # an empty text message, as a client masks it
LIMIT = 5.0  # seconds in which a recipe wants the whole request
LINGER = 2.0  # seconds that it gives a client to read the end
SLACK = 1.5  # seconds that a busy machine may be late
PATIENCE = 15.0  # seconds after which a test has failed

# How each is run. The application behind `asgi_middleware.py` needs a server, and any does.
RECIPES = {
    "asyncio_streams_server.py": "{python} asyncio_streams_server.py",
    "asyncio_protocol_server.py": "{python} asyncio_protocol_server.py 0",
    "threaded_server.py": "{python} threaded_server.py 0",
    "selectors_server.py": "{python} selectors_server.py 0",
    "http_server.py": "{python} http_server.py 0",
    "trio_server.py": "{python} trio_server.py 0",
    "tls_server.py": "{python} tls_server.py cert.pem key.pem 0",
}
BEHIND = {
    "uvicorn": "{python} -m uvicorn asgi_middleware:app --port 0",
    "hypercorn": "{python} -m hypercorn asgi_middleware:app --bind 127.0.0.1:0",
}
PEERS = {"trio_server.py": "trio", "uvicorn": "uvicorn", "hypercorn": "hypercorn"}
WITH_MEMBERS = ("asyncio_streams_server.py", "trio_server.py")


@dataclass(frozen=True)
class Server:
    """A recipe that runs."""

    process: subprocess.Popen[bytes]
    directory: Path
    scheme: str
    port: int

    @property
    def url(self) -> str:
        return f"{'wss' if self.trusted else 'ws'}://127.0.0.1:{self.port}/"

    @property
    def trusted(self) -> Path | None:
        """The certificate to trust, over TLS."""
        return self.directory / "cert.pem" if self.scheme == "wss" else None

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        if self.trusted is None:
            return connection
        context = ssl.create_default_context(cafile=self.trusted)
        return context.wrap_socket(connection, server_hostname="127.0.0.1")

    def exchange(self, sent: bytes) -> bytes:
        """All that the server says until it closes; a reset is a ConnectionResetError.

        Over TLS the recipe waits for the client to close first, so this does.
        """
        with self.connect() as connection:
            connection.sendall(sent)
            if self.trusted is None:
                return rest(connection)
            received = b""
            while not is_whole(received):
                received += connection.recv(65536)
            return received

    def held(self) -> tuple[int, int]:
        """How many files and threads the process has."""
        of_process = Path("/proc") / str(self.process.pid)
        return len(os.listdir(of_process / "fd")), len(os.listdir(of_process / "task"))

    def said(self, stream: str) -> str:
        return (self.directory / stream).read_text("utf-8")


def is_whole(answer: bytes) -> bool:
    try:
        return answer.endswith(FRAMES) or Response.parse(answer).status != 101
    except IncompleteMessage:
        return False


def rest(connection: socket.socket) -> bytes:
    received = b""
    while data := connection.recv(65536):
        received += data
    return received


def make_certificate(directory: Path) -> None:
    """Run the command that the recipe itself tells."""
    if shutil.which("openssl") is None:
        missing("openssl is not installed")
    told = ast.get_docstring(ast.parse((HERE / "tls_server.py").read_text("utf-8"))) or ""
    command = shlex.split(told.partition("\n\n")[2])
    assert command[0] == "openssl"
    subprocess.run(command, cwd=directory, check=True, capture_output=True, timeout=PATIENCE)


@contextmanager
def running(name: str, directory: Path, **environment: str) -> Iterator[Server]:
    """Start a recipe where there is nothing else, and end it."""
    if name in PEERS:
        peer(PEERS[name])
    shutil.copy(HERE / (name if name in RECIPES else "asgi_middleware.py"), directory)
    if name == "tls_server.py":
        make_certificate(directory)
    command = shlex.split((RECIPES | BEHIND)[name].format(python=shlex.quote(sys.executable)))
    clean = {key: value for key, value in os.environ.items() if key != "TOKEN"}
    with (directory / "out").open("wb") as out, (directory / "err").open("wb") as err:
        process = subprocess.Popen(
            command, cwd=directory, env=clean | environment, stdout=out, stderr=err
        )
    try:
        scheme, port = listens_at(process, directory)
        yield Server(process, directory, scheme, port)
    finally:
        process.kill()
        process.wait()


def listens_at(process: subprocess.Popen[bytes], directory: Path) -> tuple[str, int]:
    deadline = time.monotonic() + PATIENCE
    while True:
        said = "".join((directory / name).read_text("utf-8") for name in ("out", "err"))
        if found := re.search(r"(\w+)://127\.0\.0\.1:([0-9]+)\b.*\n", said):
            return found[1], int(found[2])
        assert process.poll() is None and time.monotonic() < deadline, said
        time.sleep(0.02)


@pytest.fixture(scope="module", params=[*RECIPES, *BEHIND])
def any_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(request.param, tmp_path_factory.mktemp("server"), TOKEN=TOKEN) as server:
        yield server
        assert server.process.poll() is None
        assert "Traceback" not in server.said("err")


@pytest.fixture(scope="module", params=RECIPES)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(request.param, tmp_path_factory.mktemp("server"), TOKEN=TOKEN) as server:
        yield server
        assert server.process.poll() is None
        assert "Traceback" not in server.said("err")


@pytest.fixture(scope="module", params=WITH_MEMBERS)
def club(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(request.param, tmp_path_factory.mktemp("server"), TOKEN=TOKEN) as server:
        yield server


@pytest.fixture(scope="module", params=BEHIND)
def behind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(request.param, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(params=LISTENERS, ids=lambda listener: listener.__name__)
def listen(request: pytest.FixtureRequest) -> Listen:
    found: Listen = request.param()
    return found


REQUEST = build_request("ws://127.0.0.1/", subprotocols=["soap", "chat"])
HEAD = REQUEST.to_bytes()


def with_field(line: bytes, head: bytes = HEAD) -> bytes:
    return head.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n")


def at(path: bytes) -> bytes:
    return HEAD.replace(b"GET / ", b"GET " + path + b" ")


def assert_opened(answer: bytes) -> None:
    head, _, frames = answer.partition(b"\r\n\r\n")
    agreement = validate_response(Response.parse(head + b"\r\n\r\n"), REQUEST)
    assert agreement.subprotocol == "chat"
    assert frames == FRAMES


# --- What a recipe is -----------------------------------------------------------------------------


@pytest.mark.parametrize("recipe", [*RECIPES, "asgi_middleware.py"])
def test_a_recipe_is_short(recipe: str) -> None:
    assert len((HERE / recipe).read_text("utf-8").splitlines()) <= 60


@pytest.mark.parametrize("recipe", [*RECIPES, "asgi_middleware.py"])
def test_a_recipe_stands_alone(recipe: str) -> None:
    imported = set()
    for node in ast.walk(ast.parse((HERE / recipe).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None and node.level == 0
            imported.add(node.module.partition(".")[0])
    allowed = {"ws_handshake", PEERS.get(recipe, "ws_handshake")}
    assert "ws_handshake" in imported
    assert imported - sys.stdlib_module_names == allowed


@pytest.mark.parametrize("recipe", [*WITH_MEMBERS, "in_memory.py"])
def test_a_token_is_compared_in_constant_time(recipe: str) -> None:
    """In the source, as no test can measure it: `==` ends at the first character that differs."""
    nodes = [*ast.walk(ast.parse((HERE / recipe).read_text("utf-8")))]
    assert "compare_digest" in {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    comparisons = [node for node in nodes if isinstance(node, ast.Compare)]
    names = [each for node in comparisons for each in ast.walk(node) if isinstance(each, ast.Name)]
    assert "token" not in {name.id.lower() for name in names}


def test_every_server_here_is_tested() -> None:
    assert {path.name for path in HERE.glob("*_server.py")} == {*RECIPES}


# --- Real clients ---------------------------------------------------------------------------------


@timed
@pytest.mark.parametrize(("offered", "agreed"), [((), None), (("soap", "chat"), "chat")])
async def test_a_real_client_is_served(
    any_server: Server, listen: Listen, offered: tuple[str, ...], agreed: str | None
) -> None:
    heard = await listen(any_server.url, offered, {}, any_server.trusted)
    assert heard == Heard(101, agreed, "hello", 1000)


@timed
async def test_a_real_client_is_refused(any_server: Server, listen: Listen) -> None:
    foreign = {"Origin": "https://foe.example"}
    assert await listen(any_server.url, (), foreign, any_server.trusted) == Heard(403)


@timed
@pytest.mark.parametrize(
    ("token", "heard"),
    [(TOKEN, Heard(101, "chat", "hello", 1000)), ("of-somebody-else", Heard(401))],
)
async def test_a_real_client_needs_the_token(
    club: Server, listen: Listen, token: str, heard: Heard
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert await listen(f"{club.url}members", ["chat"], headers, None) == heard


# --- Bytes ----------------------------------------------------------------------------------------


def test_it_tells_its_address_and_nothing_else(server: Server) -> None:
    assert server.said("out") == f"{server.url}\n"


@pytest.mark.parametrize(
    "sent",
    [HEAD, HEAD + EARLY, with_field(b"X: " + b"x" * 10_000)],
    ids=["alone", "with-a-frame", "10,000-bytes"],
)
def test_a_good_handshake_opens(server: Server, sent: bytes) -> None:
    assert_opened(server.exchange(sent))


def test_a_head_may_come_byte_by_byte(server: Server) -> None:
    with server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for index in range(len(HEAD)):
            connection.sendall(HEAD[index : index + 1])
        assert_opened(rest(connection))


REFUSED = {
    "foreign-origin": (403, with_field(b"Origin: https://foe.example")),
    "old-version": (426, HEAD.replace(b"-Version: 13", b"-Version: 8")),
    "no-key": (400, re.sub(rb"Sec-WebSocket-Key: .*\r\n", b"", HEAD)),
    "a-body": (400, with_field(b"Content-Length: 5")),
    "two-hosts": (400, with_field(b"Host: other.example")),
}


@pytest.mark.parametrize("more", [b"", bytes(1 << 23)], ids=["", "and-more"])
@pytest.mark.parametrize(("status", "sent"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_arrives_whole(server: Server, status: int, sent: bytes, more: bytes) -> None:
    began = time.monotonic()
    refusal = Response.parse(server.exchange(sent + more))
    assert time.monotonic() - began < LINGER  # the end is told before the server gives up waiting
    assert refusal.status == status
    assert "close" in refusal.headers["Connection"]
    assert refusal.body


GARBAGE = {
    "tls": (400, bytes.fromhex("16030100c8010000c40303") + bytes(200) + b"\r\n"),
    "bare-line-feeds": (400, HEAD.replace(b"\r\n", b"\n")),
    "too-large": (431, with_field(b"X: " + b"x" * 70_000)),
    "pipelined": (426, HEAD.replace(b"Upgrade: websocket\r\n", b"") * 1000),
    "post": (405, b"POST" + HEAD[3:] + b"a=b"),
}


@pytest.mark.parametrize(("status", "sent"), GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_handshake_is_refused(server: Server, status: int, sent: bytes) -> None:
    answer = server.exchange(sent)
    if "http_server.py" in str(server.process.args):  # the parser of http.server has its own ways
        assert answer.startswith(b"HTTP/1.") or status == 400
    else:
        assert Response.parse(answer).status == status


def test_another_path_is_not_found(server: Server) -> None:
    if "selectors_server.py" in str(server.process.args):
        assert_opened(server.exchange(at(b"/elsewhere")))  # it serves every path
    else:
        assert Response.parse(server.exchange(at(b"/elsewhere"))).status == 404


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer",
        "Bearer of-somebody-else",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}\r\nAuthorization: Bearer {TOKEN}",
        "Bearer \xff\xfe",
    ],
)
def test_a_wrong_token_is_refused(club: Server, authorization: str | None) -> None:
    sent = at(b"/members")
    if authorization is not None:
        sent = with_field(f"Authorization: {authorization}".encode("latin-1"), sent)
    refusal = Response.parse(club.exchange(sent))
    assert (refusal.status, refusal.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_token_opens(club: Server, scheme: str) -> None:
    authorization = f"Authorization: {scheme} {TOKEN}".encode()
    assert_opened(club.exchange(with_field(authorization, at(b"/members"))))


@pytest.mark.parametrize("recipe", WITH_MEMBERS)
def test_without_a_token_nobody_is_a_member(recipe: str, tmp_path: Path) -> None:
    with running(recipe, tmp_path, TOKEN="") as server:
        for field in (b"X: y", b"Authorization: Bearer", b"Authorization: Bearer  "):
            refusal = Response.parse(server.exchange(with_field(field, at(b"/members"))))
            assert refusal.status == 401


def test_pages_and_websocket_share_a_port(tmp_path: Path) -> None:
    with running("http_server.py", tmp_path) as server:
        for path, content in ((b"/", b"<p>Hello\n"), (b"/health", b"OK\n")):
            page = Response.parse(server.exchange(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path))
            assert (page.status, page.body) == (200, content)
        assert_opened(server.exchange(HEAD))


# --- The middleware -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (403, with_field(b"Origin: https://foe.example")),
        (400, HEAD.replace(b"soap, chat", b"chat, chat")),
    ],
    ids=["foreign-origin", "subprotocol-twice"],
)
def test_the_middleware_refuses(behind: Server, status: int, sent: bytes) -> None:
    with behind.connect() as connection:
        connection.sendall(sent)
        refusal = Response.parse(rest(connection))
    assert refusal.status == status
    assert b"\n" in refusal.body  # the library's words; the servers' own refusals have no hint


def test_the_middleware_lets_pages_through(behind: Server) -> None:
    answer = behind.exchange(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert Response.parse(answer).body == b"Hello\n"


@timed
@pytest.mark.parametrize(("version", "status"), [("1.1", 403), ("2", 505), ("3", 505)])
async def test_the_middleware_reads_before_it_answers(version: str, status: int) -> None:
    """ASGI has `websocket.connect` come first; over HTTP/2 and HTTP/3 nothing is let through."""
    fields = [*REQUEST.headers.items(), ("Origin", "https://foe.example")]
    scope: dict[str, Any] = {
        "type": "websocket",
        "http_version": version,
        "path": "/",
        "headers": [(name.lower().encode(), value.encode()) for name, value in fields],
        "extensions": {"websocket.http.response": {}},
    }
    events: list[object] = []

    async def receive() -> dict[str, Any]:
        events.append("received")
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        events.append(message.get("status", message["type"]))

    await asgi_middleware.app(scope, receive, send)
    assert events == ["received", status, "websocket.http.response.body"]


@timed
@pytest.mark.parametrize("kind", ["http", "lifespan"])
async def test_the_middleware_leaves_other_scopes_alone(kind: str) -> None:
    seen = []

    async def application(*given: object) -> None:
        seen.append(given)

    given: Any = ({"type": kind}, object(), object())
    await asgi_middleware.Handshakes(application, origins=[])(*given)
    assert seen == [given]


# --- Time -----------------------------------------------------------------------------------------


def drip(server: Server) -> bytes:
    """Send a byte now and then, each in time for a limit that begins anew with it."""
    with server.connect() as connection:
        connection.settimeout(0.5)
        for index in range(len(HEAD)):
            connection.sendall(HEAD[index : index + 1])
            with suppress(TimeoutError):
                answer = connection.recv(65536)
                connection.settimeout(PATIENCE)
                return answer + rest(connection)
    raise AssertionError("nobody cut it")


def wait(server: Server) -> bytes:
    """Connect and say nothing, not even in TLS."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        return rest(connection)


def stay(server: Server) -> bytes:
    """Be refused, and never close."""
    with server.connect() as connection:
        connection.sendall(REFUSED["foreign-origin"][1])
        answer = rest(connection)
        with suppress(ConnectionError, ssl.SSLError):
            for _ in range(round(10 * PATIENCE)):
                connection.sendall(b"x")
                time.sleep(0.1)
    return answer


def flood(server: Server) -> bytes:
    """Be refused, and never stop sending."""
    deadline = time.monotonic() + PATIENCE
    with server.connect() as connection, suppress(ConnectionError, ssl.SSLError):
        connection.sendall(REFUSED["foreign-origin"][1])
        while time.monotonic() < deadline:
            connection.sendall(bytes(1 << 16))
            time.sleep(0.001)
    return b""


def test_no_client_takes_more_time_than_it_is_given(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """All recipes at once, since this is about waiting."""
    clients = (drip, wait, stay, flood)

    def timed_client(client: Callable[[Server], bytes], server: Server) -> tuple[bytes, float]:
        began = time.monotonic()
        return client(server), time.monotonic() - began

    with ExitStack() as stack, ThreadPoolExecutor(len(clients) * len(RECIPES)) as pool:
        tasks = {}
        for recipe in RECIPES:
            if not runs_here(recipe):
                continue
            directory = tmp_path_factory.mktemp("server")
            server = stack.enter_context(running(recipe, directory))
            for client in clients:
                tasks[recipe, client.__name__] = pool.submit(timed_client, client, server)
        results = {key: task.result(2 * PATIENCE) for key, task in tasks.items()}
    for (recipe, client_name), (answer, seconds) in results.items():
        assert seconds < LIMIT + LINGER + SLACK, (recipe, client_name)
        if client_name == "drip":
            assert seconds > LIMIT - SLACK, recipe
            if recipe == "http_server.py":
                assert answer == b""
            else:
                assert Response.parse(answer).status == 408, recipe
        if client_name == "stay":
            assert Response.parse(answer).status == 403, recipe


def runs_here(recipe: str) -> bool:
    """Whether it has what it needs; on CI, it has to."""
    if recipe not in PEERS or os.environ.get("CI") == "true":
        return True
    return importlib.util.find_spec(PEERS[recipe]) is not None


# --- Clients that leave, and the end --------------------------------------------------------------


def abandon(server: Server, sent: bytes, how: str) -> None:
    """Leave a handshake half done, by closing or by a reset."""
    with (
        server.connect()
        if how != "no-tls"
        else socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection
    ):
        connection.sendall(sent)
        if how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_abandoned_handshakes_leave_nothing(server: Server) -> None:
    assert_opened(server.exchange(HEAD))  # whatever is loaded late is loaded now
    before = settled(server, None)
    for how in ("close", "reset", "no-tls"):
        for length in (0, 1, 20, len(HEAD) - 1, len(HEAD)) * 12:
            abandon(server, HEAD[:length], how)
    assert_opened(server.exchange(HEAD))
    assert settled(server, before) == before
    assert "Traceback" not in server.said("err")


def settled(server: Server, wanted: tuple[int, int] | None) -> tuple[int, int] | None:
    """How much a server holds once that is as wanted, or does not change any more."""
    if not Path("/proc/self/fd").exists():
        return None
    deadline = time.monotonic() + LIMIT + LINGER + SLACK
    last, since = server.held(), time.monotonic()
    while time.monotonic() < deadline and last != wanted:
        now = server.held()
        if now != last:
            last, since = now, time.monotonic()
        elif wanted is None and time.monotonic() - since > 0.3:
            break
        time.sleep(0.05)
    return last


@timed
async def test_a_lost_connection_leaves_no_timer() -> None:
    protocol = asyncio_protocol_server.Handshake()
    protocol.connection_made(asyncio.Transport())
    assert not protocol.timer.cancelled()
    protocol.connection_lost(None)
    assert protocol.timer.cancelled()


@pytest.mark.parametrize(
    ("recipe", "most"), [("threaded_server.py", 101), ("http_server.py", 2 + 2 * 101)]
)
def test_a_crowd_does_not_take_all_threads(recipe: str, most: int, tmp_path: Path) -> None:
    with running(recipe, tmp_path) as server:
        with ExitStack() as stack:
            for _ in range(150):
                stack.enter_context(server.connect())
            held = settled(server, None)
            assert held is None or held[1] <= most
        assert_opened(server.exchange(HEAD))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_signal_ends_it(recipe: str, number: signal.Signals, tmp_path: Path) -> None:
    """Also with clients that have said half of it, all of it, and that were refused."""
    with running(recipe, tmp_path) as server, ExitStack() as stack:
        for sent in (HEAD[:30], HEAD, REFUSED["foreign-origin"][1]):
            stack.enter_context(server.connect()).sendall(sent)
        time.sleep(0.1)
        server.process.send_signal(number)
        assert server.process.wait(LINGER) == 0
        if recipe != "http_server.py":  # that tells every request
            assert server.said("err") == ""
        assert "Traceback" not in server.said("err")
