"""How text from a peer is shown in messages: escaped, cut, and without its secrets.

A log or a terminal that shows a handshake must not obey it (escape sequences, forged lines) and
must not keep what was meant for the server alone (credentials, tokens in a query).
"""

from .pattern import Pattern

# Their values are credentials: shown nowhere.
SECRET_FIELDS = frozenset(["authorization", "proxy-authorization", "cookie", "set-cookie"])

_SECRET_FIELD = Pattern("authorization|cookie", ignore_case=True)
# Words in the names of fields with credentials that the library itself knows nothing of.
_SECRET_NAME = Pattern(
    "authorization|cookie|token|secret|password|api-?key|jwt|session-?id", ignore_case=True
)
# One with a value behind it, in the value of another field; `Vary: Cookie` has none.
_SECRET_IN_VALUE = Pattern(r"(?:authorization|cookie)2?+[ \t]*+[:=.]", ignore_case=True)
_QUERY_OR_FRAGMENT = Pattern("[?#]")
_LONGEST = 100  # characters of a value that a message shows


def is_secret(name: str) -> bool:
    """Whether the field of this name carries credentials."""
    return " " not in name and _SECRET_NAME.search(name) is not None


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
    if len(text) <= _LONGEST:
        return ascii(text)
    start = max(0, position - _LONGEST // 2)
    if start == 0:
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


def line_without_secrets(line: str) -> str:
    """A start line, or a part of it; a lost line end may have brought a field line into it."""
    name = _SECRET_FIELD.search(line)
    if name is None:
        written, colon, value = line.partition(":")
        if colon and is_secret(written):
            return f"{written}:{redacted(value)}"
        return target_without_secrets(line)
    return f"{target_without_secrets(line[: name.end()])}{redacted(line[name.end() :])}"


def value_without_secrets(value: str) -> str:
    """A field's value; a lost line end may have brought a field with credentials into it."""
    name = _SECRET_IN_VALUE.search(value)
    if name is None:
        return value
    hidden = value[name.end() :]
    space = " " if hidden.startswith(" ") else ""
    return f"{value[: name.end()]}{space}{redacted(hidden.strip())}"


def target_without_secrets(target: str) -> str:
    """Replace the userinfo, the query and the fragment of a target, URI or Host.

    >>> target_without_secrets("ws://me:secret@example.com/chat?token=abc")
    'ws://<redacted, 9 characters>@example.com/chat?<redacted, 9 characters>'
    """
    begin = _QUERY_OR_FRAGMENT.search(target)
    end = len(target) if begin is None else begin.start()
    rest, mark, hidden = target[:end], target[end : end + 1], target[end + 1 :]
    scheme, slashes, authority = rest.partition("//")
    if not slashes:
        scheme, authority = "", rest
    elif "@" in scheme:
        userinfo, _, scheme = scheme.rpartition("@")
        scheme = f"{redacted(userinfo)}@{scheme}"
    if rest.startswith("//") or not rest.startswith("/"):
        userinfo, at, host = authority.rpartition("@")
        if at:
            authority = f"{redacted(userinfo)}@{host}"
        elif "@" in hidden and "/" not in authority:
            # A password may hold the ? or # that seemed to end the host.
            authority = redacted(authority)
    return f"{scheme}{slashes}{authority}{mark}{redacted(hidden) if mark else ''}"
