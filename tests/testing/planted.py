"""Small servers with one fault each: what they do to a request, or to the answer, of a good one."""

import binascii
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from ws_handshake import (
    HandshakeError,
    Limits,
    PerMessageDeflate,
    ServerHandshake,
    accept_key,
)

Answer = tuple[bytes, bool]
KEY: Final = b"dGhlIHNhbXBsZSBub25jZQ=="


USUAL: Final = Limits()


def good(data: bytes, *, limits: Limits = USUAL) -> Answer:
    """This library as a server that speaks chat, allows any origin and closes behind a refusal."""
    server = ServerHandshake(
        origins=None, subprotocols=["chat"], extensions=[PerMessageDeflate()], limits=limits
    )
    try:
        if server.receive_data(data) is None:
            server.receive_data(b"")
    except HandshakeError as error:
        return (b"" if error.rejection is None else error.rejection.to_bytes()), True
    return server.accept(), False


def field(data: bytes, name: str) -> bytes | None:
    """The value of the first line of a field."""
    found = re.search(rb"\r\n%b:[ \t]*([^\r\n]*)" % name.encode(), data, re.IGNORECASE)
    return found and found[1].strip(b" \t")


def with_field(data: bytes, name: str, value: bytes) -> bytes:
    pattern = rb"(\r\n%b:)[^\r\n]*" % name.encode()
    return re.sub(pattern, lambda found: found[1] + b" " + value, data, flags=re.IGNORECASE)


def without_repeats(data: bytes, name: str) -> bytes:
    """Without the second and any further line of a field."""
    lines, seen = [], False
    for line in data.split(b"\r\n"):
        named = line.lower().startswith(name.lower().encode() + b":")
        if not (named and seen):
            lines.append(line)
        seen = seen or named
    return b"\r\n".join(lines)


def without(data: bytes, *names: str) -> bytes:
    for name in names:
        data = re.sub(rb"\r\n%b:[^\r\n]*" % name.encode(), b"", data, flags=re.IGNORECASE)
    return data


def mended(data: bytes, name: str, fits: Callable[[bytes], bool], value: bytes) -> bytes:
    """With the value that is wanted wherever the one that came fits loosely."""
    found = field(data, name)
    return data if found is None or not fits(found) else with_field(data, name, value)


def is_13(value: bytes) -> bool:
    try:
        return int(value.decode()) == 13
    except ValueError:
        return False


def decodes_to_16(value: bytes) -> bool:
    try:
        return len(binascii.a2b_base64(value)) == 16
    except ValueError:
        return False


# --- Servers --------------------------------------------------------------------------------------


def key_lenient(data: bytes) -> Answer:
    key = field(data, "Sec-WebSocket-Key")
    if key is None or not decodes_to_16(key):
        return good(data)
    reply, closed = good(with_field(data, "Sec-WebSocket-Key", KEY))
    accepts = accept_key(KEY.decode()).encode(), accept_key(key.decode("latin-1")).encode()
    return reply.replace(*accepts), closed


def accept_constant(data: bytes) -> Answer:
    reply, closed = good(data)
    sample = accept_key(KEY.decode()).encode()
    return re.sub(rb"(?<=Sec-WebSocket-Accept: )[^\r]*", sample, reply), closed


def accept_of_decoded_key(data: bytes) -> Answer:
    reply, closed = good(data)
    wrong = accept_key(KEY.decode().lower()).encode()
    return re.sub(rb"(?<=Sec-WebSocket-Accept: )[^\r]*", wrong, reply), closed


def upgrade_exact(data: bytes) -> Answer:
    reply, closed = good(data)
    if reply.startswith(b"HTTP/1.1 101") and field(data, "Upgrade") != b"websocket":
        return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", False
    return reply, closed


def connection_exact(data: bytes) -> Answer:
    reply, closed = good(data)
    options = field(data, "Connection")
    if reply.startswith(b"HTTP/1.1 101") and (options or b"").lower() != b"upgrade":
        return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", False
    return reply, closed


def names_case_sensitive(data: bytes) -> Answer:
    reply, closed = good(data)
    if reply.startswith(b"HTTP/1.1 101") and b"\r\nUpgrade:" not in data:
        return b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n\r\n", True
    return reply, closed


def subprotocols_all_answered(data: bytes) -> Answer:
    reply, closed = good(data)
    offered = field(data, "Sec-WebSocket-Protocol")
    return re.sub(rb"(?<=Sec-WebSocket-Protocol: )[^\r]*", offered or b"", reply), closed


def subprotocol_not_offered(data: bytes) -> Answer:
    reply, closed = good(data)
    if reply.startswith(b"HTTP/1.1 101") and b"Sec-WebSocket-Protocol" not in reply:
        reply = reply.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: chat\r\n\r\n")
    return reply, closed


