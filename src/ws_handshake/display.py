"""How text from a peer is shown in messages: escaped, cut, and without its secrets.

A log or a terminal that shows a handshake must not obey it (escape sequences, forged lines) and
must not keep what was meant for the server alone (credentials, tokens in a query).
"""

# Their values are credentials: shown nowhere.
SECRET_FIELDS = frozenset(["authorization", "proxy-authorization", "cookie", "set-cookie"])

_LONGEST = 100  # characters of a value that a message shows


def redacted(secret: str) -> str:
    """What stands for a secret wherever it would be shown."""
    return f"<redacted, {len(secret)} characters>"


def shown(text: str) -> str:
    """The text in quotes, all but printable ASCII escaped, cut where it is long."""
    if len(text) <= _LONGEST:
        return ascii(text)
    return f"{text[:_LONGEST]!a}... ({len(text)} characters)"


def shown_at(text: str, position: int) -> str:
    """Like `shown`, but cut so that the character at `position` is in it."""
    start = max(0, position - _LONGEST // 2)
    if start == 0 or len(text) <= _LONGEST:
        return shown(text)
    return f"...{text[start : start + _LONGEST]!a}... ({len(text)} characters)"


def one_line(text: str) -> str:
    """Words for a message, made to keep to one line of ASCII and not too long a one."""
    if len(text) > 2 * _LONGEST:
        text = f"{text[: 2 * _LONGEST]}... ({len(text)} characters)"
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def shown_target(target: str) -> str:
    """A request target or a URI without its query and without what stands before an `@` in it."""
    return shown(target_without_secrets(target))


def target_without_secrets(target: str) -> str:
    """Replace the userinfo and the query of a target or URI.

    >>> target_without_secrets("ws://me:secret@example.com/chat?token=abc")
    'ws://<redacted, 9 characters>@example.com/chat?<redacted, 9 characters>'
    """
    rest, mark, query = target.partition("?")
    if mark:
        query = redacted(query)
    scheme, slashes, authority = rest.partition("//")
    if not slashes:
        scheme, authority = "", rest
    userinfo, at, host = authority.rpartition("@")
    if at and not rest.startswith("/"):
        userinfo = redacted(userinfo)
    return f"{scheme}{slashes}{userinfo}{at}{host}{mark}{query}"
