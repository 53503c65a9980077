"""The command line: `python -m ws_handshake`, also installed as `ws-handshake`.

Each command is a parser and a function that returns the exit status; what it prints comes from
the pure modules. This is the only module that opens sockets and files and reads a clock. Status 0
means valid or opened, 1 that it is not, 2 wrong use.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import selectors
import socket
import ssl
import sys
import threading
import time

from .client import ClientHandshake, build_request, validate_response
from .closing import close_frame, find_close
from .deflate import PerMessageDeflate
from .errors import HandshakeError, IncompleteMessage, InvalidHeader, InvalidURI
from .explain import (
    explain_accept,
    explain_request,
    explain_response,
    explain_steps,
    visible,
    without_tokens,
)
from .fields import parse_key
from .headers import Headers
from .negotiation import select_subprotocol
from .origins import SAME_ORIGIN
from .probing import (
    Probe,
    connect_failed,
    handshake_failed,
    json_of_probes,
    lines_of_comparison,
    lines_of_probe,
    lookup_failed,
    note_close,
    tls_failed,
)
from .report import (
    FORM,
    Judged,
    Style,
    all_valid,
    causes_in_text,
    json_of_agreement,
    json_of_check,
    json_of_message,
    judge_all,
    lines_of_check,
    lines_of_findings,
    lines_of_message,
)
from .request import Request
from .response import Response
from .server import ServerHandshake, build_response, validate_request
from .transcript import REQUEST, Message, final_response, read_transcript
from .uri import WebSocketURI, parse_uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
    # What `socket.getaddrinfo` gives.
    Address = tuple[int, int, int, str, Any]

__all__ = ["main"]

_LARGEST_INPUT = 1 << 20  # bytes that `check` reads
_MOST_CONNECTIONS = 256  # of `serve` at one time; more wait in the queue of the system
_GOODBYE = 2.0  # seconds to wait for a peer's Close frame
_LINGER = 1.0  # seconds to wait for a refused client to read the answer and close
_PAUSE = 0.1  # seconds without accepting anybody, when that failed
_FEW_BYTES = 65536  # that are kept of what comes behind a handshake
_ON_A_LINE = 64  # characters of a value; 32 bytes in hexadecimal
# How OpenSSL calls an answer that is no TLS, in its versions.
_NOT_TLS = frozenset(["WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where § cannot be written
    parser = argparse.ArgumentParser(
        prog="ws-handshake", description="The WebSocket opening handshake (RFC 6455 section 4)."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for add in (_add_check, _add_probe, _add_serve, _add_demo):
        add(commands)
    options = parser.parse_args(arguments)
    if _is_closed(sys.stdout):
        _print_error("the output is closed")
        return 1
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()  # who reads it had enough, as in `... | head -1`
        return 1
    except OSError as error:
        _discard_output()
        _print_error(f"the output cannot be written: {_why(error)}")
        return 1
    except KeyboardInterrupt:
        return 130  # as shells say it: ended by an interrupt
    return status


def _is_closed(stream: object) -> bool:
    """Whether the shell closed it, as `<&-` and `>&-` do: Python has None there then."""
    return stream is None


def _discard_output() -> None:
    """Let what is left go nowhere, or Python would complain once more while it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _add(commands: Commands, name: str, what: str, more: str = "") -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=f"{what.capitalize()}.{more}")
    parser.add_argument("--json", action="store_true", help="print JSON, in a form that is stable")
    parser.set_defaults(parser=parser)
    return parser


