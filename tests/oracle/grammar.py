"""Recognisers of field values, one function a rule of the RFCs, over one character at a time.

A rule takes a `Reader` and leaves it behind what it recognised, or raises `Malformed`. The
functions at the end recognise a whole value, as the library's parsers of the same names do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

Param = tuple[str, str | None]
Extension = tuple[str, tuple[Param, ...]]


class Malformed(Exception):
    """The text is not what the rule says."""


class Reader:
    """A text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def next(self) -> str:
        """The character that comes next, or nothing at the end."""
        return self.text[self.at : self.at + 1]

    def at_end(self) -> bool:
        return self.at == len(self.text)

    def take(self, literal: str) -> bool:
        """Read this literal if it comes next."""
        if self.text[self.at : self.at + len(literal)] != literal:
            return False
        self.at += len(literal)
        return True

    def expect(self, literal: str) -> None:
        if not self.take(literal):
            raise Malformed

    def run(self, characters: str) -> str:
        """Read as many of these characters as come, perhaps none."""
        start = self.at
        while not self.at_end() and self.next() in characters:
            self.at += 1
        return self.text[start : self.at]


def whole(rule: Callable[[Reader], T], text: str) -> T:
    """What the rule makes of the text, all of which it must cover."""
    reader = Reader(text)
    result = rule(reader)
    if not reader.at_end():
        raise Malformed
    return result


def is_(rule: Callable[[Reader], object], text: str) -> bool:
    try:
        whole(rule, text)
    except Malformed:
        return False
    return True


def characters(first: int, last: int) -> str:
    return "".join(chr(code) for code in range(first, last + 1))


# --- RFC 5234 appendix B.1 ------------------------------------------------------------------------

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER = "abcdefghijklmnopqrstuvwxyz"
ALPHA = UPPER + LOWER
DIGIT = "0123456789"
HEXDIG = DIGIT + "ABCDEF" + "abcdef"  # "A" in ABNF is either case
SP = " "
HTAB = "\t"
DQUOTE = '"'
VCHAR = characters(0x21, 0x7E)


def lower(text: str) -> str:
    """The text with A to Z in lower case, and nothing else changed."""
    result = ""
    for char in text:
        result += LOWER[UPPER.index(char)] if char in UPPER else char
    return result


def number(digits: str, most: int) -> int:
    """The number that these digits write, or `most` + 1 for all that are larger."""
    value = 0
    for digit in digits:
        value = min(value * 10 + DIGIT.index(digit), most + 1)
    return value


# --- RFC 9110 section 5 ---------------------------------------------------------------------------

# tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
#       / DIGIT / ALPHA
TCHAR = "!#$%&'*+-.^_`|~" + DIGIT + ALPHA
OBS_TEXT = characters(0x80, 0xFF)
# field-content holds field-vchar, SP and HTAB; field-vchar = VCHAR / obs-text
FIELD_CONTENT = VCHAR + OBS_TEXT + SP + HTAB
OWS = SP + HTAB


def ows(reader: Reader) -> None:
    """OWS = *( SP / HTAB )."""
    reader.run(OWS)


def token(reader: Reader) -> str:
    """token = 1*tchar."""
    text = reader.run(TCHAR)
    if not text:
        raise Malformed
    return text


def quoted_string(reader: Reader) -> str:
    r"""quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE; the text that is meant.

    qdtext = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
    quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )
    """
    text = ""
    reader.expect(DQUOTE)
    while not reader.take(DQUOTE):
        reader.take("\\")
        if reader.at_end() or reader.next() not in FIELD_CONTENT:
            raise Malformed
        text += reader.next()
        reader.at += 1
    return text


def list_of(element: Callable[[Reader], T], reader: Reader) -> list[T]:
    """#element = [ element ] *( OWS "," OWS [ element ] ), as a recipient reads it (5.6.1.2)."""
    elements = []
    if not reader.at_end() and reader.next() not in "," + OWS:
        elements.append(element(reader))
    while not reader.at_end():
        ows(reader)
        reader.expect(",")
        ows(reader)
        if not reader.at_end() and reader.next() != ",":
            elements.append(element(reader))
    return elements


def behind_ows(reader: Reader, literal: str) -> bool:
    """Read OWS and this literal and OWS if they come; if not, read nothing."""
    start = reader.at
    ows(reader)
    if reader.take(literal):
        ows(reader)
        return True
    reader.at = start
    return False


