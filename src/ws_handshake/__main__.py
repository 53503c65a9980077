"""The command line: `python -m ws_handshake`, also installed as `ws-handshake`.

Each command is a parser and a function that returns the exit status; what it prints comes from
the pure modules, and what it sends goes through `network`. This is the only module that opens
files. Status 0 means valid or opened, 1 that it is not, 2 wrong use.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
import threading
import time

from .client import ClientHandshake, build_request, validate_response
from .closing import close_frame, find_close
from .conformance import (
    PLAIN_REQUEST,
    Outcome,
    Patience,
    chosen,
    failed,
    gone,
    json_of_run,
    junit,
    lines_of_run,
    not_plain,
    progress,
)
from .deflate import PerMessageDeflate
from .display import target_without_secrets
from .errors import HandshakeError, IncompleteMessage, InvalidHeader, InvalidURI
from .explain import (
    explain_accept,
    explain_request,
    explain_response,
    explain_steps,
)
from .fields import parse_key
from .headers import Headers
from .negotiation import select_subprotocol
from .network import (
    FEW_BYTES,
    connected,
    leave,
    listening,
    looked_up,
    received,
    side_by_side,
    talked,
    why,
)
from .origins import SAME_ORIGIN
from .probing import (
    Probe,
    handshake_failed,
    json_of_probes,
    lines_of_comparison,
    lines_of_probe,
    note_close,
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
)
from .request import Request
from .response import Response
from .server import (
    ServerHandshake,
    build_response,
    validate_request,
)
from .servers import Examiner, StandIn, as_message
from .testing import LEVELS, Result, judge_reply, request_cases, response_cases
from .transcript import final_response, read_transcript
from .uri import WebSocketURI, parse_uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    from .diagnosis import Cause
    from .network import Address
    from .servers import Server, Tell
    from .testing import Case

    S = TypeVar("S", bound=Server)
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

__all__ = ["main"]

_LARGEST_INPUT = 1 << 20  # bytes that `check` reads
_GOODBYE = 2.0  # seconds to wait for a peer's Close frame
_ON_A_LINE = 64  # characters of a value; 32 bytes in hexadecimal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where § cannot be written
    parser = argparse.ArgumentParser(
        prog="ws-handshake", description="The WebSocket opening handshake (RFC 6455 section 4)."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for add in (_add_check, _add_probe, _add_serve, _add_conformance, _add_demo):
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
        _print_error(f"the output cannot be written: {why(error)}")
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
    sentence = f"{what[0].upper()}{what[1:]}.{more}"
    parser = commands.add_parser(name, help=what, description=sentence)
    parser.add_argument("--json", action="store_true", help="print JSON, in a form that is stable")
    parser.set_defaults(parser=parser, command=name)
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
    parser.add_argument(
        "--subprotocol", action="append", default=[], metavar="NAME", help="may be repeated"
    )
    parser.add_argument("--deflate", action="store_true", help="offer permessage-deflate")
    _add_connecting(parser)
    parser.add_argument(
        "--timeout", type=_seconds, default=10.0, metavar="SECONDS", help="for each step; 10"
    )
    parser.set_defaults(run=_probe)


def _add_connecting(parser: argparse.ArgumentParser) -> None:
    """The options that say how a server is reached, and what it wants in a request."""
    parser.add_argument("--origin", help="the page that connects, as in https://example.com")
    parser.add_argument(
        "--header", action="append", default=[], metavar="'NAME: VALUE'", help="may be repeated"
    )
    parser.add_argument(
        "--resolve",
        action="append",
        default=[],
        type=_resolution,
        metavar="HOST:PORT:ADDRESS",
        help="connect to this address instead; may be repeated",
    )
    parser.add_argument("--insecure", action="store_true", help="take any certificate")


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
    probe = Probe(client.uri, Judged(as_message(client.request.to_bytes())))
    addresses = _addresses(probe, options)
    if not addresses:
        return probe
    connection = connected(probe, addresses, options.timeout, insecure=options.insecure)
    if connection is not None:
        with connection:
            _shake_hands(probe, client, connection, options.timeout)
    return probe


def _addresses(probe: Probe, options: argparse.Namespace) -> list[Address]:
    """Where the URL's host is, or where --resolve says that it is."""
    host, port = probe.uri.host, probe.uri.port
    name = dict(options.resolve).get((host.lower(), port), host)
    return looked_up(probe, name, options.timeout)