def _style() -> Style:
    """Colours on a terminal only, and never where NO_COLOR asks for none (no-color.org)."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return Style(wanted and os.environ.get("TERM") != "dumb")


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, indent=2))


def _print_error(message: str) -> None:
    print(f"ws-handshake: {message}", file=sys.stderr)


# --- check ----------------------------------------------------------------------------------------


def _add_check(commands: Commands) -> None:
    parser = _add(
        commands,
        "check",
        "judge a request or response that was captured or copied",
        " Takes raw bytes, and what curl -v and -i, a browser's network panel or a log make of"
        " them; several messages are judged in order.",
    )
    parser.add_argument("file", nargs="?", default="-", help="default: -, the standard input")
    parser.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    """Judge every message in a file or on the standard input."""
    try:
        if options.file == "-" and _is_closed(sys.stdin):
            _print_error("the input is closed")
            return 1
        if options.file == "-":
            if sys.stdin.isatty():
                _print_error("paste a request or response, then end the input (Ctrl-D)")
            data = sys.stdin.buffer.read(_LARGEST_INPUT + 1)
        else:
            with open(options.file, "rb") as file:
                data = file.read(_LARGEST_INPUT + 1)
    except OSError as error:
        _print_error(f"{options.file}: {error.strerror}")
        return 2
    if len(data) > _LARGEST_INPUT:
        _print_error(f"the input is larger than {_LARGEST_INPUT} bytes: leave the rest out")
        return 2
    transcript = read_transcript(data)
    messages = judge_all(transcript)
    causes = [] if messages else causes_in_text(data)
    if options.json:
        _print_json(json_of_check(transcript, messages, causes))
    else:
        _print_lines(lines_of_check(transcript, messages, causes, _style()))
    return 0 if all_valid(messages) else 1


# --- probe ----------------------------------------------------------------------------------------


def _add_probe(commands: Commands) -> None:
    parser = _add(
        commands,
        "probe",
        "open a WebSocket, over TCP or TLS, and tell all about it",
        " With --compare it does the same with a second URL and says who is to blame: give the"
        " address that users have, and the server's own address behind the proxy.",
    )
    parser.add_argument("url", type=_uri, help="ws://... or wss://...")
    parser.add_argument("--compare", type=_uri, metavar="URL", help="the server itself")
    parser.add_argument("--origin", help="the page that connects, as in https://example.com")
    parser.add_argument(
        "--subprotocol", action="append", default=[], metavar="NAME", help="may be repeated"
    )
    parser.add_argument(
        "--header", action="append", default=[], metavar="'NAME: VALUE'", help="may be repeated"
    )
    parser.add_argument("--deflate", action="store_true", help="offer permessage-deflate")
    parser.add_argument(
        "--resolve",
        action="append",
        default=[],
        type=_resolution,
        metavar="HOST:PORT:ADDRESS",
        help="connect to this address instead; may be repeated",
    )
    parser.add_argument("--insecure", action="store_true", help="take any certificate")
    parser.add_argument(
        "--timeout", type=_seconds, default=10.0, metavar="SECONDS", help="for each step; 10"
    )
    parser.set_defaults(run=_probe)


def _uri(text: str) -> WebSocketURI:
    for http, websocket in (("http://", "ws://"), ("https://", "wss://")):
        if text.lower().startswith(http):
            raise argparse.ArgumentTypeError(f"a WebSocket's URL begins with {websocket}")
    try:
        return parse_uri(text)
    except InvalidURI as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError("a time limit is more than 0 and at most 3600 seconds")
    return seconds


def _resolution(text: str) -> tuple[tuple[str, int], str]:
    host, _, rest = text.rpartition("]:") if text.startswith("[") else text.partition(":")
    port, _, address = rest.partition(":")
    if not host or not address or not port.isascii() or not port.isdecimal():
        raise argparse.ArgumentTypeError("it is HOST:PORT:ADDRESS, as with curl")
    return (host.lower().strip("["), _port(port)), address.strip("[]")


def _probe(options: argparse.Namespace) -> int:
    """Probe one URL, or two and compare."""
    style = _style()
    uris = [options.url] if options.compare is None else [options.url, options.compare]
    try:
        clients = [_client(uri, options) for uri in uris]
    except ValueError as error:
        options.parser.error(str(error))
    probes = []
    for client in clients:
        probes.append(_probed(client, options))
        if not options.json:
            _print_lines([*lines_of_probe(probes[-1], style), ""])
    if options.json:
        _print_json(json_of_probes(probes))
    elif len(probes) == 2:
        _print_lines(lines_of_comparison(probes[0], probes[1], style))
    return 0 if probes[0].opened else 1


def _client(uri: WebSocketURI, options: argparse.Namespace) -> ClientHandshake:
    """The handshake that the options ask for; `ValueError` for what no request can say."""
    host, origin, others = None, options.origin, []
    for line in options.header:
        name, colon, value = line.partition(":")
        value = value.strip(" \t")
        if not colon:
            raise ValueError("--header is 'Name: value'")
        if name.lower() == "host":
            host = value
        elif name.lower() == "origin":
            origin = value
        else:
            others.append((name, value))
    return ClientHandshake(
        uri,
        host=host,
        origin=origin,
        subprotocols=options.subprotocol,
        extensions=[PerMessageDeflate()] if options.deflate else [],
        headers=Headers(others),
    )


def _probed(client: ClientHandshake, options: argparse.Namespace) -> Probe:
    """Go from step to step as far as it goes."""
    probe = Probe(client.uri, Judged(_as_message(client.request.to_bytes())))
    addresses = _looked_up(probe, options)
    if not addresses:
        return probe
    connection = _connected(probe, addresses, options.timeout)
    if connection is None:
        return probe
    with connection:
        if not client.uri.secure:
            _shake_hands(probe, client, connection, options.timeout)
            return probe
        secured = _secured(probe, connection, options)
        if secured is not None:
            with secured:
                _shake_hands(probe, client, secured, options.timeout)
    return probe


def _as_message(data: bytes) -> Message:
    """A request as far as it came, whatever its bytes look like."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    return Message(REQUEST, head + blank, rest)