# --- RFC 9110 section 7.8 -------------------------------------------------------------------------


def protocol(reader: Reader) -> str:
    """protocol = protocol-name [ "/" protocol-version ], both of them tokens."""
    name = token(reader)
    if reader.take("/"):
        return name + "/" + token(reader)
    return name


# --- RFC 6455 section 9.1, with the white space that RFC 2616 section 2.1 implied -----------------


def extension(reader: Reader) -> Extension:
    """extension = extension-token *( ";" extension-param )."""
    name = token(reader)
    params = []
    while behind_ows(reader, ";"):
        params.append(extension_param(reader))
    return name, tuple(params)


def extension_param(reader: Reader) -> Param:
    """extension-param = token [ "=" ( token / quoted-string ) ].

    "When using the quoted-string syntax variant, the value after quoted-string unescaping MUST
    conform to the 'token' ABNF."
    """
    name = token(reader)
    if not behind_ows(reader, "="):
        return name, None
    if reader.next() == DQUOTE:
        return name, whole(token, quoted_string(reader))
    return name, token(reader)


# --- RFC 6455 section 4.3 -------------------------------------------------------------------------

# base64-character = ALPHA | DIGIT | "+" | "/", in the order of RFC 4648 section 4
BASE64 = UPPER + LOWER + DIGIT + "+/"


def base64_value_non_empty(reader: Reader) -> bytes:
    """base64-value-non-empty = ( 1*base64-data [ base64-padding ] ) | base64-padding.

    base64-data = 4base64-character
    base64-padding = ( 2base64-character "==" ) | ( 3base64-character "=" )

    The bits that padding leaves over may be anything.
    """
    text = reader.run(BASE64)
    bits = ""
    for char in text:
        bits += format(BASE64.index(char), "06b")
    if len(text) % 4 == 2:
        reader.expect("==")
    elif len(text) % 4 == 3:
        reader.expect("=")
    elif len(text) % 4 == 1 or not text:
        raise Malformed
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))


def version(reader: Reader) -> int:
    """version = DIGIT | ( NZDIGIT DIGIT ) | ( "1" DIGIT DIGIT ) | ( "2" DIGIT DIGIT ).

    "Limited to 0-255 range, with no leading zeros".
    """
    digits = reader.run(DIGIT)
    if not digits or (digits[0] == "0" and digits != "0") or number(digits, 255) > 255:
        raise Malformed
    return number(digits, 255)


# --- RFC 3986 section 3 ---------------------------------------------------------------------------

UNRESERVED = ALPHA + DIGIT + "-._~"
SUB_DELIMS = "!$&'()*+,;="


def scheme(reader: Reader) -> str:
    """scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )."""
    if reader.at_end() or reader.next() not in ALPHA:
        raise Malformed
    return reader.run(ALPHA + DIGIT + "+-.")


def reg_name(reader: Reader) -> str:
    """reg-name = *( unreserved / pct-encoded / sub-delims ).

    Every IPv4address is one too, hence needs no rule among the alternatives of host.
    """
    start = reader.at
    while True:
        reader.run(UNRESERVED + SUB_DELIMS)
        if not reader.take("%"):
            return reader.text[start : reader.at]
        for _ in "HH":  # pct-encoded = "%" HEXDIG HEXDIG
            if reader.at_end() or reader.next() not in HEXDIG:
                raise Malformed
            reader.at += 1


def dec_octet(text: str) -> bool:
    """dec-octet: 0 to 255 without leading zeros."""
    return is_(version, text)


def ipv4address(text: str) -> bool:
    """IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet."""
    octets = text.split(".")
    return len(octets) == 4 and all(dec_octet(octet) for octet in octets)


def h16(text: str) -> bool:
    """h16 = 1*4HEXDIG."""
    return 1 <= len(text) <= 4 and all(char in HEXDIG for char in text)


def groups(text: str, *, ends_the_address: bool) -> int:
    """How many 16-bit pieces stand here between colons; the last may be an IPv4address."""
    if not text:
        return 0
    pieces = text.split(":")
    count = len(pieces)
    if ends_the_address and ipv4address(pieces[-1]):
        pieces.pop()
        count += 1
    if not all(h16(piece) for piece in pieces):
        raise Malformed
    return count


