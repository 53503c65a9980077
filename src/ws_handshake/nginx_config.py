"""What a configuration of nginx does to a handshake, read block by block.

A location inherits what stands around it, but for proxy_set_header: one of its own cancels all
that it would inherit.
"""

from __future__ import annotations

from .causes import (
    CONNECTION_LINE,
    NGINX,
    NGINX_LOCATION,
    NGINX_MAP,
    NGINX_RELOAD,
    UPGRADE_LINE,
    UPGRADE_ONCE,
    VERSION_LINE,
    Row,
)
from .display import shown
from .pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .causes import Evidence, Fix

_COMMENT = Pattern(r"#[^\n]*+")
_WORDS = Pattern(r"\"[^\"]*+\"|'[^']*+'|[{};]|[^ \t\r\n{};\"']++")
_DEEPEST = 20  # blocks in each other; nothing that nginx reads goes so deep
_MOST_LOCATIONS = 3  # that the evidence names
# Files that hold no map.
_HARMLESS = ("mime.types", "_params")
_SETS = {
    "proxy_http_version": VERSION_LINE,
    "upgrade": UPGRADE_LINE,
    "connection": CONNECTION_LINE,
}


class Block:
    """A block: its name, the directives in it, and the block around it."""

    __slots__ = ("around", "depth", "directives", "name")

    def __init__(self, name: list[str], around: Block | None) -> None:
        self.name = name
        self.around = around
        self.depth: int = 0 if around is None else around.depth + 1
        self.directives: list[list[str]] = []

    def own(self, directive: str) -> list[list[str]]:
        """What stands in this block itself."""
        return [each for each in self.directives if each[0] == directive]

    def in_force(self, directive: str) -> list[list[str]]:
        """What counts here: its own lines, or those of the nearest block that has any."""
        block: Block | None = self
        while block is not None:
            if block.own(directive):
                return block.own(directive)
            block = block.around
        return []

    def headers(self) -> list[str]:
        """The fields that proxy_set_header sets here, in lower case."""
        return _headers(self.in_force("proxy_set_header"))

    def missing(self) -> list[str]:
        """The lines for WebSocket that are not in force here, or say something else."""
        lines = [line[1:] for line in self.in_force("proxy_set_header") if len(line) > 1]
        lines += self.in_force("proxy_http_version")
        there = [name.lower() for name, *value in lines if _serves(name.lower(), " ".join(value))]
        return [line for name, line in _SETS.items() if name not in there]

    def cancelled(self) -> bool:
        """Whether Upgrade is set around it; where it is not in force then, own lines cancel it."""
        return self.around is not None and "upgrade" in self.around.headers()

    def __str__(self) -> str:
        return " ".join(self.name) or "the text"


class Config:
    """The blocks of a configuration, or of a part of one; a block may lack its end."""

    __slots__ = ("blocks",)

    def __init__(self, text: str) -> None:
        block = Block([], None)
        self.blocks = [block]
        words: list[str] = []
        for word in _WORDS.findall(_COMMENT.sub("", text)):
            if word == "{":
                block = Block(words, block)
                self.blocks.append(block)
                if block.depth == _DEEPEST:
                    return
            elif word == "}":
                block = block.around or block
            elif word != ";":
                words.append(word.strip("\"'"))
                continue
            elif words:
                block.directives.append(words)
            words = []

    def passing(self) -> list[Block]:
        """The blocks that pass requests on."""
        return [block for block in self.blocks if block.own("proxy_pass")]

    def maps(self) -> list[Block]:
        """The maps that define $connection_upgrade."""
        return [block for block in self.blocks if block.name[::2] == ["map", "$connection_upgrade"]]

    def has(self, name: str) -> bool:
        """Whether there is a block of this name."""
        return any(block.name == [name] for block in self.blocks)

    def uses_map(self) -> bool:
        """Whether $connection_upgrade stands in a directive."""
        return any(
            "$connection_upgrade" in line for each in self.blocks for line in each.directives
        )

    def sets(self, variable: str) -> bool:
        """Whether a directive defines it, such as `set` or `js_set`."""
        return any(
            line[0].endswith("set") and line[1:2] == [variable]
            for each in self.blocks
            for line in each.directives
        )

    def includes(self) -> bool:
        """Whether other files belong to it, in which anything may stand."""
        return _includes(self.blocks)