def _looked_up(probe: Probe, options: argparse.Namespace) -> list[Address]:
    """The addresses of the host; none if that fails."""
    host, port = probe.uri.host, probe.uri.port
    name = dict(options.resolve).get((host.lower(), port), host)
    found: list[Address] = []
    failed: list[str] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(_why(error))

    began = time.monotonic()
    # The system's look-up knows no time limit, so it runs beside.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(options.timeout)
    probe.times["lookup"] = time.monotonic() - began
    if not found:
        why = failed[0] if failed else f"no answer within {options.timeout:g} s"
        probe.failure = lookup_failed(name, why)
    return list(found)


def _connected(probe: Probe, addresses: list[Address], limit: float) -> socket.socket | None:
    """A connection to the first address that takes one."""
    began = time.monotonic()
    why = TimeoutError("timed out")
    error: OSError = why
    for family, kind, protocol, _, address in addresses:
        left = began + limit - time.monotonic()
        if left <= 0:
            break
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(left)
        try:
            connection.connect(address)
        except OSError as failed:
            connection.close()
            error = failed
            probe.address = None
            continue
        probe.address = _shown_address(address)
        probe.times["connect"] = time.monotonic() - began
        return connection
    probe.times["connect"] = time.monotonic() - began
    probe.failure = connect_failed(
        _shown_address(addresses[-1][4]),
        _why(error),
        refused=isinstance(error, ConnectionRefusedError),
        timed_out=isinstance(error, TimeoutError),
    )
    return None


def _secured(
    probe: Probe, connection: socket.socket, options: argparse.Namespace
) -> ssl.SSLSocket | None:
    """The connection with TLS, for HTTP/1.1: HTTP/2 opens WebSockets in another way."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if options.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    began = time.monotonic()
    connection.settimeout(options.timeout)
    try:
        secured = context.wrap_socket(connection, server_hostname=probe.uri.host)
    except OSError as error:
        kind = "other"
        if isinstance(error, ssl.SSLCertVerificationError):
            kind = "certificate"
        elif isinstance(error, TimeoutError):
            kind = "timed-out"
        elif isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS:
            kind = "plain"
        probe.failure = tls_failed(probe.uri.host, _why(error), kind)
        return None
    finally:
        probe.times["tls"] = time.monotonic() - began
    probe.tls = secured.version()
    return secured


def _shake_hands(
    probe: Probe, client: ClientHandshake, connection: socket.socket, limit: float
) -> None:
    """Send the request, read the answer, and say goodbye where it opened."""
    began = time.monotonic()
    received = bytearray()
    error: HandshakeError | None = None
    why = ""
    try:
        connection.settimeout(limit)
        try:
            connection.sendall(client.request.to_bytes())
        except OSError as failed:
            why = _why(failed)  # what the peer said before it closed may still be there
        while probe.agreement is None:
            data, reason = _received(connection, began + limit)
            why = reason or why
            received += data
            probe.agreement = client.receive_data(data)
    except HandshakeError as failed:
        error = failed
    probe.times["handshake"] = time.monotonic() - began
    if received:
        probe.response = Judged(final_response(bytes(received)), client.request, error)
    if isinstance(error, IncompleteMessage):
        timed_out = time.monotonic() >= began + limit
        probe.failure = handshake_failed(why, client.uri.secure, timed_out, len(received))
    if probe.agreement is not None:
        note_close(probe, *_said_goodbye(connection, client.trailing_data, min(limit, _GOODBYE)))


def _received(connection: socket.socket, deadline: float) -> tuple[bytes, str]:
    """The next bytes; none, and why, at the end of the connection or of the time."""
    left = deadline - time.monotonic()
    if left <= 0:
        return b"", "timed out"
    try:
        connection.settimeout(left)
        data = connection.recv(_FEW_BYTES)
    except OSError as error:
        return b"", _why(error)
    return data, "" if data else "the peer closed the connection"


def _said_goodbye(
    connection: socket.socket, received: bytes, limit: float
) -> tuple[int | None, bool]:
    """Send a Close frame and wait for the peer's: its status, and whether the peer is gone."""
    deadline = time.monotonic() + limit
    try:
        connection.settimeout(limit)
        connection.sendall(close_frame(os.urandom))
    except OSError:
        return find_close(received), True
    while (status := find_close(received)) is None and len(received) < _FEW_BYTES:
        data, _ = _received(connection, deadline)
        if not data:
            return None, time.monotonic() < deadline
        received += data
    return status, False


