"""The recipes of clients, each as a copy in an empty directory, against real and bad servers."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interop.conftest import listening, missing, timed
from property.strategies import bounded, mostly, uris

from ws_handshake import (
    Headers,
    InvalidURI,
    Request,
    Response,
    UnexpectedStatus,
    WebSocketURI,
    accept_key,
    build_request,
    parse_uri,
    validate_response,
)

from .greeters import GREETERS, GREETING, MOVED, STRANGER, TOKEN, WITH_TLS, Greet

HERE = Path(__file__).parent
CLIENTS = ("blocking_client.py", "asyncio_client.py")
FRAMES = b"\x81\x05hello\x88\x02\x03\xe8"

Reply = Callable[[Request], bytes]


class Ran(NamedTuple):
    """How a recipe ended."""

    status: int
    printed: str
    complaint: str


async def run(copy: Path, *arguments: str, **environment: str) -> Ran:
    """Run a recipe's copy where there is nothing else, every warning being an error."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", copy.name, *arguments),
        cwd=copy.parent,
        env={name: value for name, value in os.environ.items() if name != "TOKEN"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        printed, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ran(process.returncode, printed.decode(), complaint.decode())


def copied(recipe: str, directory: Path) -> Path:
    return Path(shutil.copy(HERE / recipe, directory))


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return copied(request.param, tmp_path)


@pytest.fixture
def asyncio_client(tmp_path: Path) -> Path:
    return copied("asyncio_client.py", tmp_path)


def said(subprotocol: str | None) -> str:
    return f"subprotocol: {subprotocol}\nmessage: {GREETING.encode()!r}\n"


@pytest.mark.parametrize("recipe", [*CLIENTS, "in_memory.py"])
def test_a_recipe_has_at_most_60_lines(recipe: str) -> None:
    assert len((HERE / recipe).read_text("utf-8").splitlines()) <= 60


def test_the_examples_in_memory_run(tmp_path: Path) -> None:
    copied("in_memory.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "in_memory.py"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


# --- Real servers ---------------------------------------------------------------------------------


@pytest.fixture(params=GREETERS, ids=lambda greeter: greeter.__name__)
def greeter(request: pytest.FixtureRequest) -> Greet:
    found: Greet = request.param()
    return found


@timed
async def test_a_real_server_greets(client: Path, greeter: Greet) -> None:
    async with greeter() as port:
        assert await run(client, f"ws://127.0.0.1:{port}/") == (0, said("chat"), "")


@timed
async def test_a_real_servers_refusal_is_shown_with_its_body(client: Path, greeter: Greet) -> None:
    async with greeter() as port:
        ran = await run(client, f"ws://127.0.0.1:{port}/members")
    assert ran[:2] == (1, "")
    assert "answered '401" in ran.complaint
    assert repr(STRANGER[2].encode()) in ran.complaint


@timed
@pytest.mark.parametrize("path", ["/members", "/moved"])
async def test_a_real_server_lets_in_who_has_the_token(
    asyncio_client: Path, greeter: Greet, path: str
) -> None:
    async with greeter() as port:
        ran = await run(asyncio_client, f"ws://127.0.0.1:{port}{path}", TOKEN=TOKEN)
    assert ran == (0, said("chat"), "")


@timed
async def test_what_the_blocking_client_is_told_of_a_redirect(
    tmp_path: Path, greeter: Greet
) -> None:
    async with greeter() as port:
        blocking = copied("blocking_client.py", tmp_path)
        ran = await run(blocking, f"ws://127.0.0.1:{port}/moved")
    assert ran[:2] == (1, "")
    assert "answered '307" in ran.complaint
    assert repr(MOVED[2].encode()) in ran.complaint


# --- TLS ------------------------------------------------------------------------------------------


class Certificate(NamedTuple):
    """A self-made certificate: the file to trust it by, and what a server needs."""

    file: Path
    server: ssl.SSLContext


def certificate(directory: Path, name: str) -> Certificate:
    """Make a certificate for a host, trusted by nobody yet."""
    if shutil.which("openssl") is None:
        missing("openssl is not installed")
    file, key = directory / "certificate.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=of the test", "-keyout", str(key)]
    command += ["-out", str(file), "-addext", f"subjectAltName={name}"]
    command += ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    subprocess.run(command, capture_output=True, check=True, timeout=10)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)
    return Certificate(file, server)