def _serves(name: str, value: str) -> bool:
    """Whether a WebSocket can be opened with this value: an empty Connection is for keep-alive."""
    value = value.lower()
    if name == "proxy_http_version":
        return value == "1.1"
    if name == "connection":
        return "$" in value or "upgrade" in value
    return True


def _includes(blocks: list[Block]) -> bool:
    return any(not line[-1].endswith(_HARMLESS) for each in blocks for line in each.own("include"))


def is_config(text: str) -> bool:
    """Whether this is a configuration that passes requests on."""
    return "proxy_pass " in text and ";" in text


def _headers(lines: list[list[str]]) -> list[str]:
    return [line[1].lower() for line in lines if len(line) > 1]


def _misplaced(config: Config) -> Evidence:
    for each in config.maps():
        around = each.around
        if around is not None and around.name[:1] in (["server"], ["location"]):
            return [f"the map stands in {shown(str(around))}"]
    return []


def _no_map(config: Config) -> Evidence:
    if config.sets("$connection_upgrade"):
        return []
    if config.has("http") and config.uses_map() and not config.maps() and not config.includes():
        return ["$connection_upgrade is there", "http { } is there, and no map defines it"]
    return []


def _twice(config: Config) -> Evidence:
    for block in config.passing():
        count = block.headers().count("upgrade")
        if count > 1:
            return [f"in {shown(str(block))} proxy_set_header Upgrade stands {count} times"]
    return []


def _wanting(config: Config) -> list[Block]:
    """The blocks without all the lines; none where one has them, which may be the right one."""
    passing = config.passing()
    return passing if all(block.missing() for block in passing) else []


def _cancelled(config: Config) -> Evidence:
    passing = config.passing()
    if any("upgrade" in block.headers() for block in passing):
        return []  # one of them has it, which may be the right one
    for block in passing:
        if block.cancelled():
            return [f"{shown(str(block))} has a proxy_set_header, and Upgrade is set around it"]
    return []


def _lines_missing(config: Config) -> Evidence:
    found = []
    for block in _wanting(config)[:_MOST_LOCATIONS]:
        found.append(f"proxy_pass is in {shown(str(block))}")
        found += [f"there {line} is missing" for line in block.missing()]
        if _includes([block]):
            found.append("it includes a file, which may have them")
    return found


def _fix(config: Config) -> Fix:
    lacks_map = not config.maps() and (
        config.uses_map() or any(CONNECTION_LINE in each.missing() for each in config.passing())
    )
    return (*([NGINX_MAP] if lacks_map else []), NGINX_LOCATION, NGINX_RELOAD)


# fmt: off
CONFIG_CAUSES = (
    (
        Row("nginx-map-misplaced", _misplaced,
            "nginx does not start: the map stands in server { } or location { }, and belongs into"
            " http { }.",
            (NGINX_MAP, NGINX_RELOAD), sure=True),
        Row("nginx-map-missing", _no_map,
            "nginx does not start: $connection_upgrade is used, and no map in http { } defines it.",
            (NGINX_MAP, NGINX_RELOAD), sure=True),
    ),
    (
        Row("upgrade-set-twice-in-nginx", _twice,
            "This location sets Upgrade more than once, and nginx sends each of them.",
            UPGRADE_ONCE, sure=True),
        Row("nginx-lines-cancelled", _cancelled,
            "The lines for WebSocket stand around this location, and a proxy_set_header of its own"
            " cancels them all: they must be repeated in it.",
            NGINX, sure=True),
        Row("nginx-lines-missing", _lines_missing,
            "This configuration passes requests on without the lines for WebSocket.",
            _fix, sure=False),
    ),
)
# fmt: on