def _why(error: Exception) -> str:
    return visible(getattr(error, "strerror", None) or str(error))


def _shown_address(address: Any) -> str:
    host, port, *_ = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


# --- serve ----------------------------------------------------------------------------------------


def _add_serve(commands: Commands) -> None:
    parser = _add(
        commands,
        "serve",
        "listen in a server's place and tell what really arrives",
        " Let the proxy pass requests on to it: each is printed and judged, answered as this"
        " library answers, and an opened WebSocket is closed at once. Ctrl-C ends it.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; 127.0.0.1")
    parser.add_argument("--port", type=_port, default=8000, help="8000; 0 takes a free one")
    parser.add_argument(
        "--origin",
        action="append",
        type=_allowed_origin,
        help="an allowed origin, or 'same', or 'none' for clients that send none; may be repeated;"
        " by default any",
    )
    parser.add_argument(
        "--subprotocol", action="append", default=[], metavar="NAME", help="may be repeated"
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=10.0, metavar="SECONDS", help="for a request; 10"
    )
    parser.set_defaults(run=_serve)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _allowed_origin(text: str) -> Any:
    return {"same": SAME_ORIGIN, "none": None}.get(text, text)


def _serve(options: argparse.Namespace) -> int:
    """Listen until Ctrl-C."""
    try:
        ServerHandshake(origins=options.origin, subprotocols=options.subprotocol)
    except ValueError as error:
        options.parser.error(str(error))
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (options.host, options.port), family=family, backlog=_MOST_CONNECTIONS
        )
    except OSError as error:
        _print_error(f"cannot listen at {options.host} port {options.port}: {_why(error)}")
        return 1
    with listener:
        stand_in = _StandIn(listener, options)
        try:
            stand_in.run()
        except KeyboardInterrupt:
            stand_in.tell({"event": "stopped"}, ["Stopped."])
        finally:
            stand_in.close()
    return 0


class _Connection:
    """One client of the stand-in, and how far it is."""

    __slots__ = (
        "accepted",
        "answer",
        "deadline",
        "handshake",
        "number",
        "peer",
        "received",
        "socket",
    )

    def __init__(
        self, number: int, connection: socket.socket, peer: str, options: argparse.Namespace
    ) -> None:
        self.number = number
        self.socket = connection
        self.peer = peer
        self.handshake = ServerHandshake(options.origin, subprotocols=options.subprotocol)
        self.received = bytearray()
        self.answer: bytes | None = None  # what is still to be sent; None before it is known
        self.accepted = False
        self.deadline = time.monotonic() + options.timeout