def _shake_hands(
    probe: Probe, client: ClientHandshake, connection: socket.socket, limit: float
) -> None:
    """Send the request, read the answer, and say goodbye where it opened."""
    began = time.monotonic()
    answer = bytearray()
    error: HandshakeError | None = None
    reason = ""
    try:
        connection.settimeout(limit)
        try:  # noqa: SIM105 - contextlib would be needed for this alone
            connection.sendall(client.request.to_bytes())
        except OSError:
            pass  # what the peer said before it closed may still be there
        while probe.agreement is None:
            data, reason = received(connection, began + limit)
            answer += data
            probe.agreement = client.receive_data(data)
    except HandshakeError as failed:
        error = failed
    probe.times["handshake"] = time.monotonic() - began
    if answer:
        probe.response = Judged(final_response(bytes(answer)), client.request, error)
    if isinstance(error, IncompleteMessage):
        timed_out = time.monotonic() >= began + limit
        probe.failure = handshake_failed(reason, client.uri.secure, timed_out, len(answer))
    if probe.agreement is not None:
        note_close(probe, *_said_goodbye(connection, client.trailing_data, min(limit, _GOODBYE)))


def _said_goodbye(
    connection: socket.socket, answer: bytes, limit: float
) -> tuple[int | None, bool]:
    """Send a Close frame and wait for the peer's: its status, and whether the peer is gone."""
    deadline = time.monotonic() + limit
    try:
        connection.settimeout(limit)
        connection.sendall(close_frame(os.urandom))
    except OSError:
        return find_close(answer), True
    while (status := find_close(answer)) is None and len(answer) < FEW_BYTES:
        data, _ = received(connection, deadline)
        if not data:
            return None, time.monotonic() < deadline
        answer += data
    return status, False


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
    return _served(
        options,
        lambda listener: StandIn(
            listener, _tell(options), _style(), options.timeout, options.origin, options.subprotocol
        ),
        _stopped,
    )


def _stopped(server: StandIn) -> int:
    server.tell({"event": "stopped"}, ["Stopped."])
    return 0


def _tell(options: argparse.Namespace) -> Tell:
    """What prints an event as JSON on one line, or as text; at once, for who reads along."""

    def tell(event: dict[str, Any], lines: Iterable[str]) -> None:
        if options.json:
            print(json.dumps({"form": FORM, "command": options.command, **event}))
        else:
            _print_lines(lines)
        sys.stdout.flush()

    return tell


def _served(
    options: argparse.Namespace, make: Callable[[socket.socket], S], finish: Callable[[S], int]
) -> int:
    """Let what `make` makes serve until Ctrl-C, or SIGTERM, which a script sends."""
    try:
        listener = listening(options.host, options.port)
    except (OSError, UnicodeError) as error:
        _print_error(f"cannot listen at {options.host} port {options.port}: {why(error)}")
        return 1
    with listener:
        server = make(listener)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server.run()
        except KeyboardInterrupt:
            return finish(server)
        finally:
            server.close()


# --- conformance ----------------------------------------------------------------------------------


def _add_conformance(commands: Commands) -> None:
    parser = _add(
        commands,
        "conformance",
        "judge how a server, or a client, does with handshakes good and bad",
        " Sends the cases of ws_handshake.testing to the server at URL; with --listen, serves those"
        " for clients, one a connection, to a client that asks for /case/1, /case/2 and so on, and"
        " /cases tells how many there are. Ctrl-C ends it.",
    )
    parser.add_argument("url", nargs="?", type=_uri, help="the server: ws://... or wss://...")
    parser.add_argument("--listen", dest="port", type=_port, metavar="PORT", help="for clients")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; 127.0.0.1")
    parser.add_argument(
        "--subprotocol", nargs=1, default=[], metavar="NAME", help="one that the server speaks"
    )
    _add_connecting(parser)
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="an id or a group; may repeat"
    )
    parser.add_argument(
        "--level", action="append", default=[], choices=LEVELS, help="may be repeated"
    )
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        default=LEVELS[0],
        help="status 1 where a case of this level fails, or of one before it in this list; must",
    )
    parser.add_argument("--junit", metavar="FILE", help="write JUnit's XML, too")
    parser.add_argument(
        "--parallel", type=_workers, default=8, metavar="NUMBER", help="connections at a time; 8"
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=5.0, metavar="SECONDS", help="for each case; 5"
    )
    parser.set_defaults(run=_conformance, deflate=False)


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 3 and 0 < int(text) <= 64):
        raise argparse.ArgumentTypeError("from 1 to 64 connections")
    return int(text)


