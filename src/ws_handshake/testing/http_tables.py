"""Cases for servers, about the HTTP that carries a handshake (RFC 9110, RFC 9112)."""

from __future__ import annotations

from .tables import NOT_SWITCHED, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_BAD = (400,)
_CLIENT_ERROR = (4,)

# What the RFCs let a recipient mend, and why it must not: two that mend it in two ways read two
# requests, of which one can hide in the other (RFC 9112 §11.2).
_LONE_LF = "A recipient may end a line at LF alone; with one that does not, it reads two heads."
_LONE_CR = "A CR may be replaced with a space; to a recipient that ends a line there, it is a line."
_EQUAL = "Equal lengths may be read as one; who looks at one line only takes unequal ones, too."
_CONTROL = "A safe context may keep a control character (§5.5); a log and a terminal obey it."

REQUEST_LINE: Final = (
    Table(
        "request-line",
        "accept",
        "must",
        "RFC 6455 §4.2.1",
        (("sample", {}, "The request of RFC 6455 §1.2 is a valid opening handshake."),),
        prefix="line",
    ),
    Table(
        "request-line",
        "reject",
        "must",
        "RFC 9112 §3, RFC 6455 §4.2.1",
        (
            ("no-target", {"line": "GET HTTP/1.1"}, "A request line has three parts, not two."),
            (
                "empty-target",
                {"line": "GET  HTTP/1.1"},
                "Between two spaces stands no target; read as white space, they leave two parts.",
            ),
            (
                "cr-in-method",
                {"line": "GE\rT {target} HTTP/1.1"},
                "A CR is invalid or a space: either way this is no method.",
            ),
            ("method-only", {"line": "GET"}, "A request line has three parts, not one."),
            (
                "four-parts",
                {"line": "GET {target} room HTTP/1.1"},
                "A target has no space, so that four parts are no request line.",
            ),
            (
                "words-behind",
                {"line": "GET {target} HTTP/1.1 x"},
                "Nothing stands behind the HTTP version.",
            ),
            (
                "version-first",
                {"line": "HTTP/1.1 GET {target}"},
                "Method, target and version stand in this order.",
            ),
            (
                "a-status-line",
                {"line": "HTTP/1.1 101 Switching Protocols"},
                "A status line is no request line.",
            ),
            ("no-spaces", {"line": "GET{target}HTTP/1.1"}, "Spaces stand between the parts."),
            (
                "nbsp-for-space",
                {"line": b"GET\xa0/\xa0HTTP/1.1"},
                "A no-break space is not the space that the grammar names.",
            ),
            ("method-colon", {"line": "GET: {target} HTTP/1.1"}, "A method is a token."),
            ("method-parentheses", {"line": "G(E)T {target} HTTP/1.1"}, "A method is a token."),
            ("method-quoted", {"line": '"GET" {target} HTTP/1.1'}, "A method is a token."),
            (
                "method-control",
                {"line": "G\x01ET {target} HTTP/1.1"},
                "A method is a token, without control characters.",
            ),
            (
                "method-beyond-ascii",
                {"line": "G\xc9T {target} HTTP/1.1"},
                "A method is a token, in ASCII.",
            ),
            (
                "http-0.9",
                {"line": "GET {target}"},
                "A line without a version is HTTP/0.9, which has no fields and no upgrade.",
            ),
            (
                "nul-before",
                {"before": b"\0"},
                "A NUL is no token character: this begins no method.",
            ),
            (
                "byte-order-mark",
                {"before": b"\xef\xbb\xbf"},
                "A method is a token, in ASCII: a byte order mark is no part of it.",
            ),
            (
                "method-slash",
                {"line": "/GET {target} HTTP/1.1"},
                "A method is a token.",
            ),
            (
                "version-empty",
                {"line": "GET {target} "},
                "Behind the second space stands a version.",
            ),
            (
                "method-empty",
                {"line": " {target} HTTP/1.1"},
                "A method is a token, which has a character at least.",
            ),
        ),
        prefix="line",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "request-line",
        "reject",
        "should",
        "RFC 9112 §3",
        (
            (
                "tls",
                {"before": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"},
                "A TLS greeting is no request: 400 or a close tells the client.",
            ),
        ),
        prefix="line",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "request-line",
        "reject",
        "security",
        "RFC 9112 §3, RFC 9112 §11.2",
        (
            (
                "two-spaces-first",
                {"line": "GET  {target} HTTP/1.1"},
                "A recipient may parse on any white space; two that differ see two targets.",
            ),
            (
                "two-spaces-second",
                {"line": "GET {target}  HTTP/1.1"},
                "A recipient may parse on any white space; two that differ see two targets.",
            ),
            (
                "tabs",
                {"line": "GET\t{target}\tHTTP/1.1"},
                "A recipient may take a tab for the space; two that differ see two targets.",
            ),
            (
                "trailing-space",
                {"line": "GET {target} HTTP/1.1 "},
                "A recipient may ignore white space behind; two that differ see two versions.",
            ),
            (
                "trailing-tab",
                {"line": "GET {target} HTTP/1.1\t"},
                "A recipient may ignore white space behind; two that differ see two versions.",
            ),
            (
                "space-before",
                {"line": " GET {target} HTTP/1.1"},
                "A recipient may ignore white space before it; two that differ see two methods.",
            ),
            (
                "tab-before",
                {"line": "\tGET {target} HTTP/1.1"},
                "A recipient may ignore white space before it; two that differ see two methods.",
            ),
        ),
        prefix="line",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "request-line",
        "either",
        "should",
        "RFC 9112 §2.2",
        (
            (
                "empty-line-before",
                {"before": b"\r\n"},
                "A server should ignore an empty line before the request; refusing it is stricter.",
            ),
            (
                "two-empty-lines-before",
                {"before": b"\r\n\r\n"},
                "A server should ignore at least one empty line; of more nothing is said.",
            ),
        ),
        prefix="line",
    ),
)

VERSION: Final = (
    Table(
        "version",
        "reject",
        "must",
        "RFC 6455 §4.2.1, item 1; RFC 9110 §7.8",
        (
            (
                "1.0",
                {"line": "GET {target} HTTP/1.0"},
                "A handshake is HTTP/1.1 or higher, and Upgrade is ignored in HTTP/1.0.",
            ),
            (
                "1.0-keep-alive",
                {"line": "GET {target} HTTP/1.0", "Connection": "keep-alive, Upgrade"},
                "Asking for a persistent connection does not make HTTP/1.0 able to upgrade.",
            ),
        ),
        prefix="http",
        statuses=NOT_SWITCHED,
    ),
    Table(
        "version",
        "reject",
        "must",
        "RFC 6455 §4.2.1, item 1",
        (
            (
                "0.9",
                {"line": "GET {target} HTTP/0.9"},
                "A handshake is HTTP/1.1 or higher.",
            ),
            (
                "0.0",
                {"line": "GET {target} HTTP/0.0"},
                "A handshake is HTTP/1.1 or higher.",
            ),
        ),
        prefix="http",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "version",
        "reject",
        "must",
        "RFC 9113 §8.6",
        (
            (
                "2.0",
                {"line": "GET {target} HTTP/2.0"},
                "HTTP/2 has no 101: what says HTTP/2 is never answered with it.",
            ),
        ),
        prefix="http",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "version",
        "reject",
        "must",
        "RFC 9114 §4.5",
        (
            (
                "3.0",
                {"line": "GET {target} HTTP/3.0"},
                "HTTP/3 has no 101: what says HTTP/3 is never answered with it.",
            ),
        ),
        prefix="http",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "version",
        "reject",
        "should",
        "RFC 9110 §2.5",
        (
            (
                "9.9",
                {"line": "GET {target} HTTP/9.9"},
                "Another major version has another syntax, and nobody knows that of 9.",
            ),
        ),
        prefix="http",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "version",
        "reject",
        "must",
        "RFC 9112 §2.3, RFC 6455 §4.2.1",
        (
            (
                "lower-case",
                {"line": "GET {target} http/1.1"},
                "The name HTTP is case-sensitive.",
            ),
            (
                "mixed-case",
                {"line": "GET {target} Http/1.1"},
                "The name HTTP is case-sensitive.",
            ),
            ("no-minor", {"line": "GET {target} HTTP/1"}, "A version is two digits."),
            ("no-minor-digit", {"line": "GET {target} HTTP/1."}, "A version is two digits."),
            ("no-major", {"line": "GET {target} HTTP/.1"}, "A version is two digits."),
            ("nothing", {"line": "GET {target} HTTP/"}, "A version is two digits."),
            (
                "1.10",
                {"line": "GET {target} HTTP/1.10"},
                "The minor version is one digit, not a number.",
            ),
            (
                "1.01",
                {"line": "GET {target} HTTP/1.01"},
                "The minor version is one digit, without a leading zero.",
            ),
            (
                "01.1",
                {"line": "GET {target} HTTP/01.1"},
                "The major version is one digit, without a leading zero.",
            ),
            (
                "11.1",
                {"line": "GET {target} HTTP/11.1"},
                "The major version is one digit, not a number.",
            ),
            ("1.1.1", {"line": "GET {target} HTTP/1.1.1"}, "A version is two digits, not three."),
            ("comma", {"line": "GET {target} HTTP/1,1"}, "A dot stands between the digits."),
            ("plus", {"line": "GET {target} HTTP/+1.1"}, "A digit has no sign."),
            ("minus", {"line": "GET {target} HTTP/1.-1"}, "A digit has no sign."),
            ("underscore", {"line": "GET {target} HTTP/1_1"}, "A dot stands between the digits."),
            ("letter", {"line": "GET {target} HTTP/1.x"}, "A version is two digits."),
            ("no-slash", {"line": "GET {target} HTTP1.1"}, "A slash stands behind HTTP."),
            ("other-name", {"line": "GET {target} HTTPS/1.1"}, "The name is HTTP, not HTTPS."),
            ("other-protocol", {"line": "GET {target} ICY/1.1"}, "The name is HTTP."),
            (
                "superscript",
                {"line": "GET {target} HTTP/1.\xb9"},
                "A digit is one of ASCII's ten; ¹ is none.",
            ),
            (
                "full-width",
                {"line": "GET {target} HTTP/\xef\xbc\x91.\xef\xbc\x91"},
                "A digit is one of ASCII's ten; a full-width one is none.",
            ),
            (
                "nul-behind",
                {"line": "GET {target} HTTP/1.1\0"},
                "Nothing stands behind the version, and no control character either.",
            ),
        ),
        prefix="http",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "version",
        "accept",
        "should",
        "RFC 9110 §2.5",
        (
            (
                "1.2",
                {"line": "GET {target} HTTP/1.2"},
                "A higher minor version is processed as the highest that the server knows.",
            ),
            (
                "1.9",
                {"line": "GET {target} HTTP/1.9"},
                "A higher minor version is processed as the highest that the server knows.",
            ),
        ),
        prefix="http",
    ),
)

METHOD: Final = (
    Table(
        "method",
        "reject",
        "must",
        "RFC 6455 §4.2.1, item 1",
        (
            ("post", {"line": "POST {target} HTTP/1.1"}, "The method is GET, not POST."),
            ("put", {"line": "PUT {target} HTTP/1.1"}, "The method is GET, not PUT."),
            ("head", {"line": "HEAD {target} HTTP/1.1"}, "The method is GET, not HEAD."),
            ("delete", {"line": "DELETE {target} HTTP/1.1"}, "The method is GET, not DELETE."),
            ("options", {"line": "OPTIONS {target} HTTP/1.1"}, "The method is GET, not OPTIONS."),
            ("patch", {"line": "PATCH {target} HTTP/1.1"}, "The method is GET, not PATCH."),
            ("trace", {"line": "TRACE {target} HTTP/1.1"}, "The method is GET, not TRACE."),
            (
                "connect",
                {"line": "CONNECT {host} HTTP/1.1"},
                "The method is GET; CONNECT opens a WebSocket in HTTP/2 only.",
            ),
            ("longer", {"line": "GETS {target} HTTP/1.1"}, "GETS is another method than GET."),
            ("shorter", {"line": "GE {target} HTTP/1.1"}, "GE is another method than GET."),
            ("unknown", {"line": "WEBSOCKET {target} HTTP/1.1"}, "The method is GET."),
            (
                "post-empty",
                {"line": "POST {target} HTTP/1.1", "Content-Length": "0"},
                "A POST is no GET, with or without a body.",
            ),
            (
                "post-body",
                {"line": "POST {target} HTTP/1.1", "Content-Length": "2", "behind": b"{}"},
                "A POST is no GET, with or without a body.",
            ),
            (
                "override",
                {"line": "POST {target} HTTP/1.1", "extra": "X-HTTP-Method-Override: GET"},
                "The method is that of the request line.",
            ),
        ),
        prefix="method",
        statuses=NOT_SWITCHED,
    ),
    Table(
        "method",
        "reject",
        "must",
        "RFC 9110 §9.1; RFC 6455 §4.2.1, item 1",
        (
            (
                "lower-case",
                {"line": "get {target} HTTP/1.1"},
                "Methods are case-sensitive: get is not GET.",
            ),
            (
                "mixed-case",
                {"line": "Get {target} HTTP/1.1"},
                "Methods are case-sensitive: Get is not GET.",
            ),
        ),
        prefix="method",
        statuses=NOT_SWITCHED,
    ),
    Table(
        "method",
        "reject",
        "must",
        "RFC 9110 §15.5.6",
        (
            (
                "405-has-allow",
                {"line": "DELETE {target} HTTP/1.1"},
                "Where the answer is 405, Allow tells which methods there are.",
            ),
        ),
        prefix="method",
        statuses=NOT_SWITCHED,
        beside=((405, "Allow"),),
    ),
)

TARGET: Final = (
    Table(
        "target",
        "accept",
        "must",
        "RFC 9112 §3.2.1",
        (
            (
                "query",
                {"line": "GET {target}{query}room=1 HTTP/1.1"},
                "A query belongs to the target; it changes nothing about the handshake.",
            ),
            (
                "query-percent",
                {"line": "GET {target}{query}a=%2F%20%E2%98%83 HTTP/1.1"},
                "Percent-encoded bytes belong to the target.",
            ),
            (
                "query-question-mark",
                {"line": "GET {target}{query}a?b HTTP/1.1"},
                "A question mark may stand in a query.",
            ),
            (
                "query-delimiters",
                {"line": "GET {target}{query}a=/:@!$&'()*+,;=-._~ HTTP/1.1"},
                "All of these characters may stand in a query.",
            ),
            (
                "query-empty",
                {"line": "GET {target}{query} HTTP/1.1"},
                "A query may be empty.",
            ),
        ),
        prefix="target",
    ),
    Table(
        "target",
        "accept",
        "must",
        "RFC 9112 §3.2.2",
        (
            (
                "absolute-http",
                {"line": "GET http://{host}{target} HTTP/1.1"},
                "A server accepts the absolute form as well.",
            ),
            (
                "absolute-upper-case",
                {"line": "GET HTTP://{HOST}{target} HTTP/1.1"},
                "Scheme and host are case-insensitive (RFC 9110 §4.2.3).",
            ),
        ),
        prefix="target",
    ),
    Table(
        "target",
        "either",
        "should",
        "RFC 9112 §3.2",
        (
            (
                "absolute-ws",
                {"line": "GET ws://{host}{target} HTTP/1.1"},
                "RFC 6455 names absolute http and https URIs; ws says the same thing.",
            ),
            (
                "absolute-other-host",
                {"line": "GET http://other.invalid{target} HTTP/1.1"},
                "A server ignores Host beside an absolute target, or refuses that they differ.",
            ),
            (
                "absolute-userinfo",
                {"line": "GET http://user@{host}{target} HTTP/1.1"},
                "Userinfo is deprecated and should be taken for an error (RFC 9110 §4.2.4).",
            ),
            (
                "unescaped",
                {"line": "GET {target}{query}a=|^{}`[] HTTP/1.1"},
                "Browsers leave these characters as they are, though URIs have them escaped.",
            ),
            (
                "percent-cut",
                {"line": "GET {target}{query}a=%4 HTTP/1.1"},
                "Two hexadecimal digits stand behind a percent sign; many servers do not look.",
            ),
        ),
        prefix="target",
    ),
    Table(
        "target",
        "reject",
        "must",
        "RFC 9112 §3.2, RFC 6455 §4.2.1",
        (
            ("asterisk", {"line": "GET * HTTP/1.1"}, "An asterisk is for OPTIONS only."),
            (
                "authority",
                {"line": "GET example.com:80 HTTP/1.1"},
                "A host and a port are for CONNECT only.",
            ),
            (
                "relative",
                {"line": "GET ws HTTP/1.1"},
                "A path begins with a slash.",
            ),
            ("query-only", {"line": "GET ?a=b HTTP/1.1"}, "A path begins with a slash."),
            (
                "backslash-first",
                {"line": "GET \\ws HTTP/1.1"},
                "A path begins with a slash, and a backslash is none.",
            ),
            (
                "percent-slash",
                {"line": "GET %2Fws HTTP/1.1"},
                "A path begins with a slash, not with an escaped one.",
            ),
            (
                "fragment",
                {"line": "GET {target}#room HTTP/1.1"},
                "A fragment is never sent (RFC 6455 §3).",
            ),
            (
                "fragment-empty",
                {"line": "GET {target}# HTTP/1.1"},
                "A fragment is never sent, not even an empty one (RFC 6455 §3).",
            ),
            (
                "absolute-fragment",
                {"line": "GET http://{host}{target}#room HTTP/1.1"},
                "An absolute target has no fragment either.",
            ),
            (
                "no-host-slashes",
                {"line": "GET http:{target} HTTP/1.1"},
                "An http URI has two slashes and a host behind the scheme (RFC 9110 §4.2.1).",
            ),
            (
                "absolute-empty-host",
                {"line": "GET http://{target} HTTP/1.1"},
                "An http URI with an empty host must be refused (RFC 9110 §4.2.1).",
            ),
            (
                "opaque",
                {"line": "GET ws:{host} HTTP/1.1"},
                "A ws URI has two slashes and a host behind the scheme (RFC 6455 §3).",
            ),
            (
                "absolute-port-letters",
                {"line": "GET http://example.com:http{target} HTTP/1.1"},
                "A port is digits, also in an absolute target.",
            ),
            (
                "ftp",
                {"line": "GET ftp://{host}{target} HTTP/1.1"},
                "An absolute target is an http or https URI (RFC 6455 §4.2.1, item 1).",
            ),
            (
                "latin",
                {"line": "GET {target}{query}a=\xe9 HTTP/1.1"},
                "A target is ASCII; other characters are percent-encoded.",
            ),
            (
                "utf-8",
                {"line": "GET {target}{query}a=\xc3\xa9 HTTP/1.1"},
                "A target is ASCII; other characters are percent-encoded.",
            ),
            (
                "nul",
                {"line": "GET {target}{query}a=\0 HTTP/1.1"},
                "A target has no control characters.",
            ),
            (
                "cr",
                {"line": "GET {target}{query}a=\rb HTTP/1.1"},
                "A CR is invalid or a space: either way this is no target.",
            ),
            (
                "form-feed",
                {"line": "GET {target}{query}a=\x0cb HTTP/1.1"},
                "A form feed is invalid or a space: either way this is no target.",
            ),
            (
                "escape",
                {"line": "GET {target}{query}a=\x1b[31m HTTP/1.1"},
                "A target has no control characters; in a log they would move the cursor.",
            ),
            (
                "del",
                {"line": "GET {target}{query}a=\x7f HTTP/1.1"},
                "A target has no control characters.",
            ),
        ),
        prefix="target",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
)

HOST: Final = (
    Table(
        "host",
        "accept",
        "must",
        "RFC 9110 §7.2, RFC 9110 §4.2.3",
        (
            ("upper-case", "{HOST}", "A host is case-insensitive."),
            ("outer-space", " \t{host}\t ", "White space around a value is no part of it."),
        ),
        prefix="host",
        field="Host",
    ),
    Table(
        "host",
        "either",
        "should",
        "RFC 9110 §7.2",
        (
            ("foreign", "other.invalid", "A server may serve any host, or only its own."),
            ("foreign-port", "other.invalid:8080", "A server may serve any port, or only its own."),
            ("port-empty", "{host}:", "An empty port equals none; servers may compare as sent."),
            ("port-0", "other.invalid:0", "The grammar has any digits; no server has port 0."),
            ("port-65536", "other.invalid:65536", "The grammar has any digits; TCP has fewer."),
            ("port-leading-zero", "other.invalid:0080", "The grammar has any digits."),
            ("ipv4", "192.0.2.1", "A server may serve any host, or only its own."),
            ("ipv6", "[2001:db8::1]", "An IPv6 address stands in brackets."),
            ("ipv6-port", "[2001:db8::1]:8080", "The port stands behind the brackets."),
            ("trailing-dot", "other.invalid.", "A name may end with the root's dot."),
            ("underscore", "a_b.invalid", "The grammar has underscores."),
            ("comma", "a.invalid,b.invalid", "A comma may stand in a name; DNS has none."),
        ),
        prefix="host",
        field="Host",
    ),
    Table(
        "host",
        "reject",
        "must",
        "RFC 9112 §3.2",
        (
            ("missing", None, "A request without Host is answered with 400."),
            ("two-lines", ("{host}", "{host}"), "Two Host lines are answered with 400."),
            (
                "two-lines-differ",
                ("{host}", "other.invalid"),
                "Two Host lines are answered with 400.",
            ),
            (
                "two-lines-other-first",
                ("other.invalid", "{host}"),
                "Two Host lines are answered with 400.",
            ),
            ("two-lines-empty", ("{host}", ""), "Two Host lines are answered with 400."),
            (
                "two-lines-apart",
                {"extra": "host: {host}"},
                "Two Host lines are answered with 400, wherever and however they stand.",
            ),
            ("list", "{host}, {host}", "Host is one host: a space is no part of it."),
            ("space", "exa mple.com", "A host has no space."),
            ("tab", "exa\tmple.com", "A host has no tab."),
            ("userinfo", "user@{host}", "Host has no userinfo."),
            ("userinfo-password", "user:secret@{host}", "Host has no userinfo."),
            ("uri", "http://{host}", "Host is no URI."),
            ("path", "{host}/chat", "Host has no path."),
            ("query", "{host}?a", "Host has no query."),
            ("fragment", "{host}#a", "Host has no fragment."),
            ("backslash", "{host}\\a", "A host has no backslash."),
            ("quoted", '"{host}"', "A host has no quotes."),
            ("angle-brackets", "<{host}>", "A host has no angle brackets."),
            ("pipe", "a|b", "A host has no vertical bar."),
            ("caret", "a^b", "A host has no caret."),
            ("braces", "{a}", "A host has no braces: this looks like a template left unfilled."),
            ("port-letters", "{host}:http", "A port is digits."),
            ("port-plus", "{host}:+80", "A port is digits, without a sign."),
            ("port-minus", "{host}:-80", "A port is digits, without a sign."),
            ("port-space", "{host}: 80", "A port is digits, without a space."),
            ("port-hex", "{host}:0x50", "A port is decimal digits."),
            ("port-underscore", "{host}:8_0", "A port is digits, without an underscore."),
            ("port-twice", "example.com:80:80", "There is one port."),
            ("port-two-colons", "example.com::80", "One colon stands before the port."),
            ("port-superscript", "example.com:8\xb2", "A digit is one of ASCII's ten."),
            (
                "port-full-width",
                b"example.com:\xef\xbc\x98\xef\xbc\x90",
                "A digit is one of ASCII's ten.",
            ),
            ("percent-cut", "a%4", "Two hexadecimal digits stand behind a percent sign."),
            ("percent-letters", "a%zz", "Two hexadecimal digits stand behind a percent sign."),
            ("latin", "ex\xe4mple.com", "A host is ASCII; another name is sent as its A-label."),
            (
                "utf-8",
                b"ex\xc3\xa4mple.com",
                "A host is ASCII; another name is sent as its A-label.",
            ),
            (
                "nbsp-behind",
                b"example.com\xa0",
                "A no-break space is no white space that could be dropped.",
            ),
            ("nul", "exa\0mple.com", "A host has no control characters."),
            ("ipv6-bare", "2001:db8::1", "An IPv6 address stands in brackets."),
            ("ipv6-unclosed", "[2001:db8::1", "An IPv6 address stands in brackets."),
            ("ipv6-behind", "[::1]x", "Only a port stands behind the brackets."),
            ("ipv6-empty", "[]", "An address stands in the brackets."),
            ("ipv6-seven-groups", "[1:2:3:4:5:6:7]", "An IPv6 address has eight groups."),
            ("ipv6-nine-groups", "[1:2:3:4:5:6:7:8:9]", "An IPv6 address has eight groups."),
            ("ipv6-two-gaps", "[1::2::3]", "An IPv6 address has one gap at most."),
            ("ipv6-eight-and-gap", "[1:2:3:4::5:6:7:8]", "A gap stands for one group at least."),
            (
                "ipv6-five-digits",
                "[::12345]",
                "A group of an IPv6 address has four digits at most.",
            ),
            ("ipv6-octet-256", "[::1.2.3.256]", "An octet of an address is 255 at most."),
            ("ipv6-octet-zero", "[::01.2.3.4]", "An octet has no leading zero, and is not octal."),
            ("ipv6-prefix", "[::1/64]", "A prefix length is no part of an address."),
            ("ipv6-unopened", "::1]", "An IPv6 address stands in brackets."),
            ("ipv6-letter", "[::g]", "An IPv6 address is hexadecimal."),
            ("ipv6-zone", "[fe80::1%eth0]", "A zone has no place in a host (RFC 3986 §3.2.2)."),
            ("ipv4-in-brackets", "[127.0.0.1]", "Brackets are for IPv6 addresses."),
            ("name-in-brackets", "[example.com]", "Brackets are for IPv6 addresses."),
        ),
        prefix="host",
        field="Host",
        statuses=_BAD,
    ),
    Table(
        "host",
        "reject",
        "must",
        "RFC 9110 §4.2.1",
        (
            ("empty", "", "An http URI with an empty host must be refused."),
            ("blank", " \t ", "White space is no part of a value: this host is empty."),
            ("port-only", ":80", "An http URI with an empty host must be refused."),
        ),
        prefix="host",
        field="Host",
    ),
    Table(
        "host",
        "reject",
        "must",
        "RFC 9112 §3.2",
        (
            (
                "missing-with-absolute-target",
                {"line": "GET http://{host}{target} HTTP/1.1", "Host": None},
                "Any HTTP/1.1 request without Host is answered with 400, also with this target.",
            ),
            (
                "malformed-with-absolute-target",
                {"line": "GET http://{host}{target} HTTP/1.1", "Host": "exa mple.com"},
                "Any HTTP/1.1 request with a malformed Host is answered with 400.",
            ),
        ),
        prefix="host",
        field="Host",
        statuses=_BAD,
    ),
)

SYNTAX: Final = (
    Table(
        "syntax",
        "accept",
        "must",
        "RFC 9110 §5.1",
        (
            ("names-lower-case", {"names": "lower"}, "Field names are case-insensitive."),
            ("names-upper-case", {"names": "upper"}, "Field names are case-insensitive."),
            ("names-swapped-case", {"names": "swapcase"}, "Field names are case-insensitive."),
        ),
        prefix="syntax",
    ),
    Table(
        "syntax",
        "accept",
        "must",
        "RFC 9112 §5.1, RFC 9110 §5.5",
        (
            (
                "no-space-behind-colon",
                {"colon": ":"},
                "White space behind the colon is optional.",
            ),
            (
                "tabs-behind-colon",
                {"colon": ":\t \t"},
                "White space around a value is spaces and tabs, and no part of it.",
            ),
            (
                "space-behind-values",
                {"swap": (("websocket\r\n", "websocket \t\r\n"), ("13\r\n", "13\t \r\n"))},
                "White space around a value is spaces and tabs, and no part of it.",
            ),
            ("value-empty", {"extra": "X-Empty:"}, "A value may be empty."),
            ("value-blank", {"extra": "X-Blank: \t "}, "A value may be empty."),
            ("value-tab", {"extra": "X-Tab: a\tb"}, "A tab may stand in a value."),
            ("value-colons", {"extra": "X-Colons: a: b: c"}, "Only the first colon ends the name."),
        ),
        prefix="syntax",
    ),
    Table(
        "syntax",
        "accept",
        "must",
        "RFC 6455 §4.2.1",
        (("order-reversed", {"reversed": True}, "The order of the fields is not important."),),
        prefix="syntax",
    ),
    Table(
        "syntax",
        "accept",
        "should",
        "RFC 6455 §4.2.1, item 10; RFC 9110 §5.1",
        (
            (
                "name-of-all-characters",
                {"extra": "!#$%&'*+-.^_`|~09azAZ: x"},
                "A field name is any token; an unknown field changes nothing.",
            ),
            ("unknown-field", {"extra": "X-Unknown: 1"}, "An unknown field changes nothing."),
            (
                "unknown-field-twice",
                {"extra": ("X-Unknown: 1", "X-Unknown: 1", "x-unknown: 2")},
                "An unknown field changes nothing, however often it comes.",
            ),
            (
                "cookies",
                {"extra": ("Cookie: a=1; b=2", "User-Agent: kit/1 (test; x)", "Accept: */*")},
                "Other fields, such as cookies, may be there as in any request.",
            ),
            (
                "underscores",
                {"extra": ("Sec_WebSocket_Key: x", "Host_: x", "Content_Length: 5")},
                "A name with underscores is another name, though CGI writes both alike.",
            ),
            (
                "hybi-fields",
                {"extra": "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5"},
                "Fields of older drafts are unknown fields.",
            ),
        ),
        prefix="syntax",
    ),
    Table(
        "syntax",
        "accept",
        "should",
        "RFC 9110 §5.5",
        (
            (
                "value-latin",
                {"extra": b"X-Latin: caf\xe9 \xff"},
                "Bytes beyond ASCII in a value are opaque data.",
            ),
            (
                "value-utf-8",
                {"extra": b"X-Utf8: \xe2\x98\x83"},
                "Bytes beyond ASCII in a value are opaque data.",
            ),
        ),
        prefix="syntax",
    ),
    Table(
        "syntax",
        "reject",
        "must",
        "RFC 9112 §5.1",
        (
            (
                "space-before-colon",
                {"extra": "X-Space : y"},
                "White space between name and colon is answered with 400.",
            ),
            (
                "tab-before-colon",
                {"extra": "X-Tab\t: y"},
                "White space between name and colon is answered with 400.",
            ),
            (
                "space-before-colon-host",
                {"swap": (("Host:", "Host :"),)},
                "White space between name and colon is answered with 400.",
            ),
            (
                "space-before-colon-upgrade",
                {"swap": (("Upgrade:", "Upgrade :"),)},
                "White space between name and colon is answered with 400.",
            ),
            (
                "space-before-colon-key",
                {"swap": (("Sec-WebSocket-Key:", "Sec-WebSocket-Key :"),)},
                "White space between name and colon is answered with 400.",
            ),
            (
                "space-before-colon-coding",
                {"extra": "Transfer-Encoding : chunked", "behind": b"0\r\n\r\n"},
                "White space between name and colon has hidden fields from one of two parsers.",
            ),
        ),
        prefix="syntax",
        statuses=_BAD,
    ),
    Table(
        "syntax",
        "reject",
        "must",
        "RFC 9112 §5, RFC 6455 §4.2.1",
        (
            ("no-colon", {"extra": "X-Nothing"}, "A field line has a colon."),
            ("no-colon-first", {"first": "X-Nothing"}, "A field line has a colon."),
            (
                "no-colon-space",
                {"extra": "X-Nothing nothing"},
                "A field line has a colon; a space does not take its place.",
            ),
            (
                "second-request-line",
                {"first": "GET /other HTTP/1.1"},
                "A second request line is no field line.",
            ),
            ("name-empty", {"extra": ": y"}, "A name has a character at least."),
            ("only-a-colon", {"extra": ":"}, "A name has a character at least."),
            ("name-space", {"extra": "X Y: z"}, "A name is a token, without a space."),
            ("name-parenthesis", {"extra": "X(1): y"}, "A name is a token."),
            ("name-quoted", {"extra": '"X": y'}, "A name is a token."),
            ("name-slash", {"extra": "X/1: y"}, "A name is a token."),
            ("name-at", {"extra": "X@Y: z"}, "A name is a token."),
            ("name-comma", {"extra": "X,Y: z"}, "A name is a token."),
            ("name-semicolon", {"extra": "X;Y: z"}, "A name is a token."),
            ("name-equals", {"extra": "X=1: y"}, "A name is a token."),
            ("name-brackets", {"extra": "[X]: y"}, "A name is a token."),
            ("name-braces", {"extra": "{X}: y"}, "A name is a token."),
            ("name-backslash", {"extra": "X\\Y: z"}, "A name is a token."),
            ("name-question-mark", {"extra": "X?: z"}, "A name is a token."),
            ("name-angle", {"extra": "<X>: z"}, "A name is a token."),
            ("name-latin", {"extra": b"X\xe9: y"}, "A name is a token, in ASCII."),
            ("name-utf-8", {"extra": b"H\xc3\xb3st: y"}, "A name is a token, in ASCII."),
            ("name-nbsp", {"extra": b"X\xa0: y"}, "A name is a token, without any white space."),
            ("name-nul", {"extra": "X\0: y"}, "A name is a token, without control characters."),
            ("name-del", {"extra": "X\x7f: y"}, "A name is a token, without control characters."),
            ("name-escape", {"extra": "X\x1b: y"}, "A name has no control characters."),
            (
                "name-vertical-tab",
                {"extra": "X\x0b: y"},
                "A name has no control characters, and this is no white space.",
            ),
            ("pseudo-field", {"extra": ":path: /chat"}, "The names of HTTP/2 are no tokens."),
        ),
        prefix="syntax",
        silence="closed",
    ),
    Table(
        "syntax",
        "reject",
        "must",
        "RFC 9110 §5.5; RFC 6455 §4.2.1",
        (
            (
                "nul-in-upgrade",
                {"Upgrade": "web\0socket"},
                "A NUL makes the value invalid or a space: either way it is not websocket.",
            ),
            (
                "nul-in-connection",
                {"Connection": "Up\0grade"},
                "A NUL makes the value invalid or a space: either way it is not upgrade.",
            ),
            (
                "nul-in-version",
                {"Sec-WebSocket-Version": "1\x003"},
                "A NUL makes the value invalid or a space: either way it is not 13.",
            ),
            (
                "nul-in-key",
                {"Sec-WebSocket-Key": "dGhlIHNhbXBs\0ZSBub25jZQ=="},
                "A NUL makes the value invalid or a space: either way it is no key.",
            ),
        ),
        prefix="syntax",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "syntax",
        "reject",
        "security",
        "RFC 9110 §5.5",
        (
            (
                "value-nul",
                {"extra": "X: a\0b"},
                "A NUL may be replaced with a space; for another reader it ends the value.",
            ),
            ("value-soh", {"extra": "X: a\x01b"}, _CONTROL),
            ("value-bell", {"extra": "X: a\x07b"}, _CONTROL),
            ("value-backspace", {"extra": "X: a\x08b"}, _CONTROL),
            (
                "value-vertical-tab",
                {"extra": "X: a\x0bb"},
                "A safe context may keep it (§5.5); elsewhere it is white space, or ends a line.",
            ),
            (
                "value-form-feed",
                {"extra": "X: a\x0c"},
                "A safe context may keep it (§5.5); elsewhere it is white space, or ends a line.",
            ),
            (
                "value-separator",
                {"extra": "X: a\x1cb"},
                "A safe context may keep it (§5.5); elsewhere it is white space, or ends a line.",
            ),
            ("value-escape", {"extra": "X: \x1b[31m"}, _CONTROL),
            ("value-del", {"extra": "X: a\x7fb"}, _CONTROL),
        ),
        prefix="syntax",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "syntax",
        "reject",
        "security",
        "RFC 9112 §5.2, RFC 9112 §11.2",
        (
            (
                "folded",
                {"extra": ("X-Folded: a", " b")},
                "A server may read it as one line; to whom does not, it is another field.",
            ),
            (
                "folded-tab",
                {"extra": ("X-Folded: a", "\tb")},
                "A server may read it as one line; to whom does not, it is another field.",
            ),
            (
                "folded-blank",
                {"extra": ("X-Folded: a", " ")},
                "A server may read it as one line; to whom does not, it ends the head.",
            ),
            (
                "folded-upgrade",
                {"swap": (("Upgrade: websocket", "Upgrade:\r\n websocket"),)},
                "A server may read it as one line; to whom does not, Upgrade is empty.",
            ),
            (
                "folded-key",
                {"swap": (("Sec-WebSocket-Key: ", "Sec-WebSocket-Key:\r\n\t"),)},
                "A server may read it as one line; to whom does not, the key is empty.",
            ),
        ),
        prefix="syntax",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "syntax",
        "reject",
        "security",
        "RFC 9112 §2.2",
        (
            (
                "space-before-first-field",
                {"first": " X: y"},
                "A server may skip this line; another reads a field, or a longer request line.",
            ),
            (
                "tab-before-first-field",
                {"first": "\tX: y"},
                "A server may skip this line; another reads a field, or a longer request line.",
            ),
        ),
        prefix="syntax",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "syntax",
        "reject",
        "must",
        "RFC 9112 §2.2, RFC 9112 §5.2",
        (
            (
                "space-before-first-upgrade",
                {"Upgrade": None, "first": " Upgrade: websocket"},
                "A line behind the request line that begins with a space counts for nothing.",
            ),
            (
                "folded-hides-upgrade",
                {"Upgrade": None, "extra": ("X-Folded: a", " Upgrade: websocket")},
                "A folded line belongs to the field before it: there is no Upgrade here.",
            ),
            (
                "folded-splits-token",
                {"Connection": None, "extra": ("Connection: Up", " grade")},
                "A folded line stands for a space: these are two words.",
            ),
        ),
        prefix="syntax",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
)

LINE_ENDS: Final = (
    Table(
        "line-ends",
        "reject",
        "security",
        "RFC 9112 §2.2, CVE-2019-16785",
        (
            (
                "lf-before",
                {"before": b"\n"},
                "A server may skip an empty line; to whom does not take LF alone, it is none.",
            ),
            (
                "lf-everywhere",
                {"swap": (("\r\n", "\n"),)},
                _LONE_LF,
            ),
            (
                "lf-request-line",
                {"swap": (("HTTP/1.1\r\n", "HTTP/1.1\n"),)},
                _LONE_LF,
            ),
            (
                "lf-field",
                {"swap": (("websocket\r\n", "websocket\n"),)},
                _LONE_LF,
            ),
            (
                "lf-blank-line",
                {"swap": (("\r\n\r\n", "\r\n\n"),)},
                _LONE_LF,
            ),
            (
                "lf-in-value",
                {"extra": "X: a\nY: b"},
                _LONE_LF,
            ),
        ),
        prefix="end",
        statuses=NOT_SWITCHED,
        silence="open",
    ),
    Table(
        "line-ends",
        "reject",
        "security",
        "RFC 9112 §2.2, RFC 9112 §11.2",
        (
            (
                "cr-cr-lf",
                {"swap": (("websocket\r\n", "websocket\r\r\n"),)},
                _LONE_CR,
            ),
            (
                "cr-cr-lf-request-line",
                {"swap": (("HTTP/1.1\r\n", "HTTP/1.1\r\r\n"),)},
                _LONE_CR,
            ),
            (
                "cr-cr-lf-blank-line",
                {"swap": (("\r\n\r\n", "\r\n\r\r\n"),)},
                _LONE_CR,
            ),
            (
                "cr-in-value",
                {"extra": "X: a\rb"},
                _LONE_CR,
            ),
            (
                "cr-smuggles-coding",
                {"extra": "X: a\rTransfer-Encoding: chunked"},
                _LONE_CR,
            ),
            (
                "cr-in-request-line",
                {"line": "GET {target}\rHTTP/1.1"},
                "A CR may be taken for the space between the parts (§3), or for a line's end.",
            ),
        ),
        prefix="end",
        statuses=NOT_SWITCHED,
        silence="open",
    ),
    Table(
        "line-ends",
        "reject",
        "must",
        "RFC 9112 §2.2",
        (
            (
                "cr-everywhere",
                {"swap": (("\r\n", "\r"),)},
                "CR alone ends no line: this is no whole head.",
            ),
            (
                "cr-hides-upgrade",
                {"Upgrade": None, "extra": "X: a\rUpgrade: websocket"},
                "CR alone ends no line: there is no Upgrade here.",
            ),
            (
                "cr-hides-connection",
                {"Connection": None, "extra": "X: a\rConnection: Upgrade"},
                "CR alone ends no line: there is no Connection here.",
            ),
            (
                "cr-hides-host",
                {"Host": None, "extra": "X: a\rHost: {host}"},
                "CR alone ends no line: there is no Host here.",
            ),
            (
                "cr-in-name",
                {"extra": "X-A\rB: c"},
                "A CR makes the name invalid or is a space: either way it is no token.",
            ),
            (
                "cr-in-connection",
                {"Connection": "Up\rgrade"},
                "A CR makes the value invalid or a space: either way it is not upgrade.",
            ),
            (
                "cr-in-upgrade",
                {"Upgrade": "web\rsocket"},
                "A CR makes the value invalid or a space: either way it is not websocket.",
            ),
            (
                "cr-in-key",
                {"Sec-WebSocket-Key": "dGhlIHNhbXBs\rZSBub25jZQ=="},
                "A CR makes the value invalid or a space: either way it is no key.",
            ),
        ),
        prefix="end",
        statuses=NOT_SWITCHED,
        silence="open",
    ),
    Table(
        "line-ends",
        "reject",
        "must",
        "RFC 9112 §2.1, RFC 9112 §2.2",
        (
            (
                "vertical-tab-hides-upgrade",
                {"Upgrade": None, "extra": "X: a\x0bUpgrade: websocket"},
                "A vertical tab ends no line: there is no Upgrade here.",
            ),
            (
                "form-feed-hides-upgrade",
                {"Upgrade": None, "extra": "X: a\x0cUpgrade: websocket"},
                "A form feed ends no line: there is no Upgrade here.",
            ),
            (
                "separator-hides-upgrade",
                {"Upgrade": None, "extra": "X: a\x1cUpgrade: websocket"},
                "A file separator ends no line: there is no Upgrade here.",
            ),
            (
                "record-separator-hides-upgrade",
                {"Upgrade": None, "extra": "X: a\x1eUpgrade: websocket"},
                "A record separator ends no line: there is no Upgrade here.",
            ),
            (
                "next-line-hides-upgrade",
                {"Upgrade": None, "extra": b"X: a\x85Upgrade: websocket"},
                "The byte 0x85 ends no line: there is no Upgrade here.",
            ),
            (
                "line-separator-hides-upgrade",
                {"Upgrade": None, "extra": b"X: a\xe2\x80\xa8Upgrade: websocket"},
                "U+2028 ends no line: there is no Upgrade here.",
            ),
            (
                "nul-hides-upgrade",
                {"Upgrade": None, "extra": "X: a\0Upgrade: websocket"},
                "A NUL ends no line: there is no Upgrade here.",
            ),
        ),
        prefix="end",
        statuses=NOT_SWITCHED,
        silence="closed",
    ),
    Table(
        "line-ends",
        "accept",
        "should",
        "RFC 9110 §5.5",
        (
            (
                "next-line-in-value",
                {"extra": b"X: a\x85Transfer-Encoding: chunked"},
                "The byte 0x85 ends no line: it is opaque data in a value.",
            ),
            (
                "line-separator-in-value",
                {"extra": b"X: a\xe2\x80\xa8Transfer-Encoding: chunked"},
                "U+2028 ends no line: it is opaque data in a value.",
            ),
        ),
        prefix="end",
    ),
)

LIMITS: Final = (
    Table(
        "limits",
        "accept",
        "should",
        "RFC 9112 §3",
        (
            (
                "line-7000",
                {"line": "GET {target}{query}{7k} HTTP/1.1"},
                "A request line of 8000 bytes should be taken.",
            ),
        ),
        prefix="limit",
    ),
    Table(
        "limits",
        "accept",
        "should",
        "RFC 9110 §5.4",
        (
            (
                "field-4000",
                {"extra": "Cookie: a={4k}"},
                "Cookies of 4 KiB are usual (RFC 6265 §6.1).",
            ),
            (
                "fields-50",
                {"extra": ("X-Filler: a",) * 50},
                "A browser behind two proxies sends some dozens of fields.",
            ),
        ),
        prefix="limit",
    ),
    Table(
        "limits",
        "either",
        "security",
        "RFC 9110 §5.4; CVE-2024-37890",
        (
            (
                "fields-200",
                {"first": ("X-Filler: a",) * 200},
                "More fields than a parser counts must not hide the others: 101, 4xx or a close.",
            ),
            (
                "fields-3000",
                {"first": ("X-Filler: a",) * 3000},
                "More fields than a parser counts must not hide the others: 101, 4xx or a close.",
            ),
            (
                "field-20000",
                {"extra": "X-Filler: {20k}"},
                "A long field is taken or answered with 4xx.",
            ),
            (
                "name-20000",
                {"extra": "{20k}: a"},
                "A long name is taken or answered with 4xx.",
            ),
            (
                "line-20000",
                {"line": "GET {target}{query}{20k} HTTP/1.1"},
                "A long request line is taken or answered with 4xx.",
            ),
            (
                "extensions-many",
                {"Sec-WebSocket-Extensions": "x; a=1, " * 400 + "x"},
                "Many offers are taken or answered with 4xx.",
            ),
            (
                "connection-many",
                {"Connection": "a, " * 1500 + "Upgrade"},
                "Many options are taken or answered with 4xx.",
            ),
            (
                "list-of-commas",
                {"Connection": "," * 4000 + "Upgrade"},
                "A reasonable number of empty elements is skipped (§5.6.1.2); this is more.",
            ),
        ),
        prefix="limit",
        statuses=(101, 4),
    ),
    Table(
        "limits",
        "reject",
        "security",
        "RFC 9110 §5.4; CVE-2023-43669, CVE-2026-54465",
        (
            (
                "head-endless",
                {"extra": "X-Filler: {1300k}"},
                "A head of more than a mebibyte is refused before it fills the memory.",
            ),
            (
                "line-endless",
                {"line": "GET {target}{query}{1300k} HTTP/1.1"},
                "A target of more than a mebibyte is refused before it fills the memory.",
            ),
            (
                "name-endless",
                {"extra": "{1300k}: a"},
                "A name of more than a mebibyte is refused before it fills the memory.",
            ),
            (
                "fields-endless",
                {"extra": "{100,000 fields}"},
                "A hundred thousand fields are refused before they fill the memory.",
            ),
            (
                "method-endless",
                {"line": "{1300k} {target} HTTP/1.1"},
                "A method of more than a mebibyte is refused before it fills the memory.",
            ),
        ),
        prefix="limit",
        statuses=(4, 501),
        silence="closed",
    ),
    Table(
        "limits",
        "either",
        "must",
        "RFC 9112 §3",
        (
            (
                "line-414",
                {"line": "GET {target}{query}{1300k} HTTP/1.1"},
                "A target that is longer than the server wants is answered with 414.",
            ),
        ),
        prefix="limit",
        statuses=(101, 414),
    ),
    Table(
        "limits",
        "either",
        "security",
        "CVE-2020-7662, CVE-2020-7663",
        (
            (
                "extensions-unclosed-quote",
                {"Sec-WebSocket-Extensions": 'a; b="' + r"\c" * 2000},
                "A pattern that backtracks takes exponential time for a quote left open.",
            ),
            (
                "extensions-unclosed-letters",
                {"Sec-WebSocket-Extensions": 'a; b="' + "c" * 2000},
                "A pattern that repeats a repeat takes exponential time for a quote left open.",
            ),
            (
                "extensions-parameters",
                {"Sec-WebSocket-Extensions": "a" + "; b" * 1000 + ";"},
                "A pattern that backtracks takes exponential time for many parameters.",
            ),
        ),
        prefix="limit",
        statuses=(101, 4),
    ),
    Table(
        "limits",
        "either",
        "security",
        "CVE-2021-32640",
        (
            (
                "subprotocol-spaces",
                {"Sec-WebSocket-Protocol": "a" + " " * 4000 + "b"},
                "Splitting at spaces and a comma takes quadratic time for spaces without one.",
            ),
        ),
        prefix="limit",
        statuses=(101, 4),
    ),
    Table(
        "limits",
        "reject",
        "must",
        "RFC 6455 §4.2.1, item 5",
        (
            (
                "key-5000",
                {"Sec-WebSocket-Key": "A" * 5000},
                "A key of 3750 bytes is refused as any other wrong one.",
            ),
        ),
        prefix="limit",
        silence="closed",
    ),
    Table(
        "limits",
        "reject",
        "security",
        "RFC 9112 §6.3; RFC 6455 §4.3",
        (
            (
                "version-5000-digits",
                {"Sec-WebSocket-Version": "1" * 5000},
                "A number that is too long to convert is refused as any other wrong one.",
            ),
            (
                "length-5000-digits",
                {"Content-Length": "1" * 5000},
                "A number that is too long to convert is refused as any other wrong one.",
            ),
        ),
        prefix="limit",
        statuses=_CLIENT_ERROR,
        silence="closed",
    ),
)

BODY: Final = (
    Table(
        "body",
        "accept",
        "must",
        "RFC 9112 §6.2",
        (("length-0", "0", "Content-Length: 0 says that there is no body; Java sends it."),),
        prefix="body",
        field="Content-Length",
    ),
    Table(
        "body",
        "accept",
        "should",
        "RFC 9110 §8.6",
        (("length-00", "00", "A length is digits, which may begin with zeros: there is no body."),),
        prefix="body",
        field="Content-Length",
    ),
    Table(
        "body",
        "accept",
        "must",
        "RFC 9110 §8.6, RFC 9112 §6.1",
        (("of-the-answer", {}, "A 101 has neither Content-Length nor Transfer-Encoding."),),
        prefix="body",
        without=("Content-Length", "Transfer-Encoding"),
    ),
    Table(
        "body",
        "reject",
        "security",
        "CVE-2019-16792; RFC 9112 §6.3, item 5",
        (
            (
                "length-0-twice",
                ("0", "0"),
                _EQUAL,
            ),
            (
                "length-0-list",
                "0, 0",
                _EQUAL,
            ),
            (
                "length-0-comma",
                "0,",
                "A list of equal lengths may be read as one; to many parsers this is no number.",
            ),
            (
                "length-0-tight",
                "0,0",
                _EQUAL,
            ),
        ),
        prefix="body",
        field="Content-Length",
    ),
    Table(
        "body",
        "reject",
        "must",
        "RFC 9112 §6.3, item 5",
        (
            ("length-differs", ("0", "5"), "Two lengths are answered with 400 and a close."),
            ("length-differs-list", "0, 5", "Two lengths are answered with 400 and a close."),
            ("length-twice-empty", ("0", ""), "An empty length is none: 400 and a close."),
            ("length-empty", "", "A length is digits; any other is answered with 400."),
            ("length-semicolon", "0;", "A length is digits, without parameters."),
            ("length-plus", "+0", "A length is digits, without a sign."),
            ("length-minus", "-0", "A length is digits, without a sign."),
            ("length-minus-1", "-1", "A length is digits, without a sign."),
            ("length-hex", "0x0", "A length is decimal digits."),
            ("length-decimal", "0.0", "A length is digits."),
            ("length-letters", "zero", "A length is digits."),
            ("length-space", "0 0", "A length is digits, without a space."),
            ("length-underscore", "0_0", "A length is digits, without an underscore."),
            ("length-superscript", "\xb2", "A digit is one of ASCII's ten."),
            ("length-arabic", b"\xd9\xa0", "A digit is one of ASCII's ten."),
            ("length-full-width", b"\xef\xbc\x90", "A digit is one of ASCII's ten."),
            ("length-nbsp", b"0\xa0", "A no-break space is no white space to be dropped."),
            ("length-vertical-tab", b"0\x0b", "A vertical tab is no white space to be dropped."),
        ),
        prefix="body",
        field="Content-Length",
        statuses=_BAD,
        closes=True,
    ),
    # A server could read the body first and switch then (RFC 9110 §7.8). But what it takes for the
    # body, a proxy that has already passed it on as WebSocket takes for something else.
    Table(
        "body",
        "reject",
        "security",
        "CVE-2026-69243; RFC 9110 §9.3.1",
        (
            (
                "length-5",
                {"Content-Length": "5", "behind": b"hello"},
                "A handshake with a body is never answered with 101: a request could hide in it.",
            ),
            (
                "length-5-missing",
                {"Content-Length": "5"},
                "A handshake that announces a body is never answered with 101.",
            ),
            (
                "length-overflow",
                {"Content-Length": "18446744073709551616"},
                "A length of 2 to the 64th announces a body, though it is 0 in 64 bits.",
            ),
            (
                "length-leading-zeros",
                {"Content-Length": "005", "behind": b"hello"},
                "A handshake with a body is never answered with 101, also with this spelling.",
            ),
            (
                "length-5-twice",
                {"Content-Length": ("5", "5"), "behind": b"hello"},
                "Two equal lengths are refused or are one, which announces a body.",
            ),
            (
                "length-5-list",
                {"Content-Length": "5, 5", "behind": b"hello"},
                "Two equal lengths are refused or are one, which announces a body.",
            ),
            (
                "length-5-lower-case-name",
                {"extra": "content-length: 5", "behind": b"hello"},
                "In whatever letter case, the field announces a body.",
            ),
            (
                "length-5-folded",
                {"extra": ("Content-Length:", " 5"), "behind": b"hello"},
                "Refused or read as one line, a folded length announces a body.",
            ),
            (
                "length-hides-request",
                {
                    "Content-Length": "41",
                    "behind": b"GET /hidden HTTP/1.1\r\nHost: a.invalid\r\n\r\n",
                },
                "What stands in a body is no second request: one answer, and not 101.",
            ),
        ),
        prefix="body",
        field="Content-Length",
        statuses=NOT_SWITCHED,
        silence="open",
        answers=1,
    ),
    Table(
        "body",
        "reject",
        "security",
        "CVE-2026-69243; RFC 9112 §6.1",
        (
            (
                "chunked",
                {"Transfer-Encoding": "chunked", "behind": b"0\r\n\r\n"},
                "A handshake with a body is never answered with 101, even with an empty one.",
            ),
            (
                "chunked-upper-case",
                {"Transfer-Encoding": "CHUNKED", "behind": b"0\r\n\r\n"},
                "The names of transfer codings are case-insensitive.",
            ),
            (
                "chunked-hides-request",
                {
                    "Transfer-Encoding": "chunked",
                    "behind": b"29\r\nGET /hidden HTTP/1.1\r\nHost: a.invalid\r\n\r\n\r\n0\r\n\r\n",
                },
                "What stands in a body is no second request: one answer, and not 101.",
            ),
            (
                "chunked-twice",
                {"Transfer-Encoding": ("chunked", "chunked"), "behind": b"0\r\n\r\n"},
                "Chunked is applied once at most.",
            ),
            (
                "gzip-chunked",
                {"Transfer-Encoding": "gzip, chunked", "behind": b"0\r\n\r\n"},
                "A handshake with a body is never answered with 101, whatever its codings.",
            ),
            (
                "chunked-lower-case-name",
                {"extra": "transfer-encoding: chunked", "behind": b"0\r\n\r\n"},
                "In whatever letter case, the field announces a body.",
            ),
            (
                "chunked-folded",
                {"extra": ("Transfer-Encoding:", " chunked"), "behind": b"0\r\n\r\n"},
                "Refused or read as one line, a folded coding announces a body.",
            ),
            (
                "chunked-tab",
                {"extra": "Transfer-Encoding:\tchunked", "behind": b"0\r\n\r\n"},
                "A tab before the value is white space as any other.",
            ),
            (
                "chunked-vertical-tab",
                {"Transfer-Encoding": "\x0bchunked", "behind": b"0\r\n\r\n"},
                "What one parser takes for white space hides the coding from another.",
            ),
            (
                "chunked-nul",
                {"Transfer-Encoding": "chunked\0", "behind": b"0\r\n\r\n"},
                "What one parser cuts off hides the coding from another.",
            ),
            (
                "chunked-quoted",
                {"Transfer-Encoding": '"chunked"', "behind": b"0\r\n\r\n"},
                "A coding that only one of two parsers understands hides a request.",
            ),
            (
                "chunked-comma",
                {"Transfer-Encoding": ", chunked", "behind": b"0\r\n\r\n"},
                "Empty list elements are skipped: this is chunked.",
            ),
            (
                "chunked-parameter",
                {"Transfer-Encoding": "chunked;a=1", "behind": b"0\r\n\r\n"},
                "A coding that only one of two parsers understands hides a request.",
            ),
            (
                "coding-empty",
                {"Transfer-Encoding": ""},
                "A Transfer-Encoding that says nothing is read in two ways by two parsers.",
            ),
        ),
        prefix="body",
        field="Transfer-Encoding",
        statuses=NOT_SWITCHED,
        silence="open",
        answers=1,
    ),
    Table(
        "body",
        "reject",
        "must",
        "RFC 9112 §6.1",
        (
            (
                "chunked-and-length",
                {
                    "Transfer-Encoding": "chunked",
                    "Content-Length": "5",
                    "behind": b"0\r\n\r\n",
                },
                "With both, the connection is closed behind the answer, which is thus never 101.",
            ),
            (
                "chunked-and-length-0",
                {
                    "Transfer-Encoding": "chunked",
                    "Content-Length": "0",
                    "behind": b"0\r\n\r\n",
                },
                "With both, the connection is closed behind the answer, which is thus never 101.",
            ),
        ),
        prefix="body",
        field="Transfer-Encoding",
        statuses=NOT_SWITCHED,
        silence="closed",
        closes=True,
    ),
    Table(
        "body",
        "reject",
        "must",
        "RFC 9112 §6.3, item 4",
        (
            (
                "gzip",
                {"Transfer-Encoding": "gzip"},
                "Without chunked at the end nobody knows the length: 400 and a close.",
            ),
            (
                "identity",
                {"Transfer-Encoding": "identity"},
                "Without chunked at the end nobody knows the length: 400 and a close.",
            ),
            (
                "chunked-not-last",
                {"Transfer-Encoding": "chunked, gzip"},
                "Without chunked at the end nobody knows the length: 400 and a close.",
            ),
            (
                "coding-malformed",
                {"Transfer-Encoding": "@"},
                "Without chunked at the end nobody knows the length: 400 and a close.",
            ),
            (
                "xchunked",
                {"Transfer-Encoding": "xchunked"},
                "Another coding than chunked is not chunked: 400 and a close.",
            ),
        ),
        prefix="body",
        field="Transfer-Encoding",
        statuses=(400, 501),
        closes=True,
    ),
    Table(
        "body",
        "either",
        "should",
        "RFC 9110 §10.1.1",
        (
            (
                "expect-continue",
                "100-continue",
                "A server may omit the 100 where no body is announced; some refuse with 417.",
            ),
            ("expect-unknown", "nonsense", "An unknown expectation may be refused with 417."),
        ),
        prefix="body",
        field="Expect",
    ),
)

HTTP_TABLES: Final = (
    *REQUEST_LINE,
    *VERSION,
    *METHOD,
    *TARGET,
    *HOST,
    *SYNTAX,
    *LINE_ENDS,
    *LIMITS,
    *BODY,
)