@pytest.fixture
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("ours"), "DNS:localhost,IP:127.0.0.1")


@pytest.fixture
def anothers(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("anothers"), "DNS:other.example")


@timed
@pytest.mark.parametrize("greeter", WITH_TLS, indirect=True, ids=lambda each: each.__name__)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_real_server_greets_over_tls(
    client: Path, greeter: Greet, host: str, ours: Certificate
) -> None:
    async with greeter(tls=ours.server) as port:
        ran = await run(client, f"wss://{host}:{port}/", SSL_CERT_FILE=str(ours.file))
    assert ran == (0, said("chat"), "")


@asynccontextmanager
async def serving(
    reply: Reply, tls: ssl.SSLContext | None = None, asked: list[Request] | None = None
) -> AsyncIterator[int]:
    """A server that answers with these bytes; `asked` gets the requests."""

    async with asyncio.TaskGroup() as connections:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with closing(writer), suppress(ConnectionError):
                request = Request.parse(await reader.readuntil(b"\r\n\r\n"))
                if asked is not None:
                    asked.append(request)
                writer.write(reply(request))
                await reader.read()  # until the client has closed

        def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connections.create_task(serve(reader, writer))

        server = await asyncio.start_server(start, "127.0.0.1", 0, ssl=tls)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()


def opening(request: Request) -> bytes:
    """A valid answer."""
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(request.headers['Sec-WebSocket-Key'])}\r\n\r\n"
    ).encode()


def greeting(request: Request) -> bytes:
    """A valid answer with the first frames behind it."""
    return opening(request) + FRAMES


@timed
@pytest.mark.parametrize("whose", ["ours, not trusted", "another's, trusted"])
async def test_a_certificate_that_proves_nothing_ends_the_connection(
    client: Path, whose: str, ours: Certificate, anothers: Certificate
) -> None:
    asked: list[Request] = []
    server = (ours if whose.startswith("ours") else anothers).server
    async with serving(greeting, server, asked) as port:
        ran = await run(client, f"wss://localhost:{port}/", SSL_CERT_FILE=str(anothers.file))
    assert ran[:2] == (1, "")
    assert "certificate verify failed" in ran.complaint
    assert ("Hostname mismatch" in ran.complaint) is whose.startswith("another")
    assert asked == []


# --- Servers that answer oddly --------------------------------------------------------------------


@timed
async def test_the_first_frames_in_one_packet_with_the_101_are_not_lost(client: Path) -> None:
    async with serving(greeting) as port:
        assert await run(client, f"ws://127.0.0.1:{port}/") == (0, said(None), "")


@timed
async def test_the_close_frame_is_answered_by_a_masked_one(client: Path) -> None:
    answers: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(opening(Request.parse(await reader.readuntil(b"\r\n\r\n"))))
        for byte in FRAMES:
            await asyncio.sleep(0.001)
            writer.write(bytes([byte]))
        answers.append(await reader.read())

    async with listening(serve) as port:
        assert await run(client, f"ws://127.0.0.1:{port}/") == (0, said(None), "")
    (answer,) = answers
    assert answer[:2] == b"\x88\x80"  # Close, masked, nothing in it
    assert len(answer) == 6


