"""What keeps the library small: floors, no I/O, few imports, and no pattern that backtracks."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import ws_handshake

SOURCE = Path(ws_handshake.__file__).parent
PACKAGE = "ws_handshake"
KIT = "testing"  # the only subpackage: its modules are called testing.cases and so on here
PATHS = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in SOURCE.rglob("*.py")
}
MODULES = sorted(PATHS)
TREES = {name: ast.parse(PATHS[name].read_text("utf-8")) for name in MODULES}
# What needs a package that is no part of Python.
NEEDS = {"testing.strategies": "hypothesis"}

# A module imports only from the floors below its own.
FLOORS: list[set[str]] = [
    {"causes", "closing", "grammar", "key", "pattern", "state"},
    {"deciding", "display", "har"},
    {"explain", "facts", "nginx_config", "request_causes", "response_causes", "value"},
    {"errors", "headers", "log_lines"},
    {"fields", "wire"},
    {"body", "deflate", "doors", "extensions", "negotiation", "origins", "uri"},
    {"response"},
    {"request", "transcript"},
    {"upgrade"},
    {"client", "server"},
    {"diagnosis"},
    {"__init__"},
    {"testing.cases"},
    {"testing.judging", "testing.responses", "testing.tables"},
    {"testing.clients", "testing.handshake_tables", "testing.http_tables"},
    {"testing.requests"},
    {"testing.running", "testing.strategies"},
    {"testing.__init__"},
    {"report"},
    {"probing"},
    {"conformance", "network"},
    {"servers"},
    {"__main__"},
]

# Of the standard library. Nothing here opens a socket or a file, reads a clock or starts a thread.
ANYWHERE = {"binascii", "enum", "functools", "hashlib"}
ALSO = {
    "key": {"os"},  # urandom
    "doors": {"collections"},  # Mapping; the module is loaded when first used
    "extensions": {"typing"},  # Protocol; the module is loaded when first used
    "har": {"json"},
    "report": {"textwrap"},
    "testing.strategies": {"hypothesis", "typing"},
    # The command line, which alone does I/O.
    "network": {"contextlib", "queue", "selectors", "socket", "ssl", "threading", "time"},
    "servers": {"time"},
    "__main__": {"argparse", "io", "json", "os", "signal", "sys", "threading", "time"},
}
# Imports inside of functions: seldom needed, and slow.
INSIDE = {
    ("__init__", "__getattr__"): {"importlib"},
    ("key", "_sha1"): {"hashlib"},
    ("origins", "_is_pattern"): {"re"},
    ("pattern", "__getattr__"): {"re", "sys"},
    ("testing.__init__", "__getattr__"): {"importlib"},
    ("testing.cases", "expect_failures"): {"pytest"},
    ("request", "_through"): {"doors"},
    ("request", "from_asgi"): {"doors"},
    ("request", "from_http_server"): {"doors"},
    ("request", "from_wsgi"): {"doors"},
    ("response", "to_asgi"): {"doors"},
    ("uri", "_a_label"): {"encodings", "unicodedata"},
}

# What importing the library must not load: slow, or able to do I/O.
TOO_MUCH = {
    "argparse",
    "asyncio",
    "dataclasses",
    "email",
    "http",
    "importlib.metadata",
    "inspect",
    "logging",
    "random",
    "re",
    "select",
    "selectors",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "typing",
    "unicodedata",
    "urllib",
    "ws_handshake.__main__",
    "ws_handshake.causes",
    "ws_handshake.closing",
    "ws_handshake.conformance",
    "ws_handshake.deflate",
    "ws_handshake.diagnosis",
    "ws_handshake.doors",
    "ws_handshake.explain",
    "ws_handshake.extensions",
    "ws_handshake.facts",
    "ws_handshake.har",
    "ws_handshake.log_lines",
    "ws_handshake.nginx_config",
    "ws_handshake.network",
    "ws_handshake.probing",
    "ws_handshake.report",
    "ws_handshake.request_causes",
    "ws_handshake.response_causes",
    "ws_handshake.servers",
    "ws_handshake.testing",
    "ws_handshake.transcript",
}

# The public names, by what they are for. Adding one is a decision, and so is taking one away.
PUBLIC = {
    "values": [
        "Agreement",
        "Extension",
        "Headers",
        "Limits",
        "Offer",
        "Request",
        "Response",
        "WebSocketURI",
    ],
    "deflate": ["DeflateParameters", "PerMessageDeflate"],
    "diagnosis": ["Cause", "Diagnosis", "diagnose_request", "diagnose_response"],
    "keys": ["accept_key", "generate_key"],
    "fields": [
        "format_extensions",
        "parse_accept",
        "parse_connection",
        "parse_extensions",
        "parse_host",
        "parse_key",
        "parse_origin",
        "parse_subprotocols",
        "parse_token_list",
        "parse_upgrade",
        "parse_version",
    ],
    "clients": [
        "ClientExtension",
        "ClientHandshake",
        "build_request",
        "parse_uri",
        "response_violations",
        "validate_response",
    ],
    "servers": [
        "SAME_ORIGIN",
        "ServerExtension",
        "ServerHandshake",
        "build_rejection",
        "build_response",
        "is_websocket_request",
        "request_violations",
        "select_subprotocol",
        "validate_request",
    ],
    "states": ["NEGOTIATE", "State"],
    "errors": [
        "FAULTS",
        "Fault",
        "HandshakeError",
        "IncompleteMessage",
        "InvalidHeader",
        "InvalidMessage",
        "InvalidRequest",
        "InvalidResponse",
        "InvalidURI",
        "LocalProtocolError",
        "UnexpectedStatus",
        "Violation",
    ],
}

IN_THE_KIT = [
    *("ANY", "LEVELS", "REQUEST_GROUPS", "RESPONSE_GROUPS", "VERDICTS"),
    *("Case", "Expected", "Result", "expect_failures", "select_cases"),
    *("behind", "closes_behind"),
    *("judge_client", "judge_reply", "request_cases", "response_cases", "run_cases"),
]


class Import(NamedTuple):
    """One import: of a module of this library, or of a package outside."""

    name: str
    own: bool
    function: str | None
    line: int


def imports(tree: ast.AST, inside: str, function: str | None = None) -> Iterator[Import]:
    """Every import but those for type checkers; `inside` is "" or the subpackage and a dot."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            assert not node.orelse
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name.partition(".")[0], False, function, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, "siblings are imported relatively, others by their names"
            if node.level == 0:
                package, _, module = str(node.module).partition(".")
                assert package != PACKAGE or inside, "own modules are imported relatively"
                assert not (inside and module.startswith(inside)), "so are those of the subpackage"
                own = package == PACKAGE
                yield Import(module or "__init__" if own else package, own, function, node.lineno)
            else:
                names = [alias.name for alias in node.names]
                for name in names if node.module is None else [node.module]:
                    whole = f"{KIT}.__init__" if name == KIT else inside + name
                    yield Import(whole, True, function, node.lineno)
        else:
            within = node.name if isinstance(node, ast.FunctionDef) else function
            yield from imports(node, inside, within)