class _StandIn:
    """A server that tells what arrives; one thread, so that what it prints stays in one piece."""

    def __init__(self, listener: socket.socket, options: argparse.Namespace) -> None:
        self._listener = listener
        self._options = options
        self._style = _style()
        self._selector = selectors.DefaultSelector()
        self._connections: set[_Connection] = set()
        self._accepted = 0
        self._listening = False
        self._paused = 0.0  # until when nobody is accepted
        listener.setblocking(False)

    def tell(self, event: dict[str, Any], lines: Iterable[str]) -> None:
        """Print an event as JSON on one line, or as text; at once, for who reads along."""
        if self._options.json:
            print(json.dumps({"form": FORM, "command": "serve", **event}))
        else:
            _print_lines(lines)
        sys.stdout.flush()

    def run(self) -> None:
        """Serve for ever."""
        host, port, *_ = self._listener.getsockname()
        where = _shown_address((host, port))
        self.tell(
            {"event": "listening", "host": host, "port": port},
            [f"Listening at ws://{where}/ - Ctrl-C ends it."],
        )
        while True:
            room = len(self._connections) < _MOST_CONNECTIONS
            self._listen(room and time.monotonic() >= self._paused)
            # Never for ever: where a signal does not end the waiting, the next round sees it.
            for key, _ in self._selector.select(0.25):
                if key.data is None:
                    self._accept()
                else:
                    self._go_on(key.data)
            now = time.monotonic()
            for connection in [each for each in self._connections if each.deadline <= now]:
                self._expire(connection)

    def close(self) -> None:
        """Let go of everything; an interrupt may have come between any two lines above."""
        self._selector.close()
        for connection in self._connections:
            connection.socket.close()

    def _listen(self, wanted: bool) -> None:
        if wanted and not self._listening:
            self._selector.register(self._listener, selectors.EVENT_READ)
        elif self._listening and not wanted:
            self._selector.unregister(self._listener)
        self._listening = wanted

    def _accept(self) -> None:
        try:
            accepted, address = self._listener.accept()
        except OSError:
            # The client is gone again, or this process has no more file descriptors: for these,
            # trying again at once would be a busy loop.
            self._paused = time.monotonic() + _PAUSE
            return
        accepted.setblocking(False)
        self._accepted += 1
        connection = _Connection(self._accepted, accepted, _shown_address(address), self._options)
        self._connections.add(connection)
        self._selector.register(accepted, selectors.EVENT_READ, connection)

    def _go_on(self, connection: _Connection) -> None:
        """Read or write, whichever the connection waits for."""
        try:
            if connection.answer:
                sent = connection.socket.send(connection.answer)
                self._answer(connection, connection.answer[sent:])
                return
            data = connection.socket.recv(_FEW_BYTES)
        except BlockingIOError:
            return
        except OSError:  # reset, which says as little as the end
            if connection.answer is not None:
                self._finish(connection, None)
                return
            data = b""
        if connection.answer is None:
            self._read(connection, data)
        elif not data:
            self._finish(connection, None)
        elif connection.accepted:
            connection.received += data
            self._look_for_close(connection)

    def _read(self, connection: _Connection, data: bytes) -> None:
        """Take bytes of the request and answer as soon as the library does."""
        connection.received += data
        handshake = connection.handshake
        try:
            if handshake.receive_data(data) is None:
                return
        except HandshakeError as error:
            rejection = None if error.rejection is None else error.rejection.to_bytes()
            self._tell_arrival(connection, error, rejection)
            if rejection is None:
                self._drop(connection)
            else:
                self._answer(connection, rejection)
            return
        connection.accepted = True
        answer = handshake.accept()
        self._tell_arrival(connection, None, answer)
        self._answer(connection, answer + close_frame())

    def _answer(self, connection: _Connection, answer: bytes) -> None:
        """Send what is left of an answer; behind it wait for the peer to close."""
        begins = connection.answer is None
        connection.answer = answer
        if answer:
            if begins:
                connection.deadline = time.monotonic() + self._options.timeout
                self._selector.modify(connection.socket, selectors.EVENT_WRITE, connection)
            return
        self._selector.modify(connection.socket, selectors.EVENT_READ, connection)
        if connection.accepted:
            connection.deadline = time.monotonic() + _GOODBYE
            connection.received[:] = connection.handshake.trailing_data
            self._look_for_close(connection)
        else:
            # Closing now would reset the connection, and the client never see the answer.
            connection.deadline = time.monotonic() + _LINGER
            try:
                connection.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self._finish(connection, None)

    def _look_for_close(self, connection: _Connection) -> None:
        status = find_close(bytes(connection.received))
        if status is not None or len(connection.received) > _FEW_BYTES:
            self._finish(connection, status)

    def _expire(self, connection: _Connection) -> None:
        """The time is over: for the request, for the answer, or for the goodbye."""
        if connection.answer is None:
            answer = connection.handshake.reject(408)
            self._tell_arrival(connection, None, answer)
            self._answer(connection, answer)
        else:
            self._finish(connection, None)

    def _finish(self, connection: _Connection, status: int | None) -> None:
        """Tell how an opened WebSocket was closed, and let go of it."""
        if connection.accepted:
            how = "without a Close frame" if status is None else f"with {status}"
            self.tell(
                {"event": "closed", "number": connection.number, "close": status},
                [f"#{connection.number} the client closed {how}."],
            )
        self._drop(connection)

    def _drop(self, connection: _Connection) -> None:
        self._selector.unregister(connection.socket)
        self._connections.discard(connection)
        connection.socket.close()

    def _tell_arrival(
        self, connection: _Connection, error: HandshakeError | None, answer: bytes | None
    ) -> None:
        """Print what arrived, what is wrong with it and what is answered."""
        judged = Judged(_as_message(bytes(connection.received)), error=error)
        status = None if answer is None else answer[9 : answer.index(b"\r\n")].decode("latin-1")
        lines = [self._style.strong(f"#{connection.number} from {connection.peer}"), ""]
        if connection.received:
            lines += [*lines_of_message(judged, self._style), ""]
        lines += lines_of_findings(judged, self._style)
        told = "nothing: the client is gone" if status is None else status
        agreement = connection.handshake.agreement
        if agreement is not None and agreement.subprotocol is not None:
            told += f", subprotocol {without_tokens(agreement.subprotocol)}"
        self.tell(
            {
                "event": "arrival",
                "number": connection.number,
                "peer": connection.peer,
                "request": json_of_message(judged),
                "answer": None if status is None else int(status[:3]),
                "agreement": json_of_agreement(agreement),
            },
            [*lines, "", f"#{connection.number} answered: {told}", ""],
        )