def ipv6address(text: str) -> bool:
    """The nine alternatives of IPv6address: 8 pieces, or fewer around one "::"."""
    before, gap, behind = text.partition("::")
    try:
        if not gap:
            return groups(text, ends_the_address=True) == 8
        count = groups(before, ends_the_address=False) + groups(behind, ends_the_address=True)
    except Malformed:
        return False
    return count <= 7


def ipvfuture(text: str) -> bool:
    """IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )."""
    reader = Reader(text)
    if not (reader.take("v") or reader.take("V")) or not reader.run(HEXDIG):
        return False
    return reader.take(".") and bool(reader.run(UNRESERVED + SUB_DELIMS + ":")) and reader.at_end()


def host(reader: Reader) -> str:
    """host = IP-literal / IPv4address / reg-name; IP-literal = "[" ( IPv6address / IPvFuture ) "]".

    An IPv6 address is given without its brackets, as the library does.
    """
    if not reader.take("["):
        return reg_name(reader)
    text = reader.run(UNRESERVED + SUB_DELIMS + ":")
    reader.expect("]")
    if ipv6address(text):
        return text
    if ipvfuture(text):
        return f"[{text}]"
    raise Malformed


def optional_port(reader: Reader) -> int | None:
    """[ ":" port ] with port = *DIGIT: none, which an empty one is too, or 1 to 65535."""
    if not reader.take(":"):
        return None
    digits = reader.run(DIGIT)
    if not digits:
        return None
    if not 1 <= number(digits, 65535) <= 65535:
        raise Malformed
    return number(digits, 65535)


# --- RFC 9110 sections 4.2 and 7.2, RFC 6454 section 7 --------------------------------------------

DEFAULT_PORT = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def uri_host_and_port(reader: Reader) -> tuple[str, int | None]:
    """Host = uri-host [ ":" port ], and no URI of http or ws has an empty host (section 4.2.1)."""
    name = host(reader)
    if not name:
        raise Malformed
    return name, optional_port(reader)


def serialized_origin(reader: Reader) -> tuple[str, str, int | None]:
    """serialized-origin = scheme "://" host [ ":" port ].

    Other schemes than those above may have an empty host, as in file://, and then have no port.
    """
    name = lower(scheme(reader))
    reader.expect("://")
    if name not in DEFAULT_PORT and reader.at_end():
        return name, "", None
    return name, *uri_host_and_port(reader)


# --- whole values ---------------------------------------------------------------------------------


def parse_token_list(value: str) -> list[str]:
    return whole(lambda reader: list_of(token, reader), value)


parse_connection = parse_token_list


def parse_upgrade(value: str) -> list[str]:
    return whole(lambda reader: list_of(protocol, reader), value)


def parse_subprotocols(value: str) -> list[str]:
    """1#token; "MUST NOT" name one twice (RFC 6455 section 4.1 item 10)."""
    names = parse_token_list(value)
    if not names or repeats(names):
        raise Malformed
    return names


def repeats(names: list[str]) -> bool:
    return any(name in names[:at] for at, name in enumerate(names))


def parse_extensions(value: str) -> list[Extension]:
    """extension-list = 1#extension."""
    extensions = whole(lambda reader: list_of(extension, reader), value)
    if not extensions:
        raise Malformed
    return extensions


def parse_key(value: str) -> bytes:
    """Sec-WebSocket-Key: "base64-encoded (see Section 4 of [RFC4648]) value that, when decoded, is
    16 bytes in length" (RFC 6455 section 4.2.1).
    """
    nonce = whole(base64_value_non_empty, value)
    if len(nonce) != 16:
        raise Malformed
    return nonce


def parse_accept(value: str) -> bytes:
    """Sec-WebSocket-Accept: base64 of a SHA-1 hash, which is 20 bytes (RFC 6455 section 4.2.2)."""
    digest = whole(base64_value_non_empty, value)
    if len(digest) != 20:
        raise Malformed
    return digest


def parse_version(value: str) -> int:
    return whole(version, value)


def parse_origin(value: str) -> str:
    """Origin: a serialized-origin or "null"; more than one is none that a policy could judge."""
    if value != "null":
        whole(serialized_origin, value)
    return value


def parse_host(value: str) -> tuple[str, int | None]:
    return whole(uri_host_and_port, value)