FOUND = {name: list(imports(tree, name[: name.rfind(".") + 1])) for name, tree in TREES.items()}
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}


def python(code: str, *arguments: str) -> str:
    """What a fresh interpreter prints that knows no site-packages and no environment."""
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", code, str(SOURCE.parent)]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- Modules --------------------------------------------------------------------------------------


def test_every_module_has_a_floor() -> None:
    assert sorted(FLOOR) == MODULES
    assert sum(map(len, FLOORS)) == len(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_the_floors_below(module: str) -> None:
    for each in FOUND[module]:
        if each.own:
            assert FLOOR[each.name] < FLOOR[module], f"{module}, line {each.line}: {each.name}"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_little_of_the_standard_library(module: str) -> None:
    allowed = ANYWHERE | {"__future__"} | ALSO.get(module, set())
    for each in FOUND[module]:
        if not each.own and each.function is None:
            assert each.name in allowed, f"{module}, line {each.line}: {each.name}"


def test_functions_import_only_what_is_listed() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for module, each_import in FOUND.items():
        for each in each_import:
            if each.function is not None:
                found.setdefault((module, each.function), set()).add(each.name)
    assert found == INSIDE


# Makes a package without what it imports itself.
BARE = """
import importlib, sys, types
def bare(name):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = [sys.argv[1] + "/" + name.replace(".", "/")]
bare("ws_handshake")
"""


@pytest.mark.parametrize("module", sorted(set(MODULES) - set(NEEDS)))
def test_a_module_imports_alone(module: str) -> None:
    """Without the package's own imports before it, in whatever order they stand there."""
    code = """
module = sys.argv[2]
if module.startswith("testing."):
    bare("ws_handshake.testing")
before = set(sys.modules)
importlib.import_module("ws_handshake." + module)
after = set(sys.modules) - before
names = [name.partition(".")[2] for name in after if name.startswith("ws_handshake.")]
print(*["testing.__init__" if name == "testing" else name for name in names])
"""
    loaded = set(python(BARE + code, module).split())
    assert module in loaded
    assert all(FLOOR[name] < FLOOR[module] for name in loaded - {module})


def test_importing_the_library_loads_little() -> None:
    code = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import ws_handshake
print(*sorted(set(sys.modules) - before))
"""
    loaded = set(python(code).split())
    assert "ws_handshake.server" in loaded
    assert loaded & TOO_MUCH == set()
    assert {name for name in loaded if name.partition(".")[0] in TOO_MUCH} == set()


def test_importing_the_kit_loads_only_its_cases() -> None:
    """Who tests a server needs neither the cases for clients nor hypothesis nor pytest."""
    code = """
import sys
sys.path.insert(0, sys.argv[1])
import ws_handshake.testing
print(*[name for name in sys.modules if name.startswith("ws_handshake.testing.")])
"""
    assert python(code).split() == ["ws_handshake.testing.cases"]


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_asserted_or_opened(module: str) -> None:
    """Under `python -O` an assert checks nothing; files and the terminal are the caller's."""
    for node in ast.walk(TREES[module]):
        assert not isinstance(node, ast.Assert), node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            allowed = {"open", "print"} if module == "__main__" else set()
            strangers = {"open", "print", "input", "eval", "exec", "breakpoint", "__import__"}
            assert node.func.id not in strangers - allowed, node.lineno


# --- Names ----------------------------------------------------------------------------------------


def imported(module: str) -> ModuleType:
    name = f"{PACKAGE}.{module}"
    return importlib.import_module(name.removesuffix(".__init__"))


def exported(module: str) -> list[str]:
    return list(getattr(imported(module), "__all__", []))


def test_the_public_names_are_these() -> None:
    names = [name for group in PUBLIC.values() for name in group]
    assert sorted(ws_handshake.__all__) == sorted(names)
    assert len(set(names)) == len(names)


def test_the_root_exports_what_its_modules_export() -> None:
    own = [module for module in MODULES[2:] if not module.startswith(f"{KIT}.")]
    inside = [name for module in own for name in exported(module)]
    assert MODULES[:2] == ["__init__", "__main__"]
    assert sorted(inside) == sorted(ws_handshake.__all__)


def test_the_kit_exports_these_names() -> None:
    names = exported(f"{KIT}.__init__")
    assert sorted(names) == sorted(IN_THE_KIT)
    inside = {
        name for module in MODULES if module.startswith(f"{KIT}.") for name in exported(module)
    }
    assert set(names) <= inside


@pytest.mark.parametrize("module", MODULES)
def test_every_exported_name_exists(module: str) -> None:
    found = imported(module)
    for name in exported(module):
        assert hasattr(found, name), name
    assert found.__doc__


def test_star_imports_give_the_public_names() -> None:
    names: dict[str, object] = {}
    exec(f"from {PACKAGE} import *", names)
    assert set(names) - {"__builtins__"} == set(ws_handshake.__all__)


# --- Patterns -------------------------------------------------------------------------------------

RECORD = f"""{BARE}
import json, re
pattern = importlib.import_module("ws_handshake.pattern")
found, make = [], pattern.Pattern.__init__
def record(self, source, **options):
    make(self, source, **options)
    where = sys._getframe(1).f_globals["__name__"]
    compiled = self.fullmatch.__self__
    found.append((where.partition(".")[2], compiled.pattern, compiled.flags))
pattern.Pattern.__init__ = record
for module in sys.argv[2:]:
    importlib.import_module(module)
print(json.dumps(found))
"""
PATTERNS: list[tuple[str, str, int]] = [
    (module, pattern, flags)
    for module, pattern, flags in json.loads(
        python(RECORD, *[f"{PACKAGE}.{module}" for module in MODULES[1:] if module not in NEEDS])
    )
]
each_pattern = pytest.mark.parametrize(
    ("module", "pattern", "flags"), PATTERNS, ids=[module for module, _, _ in PATTERNS]
)
PARSER: Any = importlib.import_module("re._parser")
LONGEST_PLAIN = 64  # how often a repetition may repeat that gives back what it took


def operations(parsed: Any) -> Iterator[tuple[str, Any]]:
    """Every operation of a parsed pattern, however deep it stands."""
    if isinstance(parsed, PARSER.SubPattern):
        for operation, argument in parsed:
            yield str(operation), argument
            yield from operations(argument)
    elif isinstance(parsed, (tuple, list)):
        for each in parsed:
            yield from operations(each)


def backtracking(pattern: str, flags: int = 0) -> list[int]:
    """The longest repetitions that are not possessive and repeat more often than is cheap."""
    return [
        int(argument[1])
        for operation, argument in operations(PARSER.parse(pattern, flags))
        if operation in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > LONGEST_PLAIN
    ]


def classes(pattern: str, flags: int = 0) -> list[str]:
    """The shorthands in a pattern, such as \\d and \\s."""
    return [
        str(argument)
        for operation, arguments in operations(PARSER.parse(pattern, flags))
        for name, argument in (arguments if operation == "IN" else [(operation, arguments)])
        if str(name) == "CATEGORY"
    ]


def test_the_patterns_are_found() -> None:
    modules = {module for module, _, _ in PATTERNS}
    assert {"body", "fields", "headers", "request", "response", "server", "uri", "wire"} <= modules
    assert len(PATTERNS) > 40


def test_backtracking_is_found() -> None:
    for pattern in ("a+", "(?:a|(b*?))++", "(?=x*)", "a{3,}", "a{2,65}", "(?:[a-z]+x)?+"):
        assert backtracking(pattern), pattern
    for pattern in ("a++", "a*+b", "a?", "a{0,64}", "(?:a{4}|b++)*+", "(?>a++)"):
        assert backtracking(pattern) == [], pattern
    assert [classes(text) != [] for text in (r"\d", r"[a\s]", "(x|[0-9])")] == [True, True, False]


@each_pattern
def test_no_pattern_backtracks(module: str, pattern: str, flags: int) -> None:
    """A repetition is possessive or short, so that hostile input costs linear time."""
    assert backtracking(pattern, flags) == [], f"{module}: {pattern}"


@each_pattern
def test_no_pattern_has_a_shorthand(module: str, pattern: str, flags: int) -> None:
    r"""\d, \s and \w also match far beyond ASCII."""
    assert classes(pattern, flags) == [], f"{module}: {pattern}"


@each_pattern
def test_letter_case_is_ignored_in_ascii_only(module: str, pattern: str, flags: int) -> None:
    """Otherwise the Kelvin sign is a k and the long s an s."""
    assert not flags & re.IGNORECASE or flags & re.ASCII, f"{module}: {pattern}"


@pytest.mark.parametrize("module", MODULES)
def test_patterns_are_compiled_once(module: str) -> None:
    """Patterns are made when the module is imported, and by `Pattern`: none escapes this test."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "re":
            assert module == "pattern" or node.attr in {"Match", "Pattern"}
        if isinstance(node, ast.FunctionDef):
            makes = " Pattern(" in ast.unparse(node)
            assert not makes or (module, node.name) == ("wire", "__init__"), node.name