def deflate_answered_as_offered(data: bytes) -> Answer:
    reply, closed = good(data)
    offered = field(data, "Sec-WebSocket-Extensions") or b""
    if reply.startswith(b"HTTP/1.1 101") and offered.startswith(b"permessage-deflate"):
        reply = without(reply, "Sec-WebSocket-Extensions")
        line = b"\r\nSec-WebSocket-Extensions: " + offered.partition(b",")[0] + b"\r\n\r\n"
        reply = reply.replace(b"\r\n\r\n", line)
    return reply, closed


def extension_not_offered(data: bytes) -> Answer:
    reply, closed = good(data)
    if reply.startswith(b"HTTP/1.1 101") and b"deflate" not in data:
        line = b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        reply = reply.replace(b"\r\n\r\n", line)
    return reply, closed


def refusal_without(*names: str) -> Callable[[bytes], Answer]:
    def server(data: bytes) -> Answer:
        reply, closed = good(data)
        return (reply if reply.startswith(b"HTTP/1.1 101") else without(reply, *names)), closed

    return server


def answers_the_body(data: bytes) -> Answer:
    reply, closed = good(data)
    rest = data.partition(b"\r\n\r\n")[2]
    return reply + (good(rest)[0] if b"HTTP/1.1\r\n" in rest else b""), closed


def keeps_open(data: bytes) -> Answer:
    reply, _ = good(data)
    return (reply if reply.startswith(b"HTTP/1.1 101") else without(reply, "Connection")), False


def crashes_on_numbers(data: bytes) -> Answer:
    for name in ("Sec-WebSocket-Version", "Content-Length"):
        if len(field(data, name) or b"") > 4300:
            return b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", True
    return good(data)


def silent_without_key(data: bytes) -> Answer:
    return good(data) if field(data, "Sec-WebSocket-Key") else (b"", True)


def length_in_101(data: bytes) -> Answer:
    reply, closed = good(data)
    if reply.startswith(b"HTTP/1.1 101"):
        reply = reply.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n")
    return reply, closed


def on(change: Callable[[bytes], bytes]) -> Callable[[bytes], Answer]:
    """A server that mends a request before it looks at it."""
    return lambda data: good(change(data))


class Planted(NamedTuple):
    """A fault, the server that has it, and the ids of the cases that report it, as patterns."""

    fault: str
    server: Callable[[bytes], Answer]
    reported: tuple[str, ...]


