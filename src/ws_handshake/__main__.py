"""The command line: `python -m ws_handshake`, also installed as `ws-handshake`.

Each command is a parser and a function that returns the exit status; what it prints comes from
the pure modules. Status 0 means done, 2 wrong use.
"""

from __future__ import annotations

import argparse
import io
import os
import sys

from .client import build_request, validate_response
from .explain import explain_accept, explain_request, explain_response
from .negotiation import select_subprotocol
from .request import Request
from .response import Response
from .server import build_response, validate_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where § cannot be written
    parser = argparse.ArgumentParser(
        prog="ws-handshake", description="The WebSocket opening handshake (RFC 6455 section 4)."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_demo(commands)
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads the output had enough, as in `... | head -1`. What is left goes nowhere, or
        # Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "demo", help="a client and a server shake hands in memory, explained line by line"
    )
    parser.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    """Shake hands in memory, with the bytes that would go over a connection, and explain them."""
    request = build_request(
        "ws://server.example.com/chat",
        origin="http://example.com",
        subprotocols=["chat", "superchat"],
    )
    received = Request.parse(request.to_bytes())
    offer = validate_request(received, origins=["http://example.com"])
    subprotocol = select_subprotocol(offer.subprotocols, ["superchat", "chat"])
    response = build_response(offer, subprotocol=subprotocol)
    agreement = validate_response(Response.parse(response.to_bytes()), request)

    print("1. The client asks to switch from HTTP to WebSocket.\n")
    _print_lines("->", explain_request(received))
    print("2. The server checks the request and computes the accept value from the key.\n")
    for what, value in explain_accept(offer.key):
        print(f"   {what}\n       {value}")
    print("\n3. The server agrees.\n")
    _print_lines("<-", explain_response(agreement.response))
    print("4. The client checks the answer: the connection is open.\n")
    print(f"   subprotocol {agreement.subprotocol}: the first that the client offers and the")
    print("   server supports. Both sides now send WebSocket frames (RFC 6455 §5).")
    return 0


def _print_lines(arrow: str, lines: list[tuple[str, str]]) -> None:
    for line, purpose in lines:
        print(f"   {arrow} {line}".rstrip())
        print(f"       {purpose}")
    print()


if __name__ == "__main__":
    sys.exit(main())