@timed
@pytest.mark.parametrize("sent", [b"", FRAMES[:3]])
async def test_a_server_that_leaves_without_close_is_an_error(client: Path, sent: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(opening(Request.parse(await reader.readuntil(b"\r\n\r\n"))) + sent)

    async with listening(serve) as port:
        ran = await run(client, f"ws://127.0.0.1:{port}/")
    assert ran.status == 1
    assert GREETING not in ran.printed
    assert "Traceback" not in ran.complaint


@timed
async def test_a_refusal_in_chunks_is_shown_as_it_was_meant(client: Path) -> None:
    def refuse(request: Request) -> bytes:
        return (
            b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\nMembe\r\n7;x=y\r\nrs \x1b[2J\r\n0\r\n\r\n"
        )

    async with serving(refuse) as port:
        ran = await run(client, f"ws://127.0.0.1:{port}/")
    assert ran[:2] == (1, "")
    assert "403 Forbidden" in ran.complaint
    assert r"b'Members \x1b[2J'" in ran.complaint
    assert "\x1b" not in ran.complaint


@timed
async def test_an_answer_that_proves_nothing_is_an_error(client: Path) -> None:
    def wrong(request: Request) -> bytes:
        return greeting(request).replace(b"Accept: ", b"Accept: x")

    async with serving(wrong) as port:
        ran = await run(client, f"ws://127.0.0.1:{port}/")
    assert ran[:2] == (1, "")
    assert "Sec-WebSocket-Accept" in ran.complaint
    assert "Traceback" not in ran.complaint


@timed
async def test_nobody_listens(client: Path) -> None:
    async with serving(greeting) as port:
        pass
    ran = await run(client, f"ws://127.0.0.1:{port}/")
    assert ran[:2] == (1, "")
    assert "Traceback" not in ran.complaint


def hurried(recipe: Path, seconds: str) -> Path:
    """The same recipe with less time."""
    text = recipe.read_text("utf-8")
    limit = '"10"' if recipe.name.startswith("blocking") else "10"
    assert text.count(limit) == 1
    recipe.write_text(text.replace(limit, limit.replace("10", seconds)), "utf-8")
    return recipe


SLOWLY: dict[str, tuple[bytes, bytes]] = {
    "silent": (b"", b""),
    "in-the-head": (b"HTTP/1.1 101 Switching Protocols\r\nX: ", b"x"),
    "in-a-refusal": (b"HTTP/1.1 503 Unavailable\r\nContent-Length: 60000\r\n\r\nBusy", b"!"),
    "behind-the-101": (b"", b"\x89\x00"),
}


@timed
@pytest.mark.parametrize("where", SLOWLY)
async def test_the_time_is_limited_in_all(client: Path, where: str) -> None:
    begin, forever = SLOWLY[where]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = Request.parse(await reader.readuntil(b"\r\n\r\n"))
        writer.write(begin if where != "behind-the-101" else opening(request))
        with suppress(ConnectionError):
            # A byte now and then: a limit for each of them is never reached.
            while not reader.at_eof():
                writer.write(forever)
                await writer.drain()
                await asyncio.sleep(0.005)

    clock = asyncio.get_running_loop().time
    async with listening(serve) as port:
        begun = clock()
        ran = await run(hurried(client, "0.7"), f"ws://127.0.0.1:{port}/")
        assert 0.7 < clock() - begun < 5
    assert ran.status == 1
    assert GREETING not in ran.printed
    assert "Traceback" not in ran.complaint
    if where == "in-a-refusal" and client.name == "blocking_client.py":
        assert "b'Busy!" in ran.complaint


# --- Redirects: the decision ----------------------------------------------------------------------


def recipe(name: str) -> Any:
    """A recipe as a module, by its path: it is part of no package."""
    spec = importlib.util.spec_from_file_location("recipe", HERE / name)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


redirected = recipe("asyncio_client.py").redirected
SECRETS = Headers(
    {
        "Authorization": "Bearer x",
        "Cookie": "a=b",
        "Proxy-Authorization": "Basic eA==",
        "X-Key": "x",
    }
)
PLAIN = "ws://example.com:8000/a/b?q=/r"
SECURE = "wss://example.com/a/b?q"


def refusal(status: int, location: str | None) -> UnexpectedStatus:
    """What the library raises for such an answer."""
    response = Response(status, {} if location is None else {"Location": location})
    with pytest.raises(UnexpectedStatus) as caught:
        validate_response(response, build_request(PLAIN))
    return caught.value


def decide(location: str | None, asked: str = PLAIN, followed: int = 0) -> tuple[str, bool]:
    """Where a redirect leads, and whether the fields go along: all of them or none."""
    uri, fields = redirected(refusal(302, location), parse_uri(asked), SECRETS, followed)
    assert fields in (SECRETS, Headers())
    return str(uri), fields == SECRETS


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/x", "/x"),
        ("x", "/a/x"),
        ("./x?y", "/a/x?y"),
        ("../x", "/x"),
        ("../../../x", "/x"),
        ("?y=//evil.example", "/a/b?y=//evil.example"),
        ("/x?to=http://evil.example/", "/x?to=http://evil.example/"),
        ("x/:y@evil.example", "/a/x/:y@evil.example"),
        ("/.//evil.example/x", "//evil.example/x"),
        ("/@evil.example", "/@evil.example"),
        ("//example.com:8000/x", "/x"),
        ("//EXAMPLE.com:8000", "/"),
        ("http://example.com:8000/x", "/x"),
        ("HTTP://example.com:8000?x", "/?x"),
        ("ws://example.com:8000/x", "/x"),
    ],
)
def test_within_an_origin_the_fields_go_along(location: str, leads_to: str) -> None:
    assert decide(location) == (f"ws://example.com:8000{leads_to}", True)


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("ws://example.com/", "http://example.com:80/"),
        ("ws://example.com:80/", "//example.com/"),
        ("wss://example.com/", "https://example.com:443/"),
        ("ws://[::1]:81/", "http://[::1]:81/"),
    ],
)
def test_a_default_port_is_the_same_as_none(asked: str, location: str) -> None:
    assert decide(location, asked) == (str(parse_uri(asked)), True)


