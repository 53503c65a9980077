"""`probe`: a real handshake with servers that do all kinds of things."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ws_handshake import ServerHandshake, __main__

from .running import (
    OPENS,
    PATIENCE,
    Handler,
    answers,
    head_of,
    listening,
    run,
    serving,
    spawn,
    through,
)

REFUSAL = b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"


def probe(port: int, *options: str) -> Any:
    return run("probe", f"ws://127.0.0.1:{port}/chat", *options)


def closes(frame: bytes) -> Handler:
    """Open, then say this and read to the end."""
    return answers(OPENS + frame)


# --- Opened, and not ------------------------------------------------------------------------------


def test_a_server_that_opens() -> None:
    with listening(closes(b"\x81\x02hi\x88\x02\x03\xe9")) as port:
        done = probe(port)
        told = probe(port, "--json").json
    assert (done.status, done.err) == (0, "")
    assert f"   connected to 127.0.0.1:{port}\n" in done.out
    assert "   -> GET /chat HTTP/1.1\n" in done.out
    assert "   <- HTTP/1.1 101 Switching Protocols\n" in done.out
    assert "Opened: a WebSocket.\n" in done.out
    assert "   closed with: 1001\n" in done.out
    (one,) = told["probes"]
    assert (told["form"], told["command"], told["opened"]) == (1, "probe", True)
    assert told["comparison"] is None
    assert one["agreement"] == {"subprotocol": None, "extensions": []}
    assert one["close"] == 1001
    assert one["response"]["status"] == 101
    assert one["times"]["tls"] is None
    assert all(one["times"][step] >= 0 for step in ("lookup", "connect", "handshake"))


def test_the_goodbye_is_masked_and_says_1000() -> None:
    said = []

    def handle(connection: socket.socket) -> None:
        answers(OPENS, wait=False)(connection)
        said.append(connection.recv(100))
        connection.sendall(b"\x88\x00")

    with listening(handle) as port:
        assert probe(port, "--json").json["probes"][0]["close"] == 1005
    (frame,) = said
    assert (len(frame), frame[:2]) == (8, b"\x88\x82")
    assert bytes([frame[6] ^ frame[2], frame[7] ^ frame[3]]) == b"\x03\xe8"


@pytest.mark.parametrize("frames", [b"", b"\x81\x02hi", b"\x82\x7f" + b"\xff" * 70000])
def test_a_server_that_says_no_goodbye_still_opened(
    frames: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(__main__, "_GOODBYE", 0.3)
    for wait in (True, False):
        with listening(answers(OPENS + frames, wait=wait)) as port:
            done = probe(port)
        assert done.status == 0
        assert "closed with: nothing (our Close frame was not answered)" in done.out


def test_a_server_that_refuses() -> None:
    with listening(answers(REFUSAL)) as port:
        done = probe(port)
        told = probe(port, "--json").json["probes"][0]
    assert done.status == 1
    assert "   <- HTTP/1.1 426 Upgrade Required\n" in done.out
    assert "   its body says:\n       no\n" in done.out
    assert "Not a valid answer to an opening handshake: 1 violation." in done.out
    assert "proxy_set_header Upgrade $http_upgrade;" in done.out
    assert (told["opened"], told["agreement"], told["failure"]) == (False, None, None)
    assert told["response"]["violations"][0]["code"] == "status-unexpected"


def test_an_answer_whose_body_never_ends_is_told_when_the_time_is_over() -> None:
    unending = b"HTTP/1.1 200 OK\r\n\r\n<html>"
    with listening(answers(unending)) as port:
        done = probe(port, "--timeout", "0.3")
    assert done.status == 1
    assert "<html>" in done.out


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (OPENS.replace(b"{accept}", b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="), "accept-wrong"),
        (
            OPENS.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: a\r\n\r\n"),
            "subprotocol-not-offered",
        ),
        (b"SSH-2.0-x\r\n", "not-http-response"),
        (b"\x15\x03\x01\0\x02\x02\x46", "not-http-response"),
    ],
)
def test_an_answer_that_is_none(answer: bytes, code: str) -> None:
    with listening(answers(answer, wait=False)) as port:
        done = probe(port, "--json")
    assert done.status == 1
    response = done.json["probes"][0]["response"]
    assert code in [violation["code"] for violation in response["violations"]]


def test_an_extension_whose_parameters_are_refused() -> None:
    answer = OPENS.replace(
        b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate; x=1\r\n\r\n"
    )
    with listening(answers(answer)) as port:
        done = probe(port, "--deflate", "--json")
    assert done.status == 1
    violations = done.json["probes"][0]["response"]["violations"]
    assert [each["code"] for each in violations] == ["extension-refused"]


def test_interim_responses_are_passed_over() -> None:
    with listening(answers(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OPENS + b"\x88\x00")) as port:
        assert probe(port).status == 0


# --- What is asked --------------------------------------------------------------------------------


def test_the_options_say_what_is_offered() -> None:
    heads = []

    def handle(connection: socket.socket) -> None:
        server = ServerHandshake(origins=None, subprotocols=["chat"])
        heads.append(head_of(connection))
        server.receive_data(heads[-1])
        connection.sendall(server.accept() + b"\x88\x00")

    with listening(handle) as port:
        done = probe(
            port,
            *("--origin", "https://example.com", "--subprotocol", "v2", "--subprotocol", "chat"),
            *("--header", "Authorization: Bearer b3BlbnNlc2FtZQ", "--header", "X-A:  b "),
            *("--header", "Host: example.com", "--deflate"),
        )
    assert done.status == 0
    assert "subprotocol: chat" in done.out
    assert "extensions: none" in done.out
    lines = heads[0].decode().split("\r\n")
    assert lines[1] == "Host: example.com"
    assert "Origin: https://example.com" in lines
    assert "Sec-WebSocket-Protocol: v2, chat" in lines
    assert any(line.startswith("Sec-WebSocket-Extensions: permessage-deflate") for line in lines)
    assert lines[-4:] == ["Authorization: Bearer b3BlbnNlc2FtZQ", "X-A: b", "", ""]
    assert "b3BlbnNlc2FtZQ" not in done.out
    assert "Authorization: <redacted, 21 characters>" in done.out


def test_what_the_user_gave_is_not_printed_when_the_server_repeats_it() -> None:
    body = b"no: /chat?sid=s3cr3tsid Authorization: Bearer s3cr3tbearer a=s3cr3tcookie s3cr3tkey"
    head = b"HTTP/1.1 404 s3cr3tkey\r\nX-Path: s3cr3tsid\r\nContent-Length: %d\r\n\r\n" % len(body)
    with listening(answers(head + body)) as port:
        url = f"ws://127.0.0.1:{port}/chat?sid=s3cr3tsid"
        secret = ("--header", "Authorization: Bearer s3cr3tbearer")
        cookie = ("--header", "Cookie: a=s3cr3tcookie", "--header", "X-Api-Key: s3cr3tkey")
        for options in ((), ("--json",), ("--compare", url)):
            done = run("probe", url, *secret, *cookie, *options)
            assert done.status == 1
            assert "s3cr3t" not in done.out + done.err


def test_an_origin_may_be_a_header_too() -> None:
    with listening(closes(b"\x88\x00")) as port:
        done = probe(port, "--header", "Origin: https://a.example")
    assert "   -> Origin: https://a.example\n" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["http://example.com/"],
        ["HTTPS://example.com/"],
        ["ws://me:b3BlbnNlc2FtZQ@example.com/"],
        ["ws://example.com/#x"],
        ["ws://a/", "--compare", "ftp://b/"],
        ["ws://a/", "--origin", "https://a/path"],
        ["ws://a/", "--subprotocol", "a b"],
        ["ws://a/", "--header", "no colon"],
        ["ws://a/", "--header", "a b: c"],
        ["ws://a/", "--header", "Upgrade: h2c"],
        ["ws://a/", "--header", "X: b3BlbnNlc2FtZQ\r\nY: z"],
        ["ws://a/", "--timeout", "0"],
        ["ws://a/", "--timeout", "soon"],
        ["ws://a/", "--timeout", "nan"],
        ["ws://a/", "--resolve", "a:1"],
        ["ws://a/", "--resolve", "a:b:c"],
        ["ws://a/", "--resolve", "a:\u0661:c"],
        ["ws://a/", "--resolve", ":1:c"],
        ["ws://a/", "--resolve", "a:99999:c"],
    ],
    ids=repr,
)
def test_wrong_use_is_status_2(arguments: list[str]) -> None:
    done = run("probe", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: ws-handshake probe")
    assert "b3BlbnNlc2FtZQ" not in done.err


def test_a_time_limit_that_is_no_number_is_told_in_words() -> None:
    assert "a time limit is more than 0" in run("probe", "ws://a/", "--timeout", "x").err


# --- Steps that fail ------------------------------------------------------------------------------


def failure(url: str, *options: str) -> tuple[int, Any]:
    done = run("probe", url, "--json", *options)
    (one,) = done.json["probes"]
    text = run("probe", url, *options)
    assert text.status == done.status
    assert one["failure"]["summary"].split(" ")[0] in text.out
    return done.status, one


def test_a_port_at_which_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    status, one = failure(f"ws://127.0.0.1:{port}/")
    assert (status, one["failure"]["code"]) == (1, "connection-refused")
    assert one["times"]["handshake"] is None


def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    status, one = failure("ws://no.such.example/")
    assert (status, one["failure"]["code"]) == (1, "name-not-found")
    assert one["times"]["connect"] is None


def test_a_name_that_cannot_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*args: object, **kwargs: object) -> None:
        raise UnicodeError("label too long")

    monkeypatch.setattr(socket, "getaddrinfo", wrong)
    assert failure("ws://no.such.example/")[1]["failure"]["evidence"] == ["label too long"]


def test_a_look_up_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*args: object, **kwargs: object) -> list[object]:
        time.sleep(1)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    _, one = failure("ws://slow.example/", "--timeout", "0.1")
    assert one["failure"]["evidence"] == ["no answer within 0.1 s"]


def as_if(
    monkeypatch: pytest.MonkeyPatch, connect: Callable[[socket.socket, object], None]
) -> None:
    class Connection(socket.socket):
        def connect(self, address: Any) -> None:
            connect(self, address)

    monkeypatch.setattr(socket, "socket", Connection)


def test_a_connection_that_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(connection: socket.socket, address: object) -> None:
        time.sleep(0.06)
        raise TimeoutError("timed out")

    as_if(monkeypatch, silent)
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *args, **kwargs: [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port)) for port in (1, 2, 3)
        ],
    )
    _, one = failure("ws://silent.example/", "--timeout", "0.1")
    assert one["failure"]["code"] == "connection-timed-out"
    assert 0.1 <= one["times"]["connect"] < 1


def test_a_network_that_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(connection: socket.socket, address: object) -> None:
        raise OSError(101, "Network is unreachable")

    as_if(monkeypatch, unreachable)
    assert failure("ws://127.0.0.1/")[1]["failure"]["code"] == "connection-failed"


def test_the_next_address_is_tried() -> None:
    with listening(closes(b"\x88\x00")) as port:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", number))
            for number in (1, port)
        ]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
            assert run("probe", "ws://two.example/").status == 0


def test_ipv6() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with listener:
        port = listener.getsockname()[1]
    done = run("probe", f"ws://[::1]:{port}/")
    assert f"nothing listens at [::1]:{port}" in done.out


def test_an_answer_that_never_comes() -> None:
    def silent(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    with listening(silent) as port:
        _, one = failure(f"ws://127.0.0.1:{port}/", "--timeout", "0.2")
    assert one["failure"]["code"] == "answer-timed-out"
    assert one["response"] is None
    assert one["times"]["handshake"] >= 0.2


def test_an_answer_that_drips_is_cut_at_the_limit() -> None:
    def slowly(connection: socket.socket) -> None:
        head_of(connection)
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    with listening(slowly) as port:
        began = time.monotonic()
        done = probe(port, "--timeout", "0.3", "--json")
        assert time.monotonic() - began < PATIENCE / 2
    (one,) = done.json["probes"]
    assert one["failure"]["code"] == "answer-timed-out"
    assert one["failure"]["summary"] == "no whole answer came in time"
    assert one["response"]["violations"][0]["code"] == "head-incomplete"


def test_a_server_that_closes_without_an_answer() -> None:
    with listening(lambda connection: None) as port:
        _, one = failure(f"ws://127.0.0.1:{port}/")
    assert one["failure"]["code"] == "connection-closed"


def test_a_connection_that_is_reset() -> None:
    def resets(connection: socket.socket) -> None:
        connection.recv(10)
        linger = b"\x01\0\0\0\0\0\0\0"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with listening(resets) as port:
        _, one = failure(f"ws://127.0.0.1:{port}/")
    assert one["failure"]["code"] == "connection-closed"


def test_a_peer_that_is_gone_before_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(socket.socket):
        def sendall(self, *args: Any) -> None:
            raise BrokenPipeError(32, "Broken pipe")

    with listening(lambda connection: None) as port:
        monkeypatch.setattr(socket, "socket", Broken)
        _, one = failure(f"ws://127.0.0.1:{port}/")
    assert one["failure"]["code"] == "connection-closed"


def test_a_peer_that_is_gone_before_the_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(socket.socket):
        def sendall(self, data: Any, *args: Any) -> None:
            if data[0] == 0x88:
                raise BrokenPipeError(32, "Broken pipe")
            super().sendall(data, *args)

    with listening(answers(OPENS)) as port, monkeypatch.context() as patch:
        patch.setattr(socket, "socket", Broken)
        done = probe(port)
    assert done.status == 0
    assert "closed with: nothing (our Close frame was not answered)" in done.out


# --- TLS ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        if os.environ.get("CI") == "true":
            pytest.fail("openssl is not installed")
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + made.read_bytes())
    return both


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            assert secured.selected_alpn_protocol() == "http/1.1"
            closes(b"\x88\x02\x03\xe8")(secured)

    with listening(handle) as port:
        yield port


def test_a_trusted_certificate(tls_port: int, certificate: Path) -> None:
    done = spawn("probe", f"wss://localhost:{tls_port}/", SSL_CERT_FILE=str(certificate))
    assert (done.status, done.err) == (0, "")
    assert ", TLSv1." in done.out
    assert ", TLS " in done.out.splitlines()[-2]


def test_a_certificate_that_nobody_signed(tls_port: int) -> None:
    _, one = failure(f"wss://localhost:{tls_port}/")
    assert one["failure"]["code"] == "certificate-not-trusted"
    done = run("probe", f"wss://localhost:{tls_port}/", "--insecure", "--json")
    assert done.status == 0
    assert done.json["probes"][0]["tls"].startswith("TLSv1.")
    assert done.json["probes"][0]["times"]["tls"] > 0


def test_a_certificate_for_another_name(tls_port: int, certificate: Path) -> None:
    url = f"wss://example.test:{tls_port}/"
    resolve = f"EXAMPLE.test:{tls_port}:127.0.0.1"
    done = spawn("probe", url, "--resolve", resolve, SSL_CERT_FILE=str(certificate))
    assert done.status == 1
    assert "Hostname mismatch" in done.out
    assert run("probe", url, "--resolve", resolve, "--insecure").status == 0


def test_tls_at_a_port_without_it() -> None:
    def plain(connection: socket.socket) -> None:
        connection.recv(1)
        connection.sendall(REFUSAL)

    with listening(plain) as port:
        _, one = failure(f"wss://127.0.0.1:{port}/")
    assert one["failure"]["code"] == "tls-not-spoken"
    assert one["times"]["tls"] is not None


def test_tls_that_gets_no_answer() -> None:
    def silent(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    with listening(silent) as port:
        _, one = failure(f"wss://127.0.0.1:{port}/", "--timeout", "0.2")
    assert one["failure"]["code"] == "tls-timed-out"


def test_tls_that_is_broken_off() -> None:
    def breaks_off(connection: socket.socket) -> None:
        connection.recv(1)

    with listening(breaks_off) as port:
        _, one = failure(f"wss://127.0.0.1:{port}/")
    assert one["failure"]["code"] == "tls-failed"


def test_no_tls_at_a_port_with_it(tls_port: int) -> None:
    done = run("probe", f"ws://127.0.0.1:{tls_port}/")
    assert done.status == 1
    assert "wss://" in done.out


# --- Compared -------------------------------------------------------------------------------------


def test_a_proxy_against_the_server_itself() -> None:
    with serving() as server, listening(through(server.port)) as port:
        urls = f"ws://127.0.0.1:{port}/chat", f"ws://127.0.0.1:{server.port}/chat"
        done = run("probe", urls[0], "--compare", urls[1])
        told = run("probe", urls[0], "--compare", urls[1], "--json")
        server.until("#1 answered: 426")
        server.until("#2 answered: 101")
    assert done.status == told.status == 1
    assert done.out.count("Probing ws://") == 2
    assert "Verdict: the server itself answers 101" in done.out
    assert "removed or changed Upgrade and Connection" in done.out
    assert [one["opened"] for one in told.json["probes"]] == [False, True]
    comparison = told.json["comparison"]
    assert comparison["blame"] == "hop"
    assert comparison["differences"][0] == {"what": "opened", "first": "no", "second": "yes"}
    assert comparison["verdict"] in " ".join(done.out.split())


def test_the_status_is_that_of_the_first_url() -> None:
    with listening(closes(b"\x88\x00")) as opens, listening(answers(REFUSAL)) as refuses:
        good, bad = f"ws://127.0.0.1:{opens}/", f"ws://127.0.0.1:{refuses}/"
        assert run("probe", good, "--compare", bad).status == 0
        assert run("probe", bad, "--compare", good).status == 1


def test_resolve_takes_addresses_as_curl_does() -> None:
    assert __main__._resolution("Example.com:80:127.0.0.1") == (("example.com", 80), "127.0.0.1")
    assert __main__._resolution("[::2]:80:[::1]") == (("::2", 80), "::1")
