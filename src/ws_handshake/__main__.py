"""The command line: `python -m ws_handshake`, also installed as `ws-handshake`.

Each command is a parser and a function that returns the exit status; what it prints comes from
the pure modules. Status 0 means done, 2 wrong use.
"""

from __future__ import annotations

import argparse
import io
import sys

from .client import ClientHandshake
from .explain import explain_accept, explain_request, explain_response
from .server import ServerHandshake

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
    status: int = options.run(options)
    return status


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "demo", help="a client and a server shake hands in memory, explained line by line"
    )
    parser.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    """Shake hands in memory and explain both messages."""
    client = ClientHandshake(
        "ws://server.example.com/chat",
        origin="http://example.com",
        subprotocols=["chat", "superchat"],
    )
    server = ServerHandshake(origins=["http://example.com"], subprotocols=["superchat", "chat"])

    offer = server.receive_data(client.request.to_bytes())
    if offer is None:
        raise RuntimeError("the request was not whole")
    agreement = client.receive_data(server.accept())
    if agreement is None:
        raise RuntimeError("the response was not whole")

    print("1. The client asks to switch from HTTP to WebSocket.\n")
    _print_lines("->", explain_request(offer.request))
    print("2. The server computes the accept value from the key.\n")
    for what, value in explain_accept(offer.key):
        print(f"   {what}\n       {value}")
    print()
    print("3. The server agrees.\n")
    _print_lines("<-", explain_response(agreement.response))
    print("4. The client has checked the answer: the connection is open.\n")
    print(f"   client {client.state.name}, server {server.state.name}")
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