@pytest.mark.parametrize(
    ("asked", "location", "leads_to"),
    [
        (PLAIN, "http://example.com:8001/", "ws://example.com:8001/"),
        (PLAIN, "http://example.com/", "ws://example.com/"),
        (PLAIN, "http://www.example.com:8000/", "ws://www.example.com:8000/"),
        (PLAIN, "http://example.com.:8000/", "ws://example.com.:8000/"),
        (PLAIN, "//evil.example", "ws://evil.example/"),
        (PLAIN, "//evil.example:8000/x", "ws://evil.example:8000/x"),
        (PLAIN, "https://example.com:8000/", "wss://example.com:8000/"),
        (PLAIN, "wss://example.com/", "wss://example.com/"),
        (SECURE, "//evil.example/x", "wss://evil.example/x"),
        (SECURE, "https://example.com:444/", "wss://example.com:444/"),
    ],
)
def test_no_field_goes_to_another_origin(asked: str, location: str, leads_to: str) -> None:
    assert decide(location, asked) == (leads_to, False)


@pytest.mark.parametrize("location", ["http://example.com/", "ws://example.com:443/", "HTTP://a/"])
def test_it_never_leads_from_tls_to_none(location: str) -> None:
    with pytest.raises(InvalidURI, match="wss to ws"):
        decide(location, SECURE)


@pytest.mark.parametrize(
    "location",
    [
        *(None, "", "#", "#x", "/x#y", "http://example.com/#x"),
        *("javascript:alert(1)", "data:,x", "file:///etc/passwd", "ftp://example.com/", "x:y"),
        *("ws:x", "ws:/x", "http:x", "http:", "http://", "http:///x", "//", "///", "///x", "//?x"),
        *("//user@example.com:8000/", "http://user:password@example.com:8000/", "//@evil.example"),
        *("/a b", "/a\tb", "http://exa mple.com/", "/x, /y", "http://a/, http://b/"),
        *(
            "\\\\evil.example",
            "/\\evil.example",
            "http:\\\\evil.example",
            "/<x>",
            "/|",
            "/%zz",
            "/%",
        ),
        *("//[", "//]", "//a[b]/", "//[::1", "http://[::1", "http://[v1.x]/", "[", "/[x]"),
        *("http://example.com:0/", "http://example.com:65536/", "http://example.com:x/", "//:80"),
        *(f"http://{'a' * 64}/", f"http://{'a.' * 127}/", f"//{'a' * 60000}/"),
    ],
)
@pytest.mark.parametrize("asked", [PLAIN, SECURE])
def test_what_is_no_place_to_go_is_refused(location: str | None, asked: str) -> None:
    with pytest.raises(InvalidURI):
        decide(location, asked)


