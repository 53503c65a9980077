r"""The productions of the handshake, named as in the RFCs that define them.

Each is a piece of a regular expression; the modules that need one compile it. Two habits keep
hostile input cheap. Every repetition is possessive (`++`, `*+`, `?+`): what it took it never
gives back, so no pattern can backtrack. And no shorthand like `\d` or `\s` appears: those
also match digits and spaces far beyond ASCII.

Text here is `str`, made from the wire's bytes as ISO-8859-1: one character a byte, nothing lost.
"""

# RFC 5234 B.1 and RFC 9110 §5.5, §5.6
TCHARS_BUT_LETTERS = r"!#$%&'*+\-.^_`|~0-9"
TCHAR = rf"[{TCHARS_BUT_LETTERS}A-Za-z]"
TOKEN = rf"{TCHAR}++"
OWS = r"[ \t]*+"
FIELD_VCHAR = r"[!-~\x80-\xff]"  # VCHAR / obs-text
FIELD_CONTENT = r"[\t -~\x80-\xff]"  # what may stand in a value, white space included
FIELD_VALUE = rf"(?:{FIELD_VCHAR}++(?:[ \t]++{FIELD_VCHAR}++)*+)?+"
FIELD_LINE = rf"{TOKEN}:{OWS}{FIELD_VALUE}{OWS}"  # RFC 9112 §5

# What RFC 9110 §5.5 calls dangerous, with every other control but HTAB.
CONTROL = r"[\x00-\x08\x0a-\x1f\x7f]"

# RFC 9112 §2.3, §3 and §4. The target is only kept in one piece here: which characters and forms
# it may have is a rule of its own, so that a wrong one can be named.
HTTP_VERSION = r"HTTP/[0-9]\.[0-9]"
# A value may also come from HTTP/2 or HTTP/3, which write their version as one digit.
ANY_HTTP_VERSION = r"HTTP/[0-9](?:\.[0-9])?+"
REQUEST_LINE = rf"({TOKEN}) ({FIELD_VCHAR}++) ({HTTP_VERSION})"
REASON_PHRASE = rf"{FIELD_CONTENT}*+"
# The space may be missing before an empty reason: some servers leave both away.
STATUS_LINE = rf"({HTTP_VERSION}) ([1-5][0-9][0-9])(?: ({REASON_PHRASE}))?+"

# RFC 9112 §3.2.1: a path and perhaps a query. Browsers leave `|`, `^`, `{` and their like
# unescaped, so any visible character may stand in it but `#`, which would begin a fragment.
TARGET_CHAR = r"[!\"$-~]"
ORIGIN_FORM = rf"/{TARGET_CHAR}*+"

# RFC 3986 §3.2.2. An address has at most 45 characters, so the plain repetitions in it are cheap.
_H16 = r"[0-9A-Fa-f]{1,4}"
_DEC_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_LS32 = rf"(?:{_H16}:{_H16}|{_DEC_OCTET}(?:\.{_DEC_OCTET}){{3}})"
IPV6ADDRESS = (
    rf"(?:(?:{_H16}:){{6}}{_LS32}"
    rf"|::(?:{_H16}:){{5}}{_LS32}"
    rf"|(?:{_H16})?::(?:{_H16}:){{4}}{_LS32}"
    rf"|(?:(?:{_H16}:){{0,1}}{_H16})?::(?:{_H16}:){{3}}{_LS32}"
    rf"|(?:(?:{_H16}:){{0,2}}{_H16})?::(?:{_H16}:){{2}}{_LS32}"
    rf"|(?:(?:{_H16}:){{0,3}}{_H16})?::{_H16}:{_LS32}"
    rf"|(?:(?:{_H16}:){{0,4}}{_H16})?::{_LS32}"
    rf"|(?:(?:{_H16}:){{0,5}}{_H16})?::{_H16}"
    rf"|(?:(?:{_H16}:){{0,6}}{_H16})?::)"
)
IPVFUTURE = r"[vV][0-9A-Fa-f]++\.[A-Za-z0-9\-._~!$&'()*+,;=:]++"
REG_NAME = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]++|%[0-9A-Fa-f]{2})++"  # never empty here
# DIGITs by the grammar; beyond it, a number that a port can have: 1 to 65535.
PORT = (
    r"0*+(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
    r"(?![0-9])"
)
# uri-host [ ":" port ], RFC 9110 §7.2: the groups are an IPv6 address from its brackets, a name (or
# an address of some later IP, in its brackets) and a port, which may be empty.
HOST = rf"(?:\[({IPV6ADDRESS})\]|({REG_NAME}|\[{IPVFUTURE}\]))(?::({PORT})?+)?+"
# The same as nearly everybody writes it: a name or an IPv4 address, and perhaps a port.
USUAL_HOST = rf"[A-Za-z0-9\-._]++(?::{PORT})?+"
SCHEME = r"[A-Za-z][A-Za-z0-9+\-.]*+"

# RFC 6455 §4.3 and §9.1. White space may stand around ";" and "=": the section uses RFC 2616's
# implied white space. A quoted value must be a token when it is unquoted.
KEY = r"[A-Za-z0-9+/]{22}=="  # base64 of 16 bytes; bits behind them that are not zero are taken
ACCEPT = r"[A-Za-z0-9+/]{27}="  # of 20 bytes
QUOTED_TOKEN = rf'"(?:\\?+{TCHAR})++"'
EXTENSION_PARAM = rf"{TOKEN}(?:{OWS}={OWS}(?:{TOKEN}|{QUOTED_TOKEN}))?+"
EXTENSION_PARAMS = rf"(?:{OWS};{OWS}{EXTENSION_PARAM})*+"
EXTENSION = rf"{TOKEN}{EXTENSION_PARAMS}"
# The lists that a client sends, without the empty elements that they may have (RFC 9110 §5.6.1).
EXTENSION_LIST = rf"{EXTENSION}(?:{OWS},{OWS}{EXTENSION})*+"
TOKEN_LIST = rf"{TOKEN}(?:{OWS},{OWS}{TOKEN})*+"

# RFC 9110 §5.6.4
QUOTED_STRING = r'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*+"'
TRANSFER_PARAMETER = rf"{TOKEN}{OWS}={OWS}(?:{TOKEN}|{QUOTED_STRING})"  # RFC 9112 §7
CHUNK_EXT = rf"(?:{OWS};{OWS}{TOKEN}(?:{OWS}={OWS}(?:{TOKEN}|{QUOTED_STRING}))?+)*+"
# RFC 9112 §7.1, without the line end
CHUNK_SIZE = rf"([0-9A-Fa-f]++){CHUNK_EXT}"