def _conformance(options: argparse.Namespace) -> int:
    """Judge a server, or with --listen the clients that come."""
    if (options.url is None) == (options.port is None):
        options.parser.error("give the URL of a server, or --listen PORT for clients")
    if options.junit is not None:
        try:
            with open(options.junit, "wb"):
                pass  # better told now than when all is done
        except OSError as error:
            _print_error(f"{options.junit}: {error.strerror}")
            return 2
    if options.url is not None:
        return _examined(options)
    try:
        cases = chosen(response_cases(), options.only, options.level)
    except ValueError as error:
        options.parser.error(str(error))
    ids = [case.id for case in cases]

    def finish(examiner: Examiner) -> int:
        passed = _report(options, examiner.results, None, str)
        examiner.tell_end(passed=passed)
        return 0 if passed else 1

    return _served(
        options,
        lambda listener: Examiner(listener, _tell(options), _style(), options.timeout, ids),
        finish,
    )


def _report(
    options: argparse.Namespace,
    outcomes: Sequence[Outcome],
    failure: Cause | None,
    hide: Callable[[str], str],
) -> bool:
    """Write the file that was asked for, and say whether all is well."""
    if options.junit is not None:
        with open(options.junit, "w", encoding="utf-8") as file:
            file.write(junit(outcomes, failure, options.fail_on, hide))
    return bool(outcomes) and failure is None and not failed(outcomes, options.fail_on)


def _examined(options: argparse.Namespace) -> int:
    """Send the cases to a server."""
    try:
        client = _client(options.url, options)
        every = _cases_for(client)
        cases = chosen(every, options.only, options.level)
    except ValueError as error:
        options.parser.error(str(error))
    (plain,) = [case for case in every if case.id == PLAIN_REQUEST]
    request = Judged(as_message(client.request.to_bytes()), client.request)
    probe = Probe(client.uri, request)
    addresses = _addresses(probe, options)
    outcomes: list[Outcome] = []
    notes: list[str] = []

    def carry(case: Case) -> Outcome:
        """Send a case over a connection of its own."""
        step = Probe(client.uri, request)
        connection = connected(step, addresses, options.timeout, insecure=options.insecure)
        if connection is None:
            reason = "" if step.failure is None else step.failure.summary
            result = Result(case, False, f"no connection: {reason}")
            return Outcome(result, plain.data, failure=step.failure)
        began = time.monotonic()
        with connection:
            answer, closed = talked(connection, case.pieces, options.timeout, Patience(case))
            if answer.startswith(b"HTTP/1.1 101 "):
                leave(connection, close_frame(os.urandom))
        seconds = time.monotonic() - began
        return Outcome(judge_reply(case, answer, closed), plain.data, answer, closed, seconds)

    failure = probe.failure
    if addresses:
        first = carry(plain)
        failure = first.failure
        if failure is None and not first.result.passed:
            notes.append(not_plain(first.result))
    if failure is None:
        failure = _all_carried(cases, carry, options.parallel, outcomes)
    passed = _report(options, outcomes, failure, request.hidden)
    told = (outcomes, notes, failure)
    if options.json:
        url = target_without_secrets(str(client.uri))
        _print_json(json_of_run(url, *told, request.hidden, passed=passed))
    else:
        _print_lines(lines_of_run(*told, _style(), request.hidden))
    return 0 if passed else 1


def _cases_for(client: ClientHandshake) -> Sequence[Case]:
    """The cases, aimed at the server that the options name."""
    headers = client.request.headers
    own = ("origin", "sec-websocket-protocol", *map(str.lower, build_request(client.uri).headers))
    protocols = headers.get_all("Sec-WebSocket-Protocol")
    return request_cases(
        host=headers["Host"],
        target=client.uri.target,
        origin=headers.get("Origin"),
        subprotocol=protocols[0] if protocols else None,
        headers=[(name, value) for name, value in headers.items() if name.lower() not in own],
    )


def _all_carried(
    cases: Sequence[Case],
    carry: Callable[[Case], Outcome],
    workers: int,
    outcomes: list[Outcome],
) -> Cause | None:
    """Carry the cases to the server, as long as it is there, and give the outcomes in order."""
    shown = sys.stderr is not None and sys.stderr.isatty()
    failure = None
    for outcome in side_by_side(carry, cases, workers):
        outcomes.append(outcome)
        if shown:
            text = progress(len(outcomes), len(cases), len(failed(outcomes)))
            print(text, end="", file=sys.stderr, flush=True)
        failure = gone(outcomes)
        if failure is not None:
            break
    if shown:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    order = {case.id: number for number, case in enumerate(cases)}
    outcomes.sort(key=lambda outcome: order[outcome.case.id])
    return failure


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