@pytest.mark.parametrize(
    "location", ["http://ex\xe4mple.com/", "/\xe4", "http://" + "\xe4" * 60000 + "/"]
)
def test_what_is_not_ascii_is_no_redirect(location: str) -> None:
    with pytest.raises(UnexpectedStatus):
        decide(location)


def test_two_locations_are_none() -> None:
    response = Response(302, [("Location", "/x"), ("Location", "/y")])
    with pytest.raises(UnexpectedStatus) as caught:
        validate_response(response, build_request(PLAIN))
    with pytest.raises(InvalidURI):
        redirected(caught.value, parse_uri(PLAIN), SECRETS, 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_five_times(status: int) -> None:
    answer = refusal(status, "/x")
    for followed in range(5):
        redirected(answer, parse_uri(PLAIN), SECRETS, followed)
    with pytest.raises(UnexpectedStatus) as caught:
        redirected(answer, parse_uri(PLAIN), SECRETS, 5)
    assert caught.value is answer


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 306, 309, 401, 403, 426, 503])
def test_no_other_answer_is_followed(status: int) -> None:
    answer = refusal(status, "/x")
    with pytest.raises(UnexpectedStatus) as caught:
        redirected(answer, parse_uri(PLAIN), SECRETS, 0)
    assert caught.value is answer


PIECES = [
    *(
        "http:",
        "https:",
        "ws:",
        "wss:",
        "WSS:",
        "x:",
        "javascript:",
        "//",
        "/",
        "\\",
        "?",
        "#",
        "@",
    ),
    *(
        "example.com",
        "evil.example",
        "[::1]",
        "[",
        "]",
        ":8000",
        ":443",
        ":0",
        ":",
        "user",
        "a" * 300,
    ),
    *("..", ".", ";", "%2f", "%", " ", "\t", "\x80", "\xe9", "&", "=", ",", "x", "*", "|", "~"),
]
locations = mostly(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f")),
)


def origin(uri: WebSocketURI) -> tuple[bool, str, int]:
    return uri.secure, uri.host, uri.port


@bounded(200)
@given(locations, uris | st.sampled_from([PLAIN, SECURE]).map(parse_uri), st.integers(0, 7))
def test_wherever_it_leads_the_rules_hold(
    location: str, asked: WebSocketURI, followed: int
) -> None:
    try:
        uri, fields = redirected(refusal(302, location), asked, SECRETS, followed)
    except (InvalidURI, UnexpectedStatus):
        return  # Nothing else is raised.
    assert followed < 5
    assert parse_uri(str(uri)) == uri
    assert uri.secure or not asked.secure
    assert fields == (SECRETS if origin(uri) == origin(asked) else Headers())
    if not location.startswith("//") and ":" not in location.partition("/")[0].partition("?")[0]:
        assert origin(uri) == origin(asked)


# --- Redirects: the client ------------------------------------------------------------------------


def leading_to(location: str) -> Reply:
    """The answer of a server that sends a client elsewhere, by bytes that are not checked."""
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\n"
    return lambda request: head.encode("latin-1") + b"Away"


def once(first: Reply, then: Reply) -> Reply:
    """One answer for `/`, another for every other path."""
    return lambda request: (first if request.target == "/" else then)(request)


