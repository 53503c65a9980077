"""The fields that decide a handshake, found by the pattern that judges all fields of a head.

Nearly every handshake is of the usual form: no field that decides it comes twice, each is spelled
as in the RFCs or in lower case, and its value has no frills. Of such fields one pattern says that
they are well-formed and hands out what decides. The other fields are only taken apart when somebody
asks for them.

Whatever is not of the usual form is not wrong for that: it is then judged line by line and field by
field, with the same outcome for what both can read, as the tests compare.
"""

from __future__ import annotations

from . import grammar
from .pattern import Pattern

# With each field the form in which nearly everybody writes its value. A value in this form follows
# the field's own grammar; Upgrade, Connection and their like are still to be compared.
_WORD = r"[!-~]++"
_WORDS = rf"{_WORD}(?: {_WORD})*+"
_USUAL = {
    "Sec-WebSocket-Key": grammar.KEY,
    "Sec-WebSocket-Version": _WORD,
    "Sec-WebSocket-Extensions": grammar.EXTENSION_LIST,
    "Sec-WebSocket-Protocol": grammar.TOKEN_LIST,
    "Sec-WebSocket-Accept": grammar.ACCEPT,
    "Host": grammar.USUAL_HOST,
    "Upgrade": _WORDS,
    "Connection": _WORDS,
    "Content-Length": _WORD,
    "Transfer-Encoding": _WORD,
    "Origin": _WORD,
}

# Their names in lower case, in the order in which their values are handed out.
DECIDING = tuple([name.lower() for name in _USUAL])

# As many fields as the usual limit allows. Only where fewer are allowed they must be counted.
MOST_FIELDS = 128

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _either_case(letter: str) -> str:
    return f"[{letter.upper()}{letter.lower()}]" if letter.isalpha() else letter


def usual_fields(colon: str, space: str, end: str, first_group: int) -> str:
    """A pattern for fields of the usual form, with a group for each value that decides.

    `colon` stands behind a name, `space` before a value and `end` behind it.
    """
    # Those with the same first letter stand together: what they have in common is matched once.
    deciding: dict[str, list[str]] = {}
    for group, (name, value) in enumerate(_USUAL.items(), start=first_group):
        spelled = "".join([_either_case(each) if each.isupper() else each for each in name])
        once = rf"(?({group})(?!))"  # fails where the group has a value already
        deciding.setdefault(name[0], []).append(rf"{spelled}{colon}{once}{space}({value}){end}")
    names = "|".join(["".join(map(_either_case, name)) for name in _USUAL])
    same_letter = [f"(?:{'|'.join(lines)})" for lines in deciding.values()]
    rest = rf"{colon}{grammar.FIELD_CONTENT}*+{end}"
    any_other = rf"(?!(?:{names}){colon}){grammar.TOKEN}{rest}"
    # Most others are told by their first character: no more than a short cut.
    letters = "".join([each for each in _LETTERS if each.upper() not in deciding])
    most_others = rf"[{grammar.TCHARS_BUT_LETTERS}{letters}]{grammar.TCHAR}*+{rest}"
    fields = "|".join([most_others, *same_letter, any_other])
    return f"(?:{fields}){{0,{MOST_FIELDS}}}+"


# Fields given as names and values, each with a line feed behind it, which none of them can hold.
USUAL_FIELDS = Pattern(usual_fields(colon=r"\n", space="", end=r"\n", first_group=1))