PLANTED: Final = (
    Planted(
        "any method",
        on(lambda data: re.sub(rb"^[A-Z]{2,9} ", b"GET ", data)),
        ("method-*",),
    ),
    Planted(
        "HTTP/1.0 is taken",
        on(lambda data: data.replace(b" HTTP/1.0\r\n", b" HTTP/1.1\r\n")),
        ("http-1.0*",),
    ),
    Planted(
        "no Host is needed",
        on(
            lambda data: (
                data if field(data, "Host") else data.replace(b"\r\n", b"\r\nHost: a\r\n", 1)
            )
        ),
        ("host-missing",),
    ),
    Planted(
        "the first of several Hosts",
        on(lambda data: without_repeats(data, "Host")),
        ("host-two-lines*",),
    ),
    Planted(
        "Upgrade only has to contain websocket",
        on(lambda data: mended(data, "Upgrade", lambda v: b"websocket" in v, b"websocket")),
        (
            "upgrade-longer",
            "upgrade-prefixed",
            "upgrade-hyphenated",
            "upgrade-quoted",
            "upgrade-parameter",
            "upgrade-space-separated",
            "upgrade-malformed-*",
            "upgrade-empty-version",
            "upgrade-nbsp",
            "upgrade-next-line",
            "upgrade-vertical-tab",
            "upgrade-separator",
            "upgrade-version-13",
            "upgrade-two-elements*",
            "upgrade-two-slashes",
            "upgrade-with-http",
            "upgrade-h2c-first",
        ),
    ),
    Planted(
        "Upgrade in lower case only",
        upgrade_exact,
        (
            "upgrade-browser-case",
            "upgrade-upper-case",
            "upgrade-odd-case",
            "upgrade-empty-element-*",
        ),
    ),
    Planted(
        "Connection only has to contain upgrade",
        on(lambda data: mended(data, "Connection", lambda v: b"upgrade" in v.lower(), b"Upgrade")),
        (
            "connection-longer",
            "connection-plural",
            "connection-prefixed",
            "connection-hyphenated*",
            "connection-underscore",
            "connection-quoted",
            "connection-parameter",
            "connection-value",
            "connection-slash",
            "connection-space-separated",
            "connection-semicolon",
            "connection-malformed-behind",
            "connection-malformed-before",
            "connection-malformed-line",
            "connection-comma-in-quotes",
            "connection-nbsp*",
            "connection-next-line",
            "connection-vertical-tab",
        ),
    ),
    Planted(
        "Connection has to be upgrade alone",
        connection_exact,
        (
            "connection-keep-alive-*",
            "connection-unknown-options",
            "connection-tight",
            "connection-loose",
            "connection-two-lines",
            "connection-odd-tokens",
            "connection-empty-*",
            "connection-twice",
        ),
    ),
    Planted(
        "the version is not looked at",
        on(lambda data: with_field(data, "Sec-WebSocket-Version", b"13")),
        (
            *("version-0", "version-7", "version-8", "version-12", "version-14", "version-25"),
            *("version-130", "version-213", "version-255", "version-*-is-426"),
            *("version-empty", "version-256", "version-269", "version-999", "version-1300"),
            *("version-0?3", "version-0013", "version-plus", "version-minus", "version-decimal"),
            *("version-dot", "version-hex*", "version-exponent", "version-underscore"),
            *("version-inner-space", "version-quoted", "version-name", "version-list*"),
            *("version-comma*", "version-parameter", "version-junk-behind", "version-superscript"),
            *("version-full-width", "version-arabic", "version-nbsp", "version-next-line"),
            *("version-vertical-tab", "version-form-feed", "version-separator"),
            *("limit-version-5000-digits", "syntax-nul-in-version", "cut-bytes-version-14"),
        ),
    ),
    Planted(
        "the version is what int() makes of it",
        on(lambda data: mended(data, "Sec-WebSocket-Version", is_13, b"13")),
        (
            *("version-013", "version-0013", "version-plus", "version-underscore"),
            *("version-full-width", "version-arabic"),
            *("version-vertical-tab", "version-form-feed"),
        ),
    ),
    Planted(
        "the first of several versions",
        on(lambda data: without_repeats(data, "Sec-WebSocket-Version")),
        ("version-two-lines", "version-two-lines-differ", "version-two-lines-empty"),
    ),
    Planted(
        "a refused version is answered without those that will do",
        refusal_without("Sec-WebSocket-Version"),
        (
            *("version-0", "version-7", "version-8", "version-12", "version-14", "version-25"),
            *("version-130", "version-213", "version-255", "version-*-is-426"),
        ),
    ),
    Planted(
        "the key is decoded with a lenient decoder",
        key_lenient,
        (
            *("key-three-pads", "key-four-pads", "key-behind-pads"),
            *("key-space-inside", "key-tab-inside", "key-space-before-pads"),
            *("key-space-between-pads", "key-quoted", "key-comma", "key-list*", "key-semicolon"),
            *("key-junk-inside", "key-nbsp", "key-next-line", "key-vertical-tab", "key-separator"),
            "syntax-nul-in-key",
        ),
    ),
    Planted(
        "the first of several keys",
        on(lambda data: without_repeats(data, "Sec-WebSocket-Key")),
        (
            *("key-two-lines", "key-two-lines-differ", "key-two-lines-apart"),
            *("key-two-lines-empty", "cut-bytes-two-keys"),
        ),
    ),
    Planted(
        "the accept value of the RFC's sample, always",
        accept_constant,
        ("key-zeros", "key-ones", "key-plus-and-slash", "key-letters", "key-pad-bits*"),
    ),
    Planted("the accept value of a key in lower case", accept_of_decoded_key, ("*",)),
    Planted(
        "all offered subprotocols are answered",
        subprotocols_all_answered,
        (
            *("subprotocol-two*", "subprotocol-tight", "subprotocol-loose", "subprotocol-prefix"),
            *("subprotocol-all-characters", "subprotocol-many", "subprotocol-empty-*"),
        ),
    ),
    Planted(
        "permessage-deflate is answered as it is offered",
        deflate_answered_as_offered,
        (
            *("deflate-browser", "deflate-unknown-parameter*", "deflate-parameter-upper-case"),
            *("deflate-server-bits-7", "deflate-server-bits-16*", "deflate-server-bits-0"),
            *("deflate-server-bits-huge", "deflate-server-bits-leading-zero"),
            *("deflate-server-bits-plus", "deflate-server-bits-letters"),
            *("deflate-server-bits-missing", "deflate-server-bits-twice*"),
            *("deflate-client-bits-7", "deflate-client-bits-16", "deflate-client-bits-twice"),
            *("deflate-client-bits-letters", "deflate-client-bits-leading-zero"),
            "deflate-*-no-context-value",
            *("deflate-server-no-context-twice", "deflate-bad-then-good*"),
        ),
    ),
    Planted(
        "a body is read over",
        on(lambda data: without(data, "Content-Length", "Transfer-Encoding")),
        (
            *("body-length-?*", "body-chunked*", "body-gzip*", "body-coding-*"),
            *("body-identity", "body-xchunked", "limit-length-5000-digits"),
        ),
    ),
    Planted(
        "a body is answered as a request",
        answers_the_body,
        ("body-*-hides-request",),
    ),
    Planted(
        "an invalid length does not end the connection",
        keeps_open,
        (
            *("body-length-*", "body-chunked-and-*", "body-chunked-not-last", "body-gzip"),
            *("body-coding-malformed", "body-identity", "body-xchunked"),
            "upgrade-426-has-upgrade",
            "trailing-refusal-closes",
        ),
    ),
    Planted(
        "space before a colon is dropped",
        on(lambda data: re.sub(rb"[ \t]+:", b":", data)),
        ("syntax-space-before-colon*", "syntax-tab-before-colon"),
    ),
    Planted(
        "LF alone ends a line",
        on(lambda data: re.sub(rb"(?<!\r)\n", b"\r\n", data)),
        ("end-lf-everywhere", "end-lf-request-line", "end-lf-field", "end-lf-*"),
    ),
    Planted(
        "folded lines are joined",
        on(lambda data: re.sub(rb"(?<!HTTP/1\.1)\r\n[ \t]+", b" ", data)),
        ("syntax-folded*",),
    ),
    Planted(
        "lines before the first field are skipped",
        on(lambda data: re.sub(rb"(HTTP/1\.1\r\n)[ \t][^\r\n]*\r\n", rb"\1", data)),
        ("syntax-*-before-first-field",),
    ),
    Planted(
        "any white space stands in a request line",
        on(
            lambda data: re.sub(
                rb"\A[ \t]*GET[ \t\r]+(\S+)[ \t\r]+HTTP/1\.1[ \t]*\r\n",
                rb"GET \1 HTTP/1.1\r\n",
                data,
            )
        ),
        (
            "line-two-spaces-*",
            "line-tab*",
            "line-trailing-*",
            "line-space-before",
            "end-cr-in-request-line",
        ),
    ),
    Planted(
        "control characters in values are kept",
        on(
            lambda data: re.sub(
                rb"(\r\nX[-A-Za-z]*: [^\r\n]*?)[\x00-\x08\x0b\x0c\x0e-\x1f\x7f](?=[^\r\n]*\r\n)",
                rb"\1",
                data,
            )
        ),
        ("syntax-value-*",),
    ),
    Planted(
        "CR alone ends a line",
        on(lambda data: re.sub(rb"\r(?!\n)", b"\r\n", data)),
        ("end-cr-everywhere", "end-cr-hides-*", "end-cr-cr-lf-blank-line"),
    ),
    Planted(
        "lines end where str.splitlines() says",
        on(lambda data: re.sub(rb"[\v\f\x1c-\x1e\x85]", b"\r\n", data)),
        (
            *("end-vertical-tab-hides-upgrade", "end-form-feed-hides-upgrade"),
            *("end-separator-hides-upgrade", "end-record-separator-hides-upgrade"),
            *("end-next-line-*", "body-length-vertical-tab", "syntax-value-form-feed"),
            *("version-next-line", "version-vertical-tab", "version-separator"),
        ),
    ),
    Planted(
        "405 without Allow",
        refusal_without("Allow"),
        ("method-405-has-allow",),
    ),
    Planted(
        "426 without Upgrade",
        refusal_without("Upgrade"),
        ("upgrade-426-has-upgrade",),
    ),
    Planted("names of fields as they are written", names_case_sensitive, ("syntax-names-*",)),
    Planted(
        "no limits",
        lambda data: good(data, limits=Limits(1 << 30, 1 << 30, 1 << 30)),
        ("limit-*-endless",),
    ),
    Planted("long numbers are converted", crashes_on_numbers, ("limit-*-5000-digits",)),
    Planted(
        "the head goes on behind its blank line",
        on(lambda data: data.replace(b"\r\n\r\n", b"\r\n", data.count(b"\r\n\r\n") - 1)),
        ("trailing-refused-field", "trailing-refused-upgrade"),
    ),
    Planted(
        "the first of several origins",
        on(lambda data: without_repeats(data, "Origin")),
        ("origin-two-lines*",),
    ),
    Planted(
        "no answer without a key",
        silent_without_key,
        (
            *("key-missing", "key-empty", "key-blank", "key-two-lines-empty-first"),
            *("syntax-space-before-colon-key", "key-other-name", "key-underscores"),
            *("upgrade-plain-get", "cut-bytes-without-key", "version-hixie-76"),
            "trailing-refusal-closes",
        ),
    ),
    Planted("a 101 with a length", length_in_101, ("body-of-the-answer",)),
    Planted(
        "a subprotocol that was not offered",
        subprotocol_not_offered,
        ("*",),
    ),
    Planted("an extension that was not offered", extension_not_offered, ("*",)),
)