@timed
async def test_the_token_stays_within_the_origin(asyncio_client: Path) -> None:
    asked: list[Request] = []
    async with serving(once(leading_to("/there?x"), greeting), asked=asked) as port:
        ran = await run(asyncio_client, f"ws://127.0.0.1:{port}/", TOKEN=TOKEN)
    assert ran == (0, said(None), "")
    first, second = asked
    assert second.target == "/there?x"
    assert first.headers["Authorization"] == second.headers["Authorization"] == f"Bearer {TOKEN}"
    assert first.headers["Sec-WebSocket-Key"] != second.headers["Sec-WebSocket-Key"]


@timed
@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1", "http://localhost", "//127.0.0.1"])
async def test_no_secret_goes_to_another_origin(elsewhere: str) -> None:
    main = recipe("asyncio_client.py").main
    here: list[Request] = []
    there: list[Request] = []
    async with (
        serving(greeting, asked=there) as there_port,
        serving(leading_to(f"{elsewhere}:{there_port}/"), asked=here) as port,
    ):
        await main(parse_uri(f"ws://127.0.0.1:{port}/"), SECRETS)
    assert [request.headers.get(name) for request in here for name in SECRETS] == [
        value for _, value in SECRETS.items()
    ]
    assert [name in request.headers for request in there for name in SECRETS] == [False] * 4


@timed
async def test_tls_is_never_left(asyncio_client: Path, ours: Certificate) -> None:
    asked: list[Request] = []
    async with (
        serving(greeting, asked=asked) as plain_port,
        serving(leading_to(f"http://localhost:{plain_port}/"), ours.server) as port,
    ):
        ran = await run(
            asyncio_client, f"wss://localhost:{port}/", TOKEN=TOKEN, SSL_CERT_FILE=str(ours.file)
        )
    assert ran[:2] == (1, "")
    assert "from wss to ws" in ran.complaint
    assert asked == []


@timed
async def test_a_redirect_leads_to_tls_without_the_token(
    asyncio_client: Path, ours: Certificate
) -> None:
    asked: list[Request] = []
    async with (
        serving(greeting, ours.server, asked) as secure_port,
        serving(leading_to(f"https://localhost:{secure_port}/")) as port,
    ):
        ran = await run(
            asyncio_client, f"ws://localhost:{port}/", TOKEN=TOKEN, SSL_CERT_FILE=str(ours.file)
        )
    assert ran == (0, said(None), "")
    (request,) = asked
    assert "Authorization" not in request.headers


@timed
async def test_a_loop_ends(asyncio_client: Path) -> None:
    asked: list[Request] = []
    async with serving(leading_to("/"), asked=asked) as port:
        ran = await run(asyncio_client, f"ws://127.0.0.1:{port}/", TOKEN=TOKEN)
    assert ran[:2] == (1, "")
    assert "302 Found" in ran.complaint
    assert len(asked) == 6
    assert TOKEN not in ran.complaint


@timed
@pytest.mark.parametrize(
    "location",
    [
        *("/x\r\nX-Evil: 1", "/x\n", "/\0", "/a b", "///evil.example"),
        *("javascript:alert(1)", "http://user:password@127.0.0.1/", f"//{'a' * 7000}/", ""),
        *("//" + "\xe4" * 7000 + "/", "//["),
    ],
)
async def test_a_bad_location_ends_the_way(asyncio_client: Path, location: str) -> None:
    asked: list[Request] = []
    async with serving(once(leading_to(location), greeting), asked=asked) as port:
        ran = await run(asyncio_client, f"ws://127.0.0.1:{port}/", TOKEN=TOKEN)
    if "\r\n" in location:  # The line ended there, and what follows it is none of the URI.
        assert ran == (0, said(None), "")
        assert [request.target for request in asked] == ["/", "/x"]
        assert "X-Evil" not in asked[1].headers
        return
    assert ran[:2] == (1, "")
    assert "Traceback" not in ran.complaint
    assert "password" not in ran.complaint
    assert len(asked) == 1