# --- demo -----------------------------------------------------------------------------------------


def _add_demo(commands: Commands) -> None:
    parser = _add(
        commands, "demo", "a client and a server shake hands in memory, explained line by line"
    )
    parser.add_argument(
        "--step-by-step",
        action="store_true",
        help="show how the key and its accept value are made, with every value in between",
    )
    parser.add_argument("--key", type=_key, help="a Sec-WebSocket-Key; by default a new one")
    parser.set_defaults(run=_demo)


def _key(text: str) -> str:
    try:
        parse_key(text)
    except InvalidHeader as error:
        raise argparse.ArgumentTypeError(f"{error}. A key is 16 bytes as base64") from None
    return text


def _demo(options: argparse.Namespace) -> int:
    """Shake hands in memory, with the bytes that would go over a connection, and explain them."""
    request = build_request(
        "ws://server.example.com/chat",
        key=options.key,
        origin="http://example.com",
        subprotocols=["chat", "superchat"],
    )
    received = Request.parse(request.to_bytes())
    offer = validate_request(received, origins=["http://example.com"])
    subprotocol = select_subprotocol(offer.subprotocols, ["superchat", "chat"])
    response = build_response(offer, subprotocol=subprotocol)
    agreement = validate_response(Response.parse(response.to_bytes()), request)
    if options.json:
        accept = [{"what": what, "value": value} for what, value in explain_accept(offer.key)]
        messages = judge_all(read_transcript(request.to_bytes() + response.to_bytes()))
        _print_json(
            {
                "form": FORM,
                "command": "demo",
                "messages": [json_of_message(message) for message in messages],
                "accept": accept,
                "steps": [
                    {"name": name, "what": what, "value": value}
                    for name, what, value in explain_steps(offer.key)
                ],
                "agreement": json_of_agreement(agreement),
            }
        )
        return 0
    if options.step_by_step:
        _print_steps(explain_steps(offer.key))
        return 0

    print("1. The client asks to switch from HTTP to WebSocket.\n")
    _print_explained("->", explain_request(received))
    print("2. The server checks the request and computes the accept value from the key.\n")
    for what, value in explain_accept(offer.key):
        print(f"   {what}\n       {value}")
    print("\n3. The server agrees.\n")
    _print_explained("<-", explain_response(agreement.response))
    print("4. The client checks the answer: the connection is open.\n")
    print(f"   subprotocol {agreement.subprotocol}: the first that the client offers and the")
    print("   server supports. Both sides now send WebSocket frames (RFC 6455 §5).")
    return 0


def _print_steps(steps: list[tuple[str, str, str]]) -> None:
    begins = {
        "nonce": "The client makes a key (RFC 6455 §4.1, item 7):",
        "key": "The server computes the accept value (RFC 6455 §4.2.2, item 5.4):",
    }
    for number, (name, what, value) in enumerate(steps, 1):
        if name in begins:
            print(f"{begins[name]}\n")
        print(f"{number}. {what}")
        for begin in range(0, len(value), _ON_A_LINE):
            print(f"       {value[begin : begin + _ON_A_LINE]}")
        print()
    print("The client computes the same from the key that it sent. If the answer differs, the")
    print("connection fails (RFC 6455 §4.1, item 4 of what it checks in the response).")


def _print_explained(arrow: str, lines: list[tuple[str, str]]) -> None:
    for line, purpose in lines:
        print(f"   {arrow} {line}".rstrip())
        print(f"       {purpose}")
    print()


if __name__ == "__main__":
    sys.exit(main())
