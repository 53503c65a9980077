"""README's list of causes, made anew: `python -m diagnosis.test_readme_causes` in tests/."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

from ws_handshake import probing
from ws_handshake.causes import Row
from ws_handshake.log_lines import LINE_CAUSES
from ws_handshake.nginx_config import CONFIG_CAUSES
from ws_handshake.request_causes import REQUEST_CAUSES
from ws_handshake.response_causes import RESPONSE_CAUSES

README = Path(__file__).parent.parent.parent / "README.md"
BEGIN = "<!-- causes -->\n"
END = "<!-- end of causes -->\n"


class Listed(NamedTuple):
    kind: str
    code: str
    summary: str


WHERE = "example.com"
PROBES = [
    probing.lookup_failed(WHERE, ""),
    *[probing.connect_failed(WHERE, "", *how) for how in ((True, False), (False, True))],
    probing.connect_failed(WHERE, "", False, False),
    *[probing.tls_failed(WHERE, "", kind) for kind in ("certificate", "plain", "timed-out", "")],
    *[probing.handshake_failed("", False, timed_out, 0) for timed_out in (True, False)],
    probing.held_back(60),
]


def rows() -> list[Listed]:
    """Every cause there is: a code that a line and a probe share stands there once."""
    groups: list[tuple[str, list[Row]]] = [
        ("a request", [row for group in REQUEST_CAUSES for row in group]),
        ("an answer", [row for group in RESPONSE_CAUSES for row in group]),
        ("a configuration", [row for group in CONFIG_CAUSES for row in group]),
        ("a log line", list(LINE_CAUSES)),
    ]
    found = {row.code: Listed(kind, row.code, row.summary) for kind, each in groups for row in each}
    for cause in PROBES:
        found.setdefault(cause.code, Listed("a probe", cause.code, cause.summary))
    return list(found.values())


def sentence(summary: str) -> str:
    """The first sentence of a summary, as a cell of a table."""
    return (
        summary.partition(". ")[0]
        .rstrip(".")
        .replace("|", "\\|")
        .replace("$", "\\$")
        .replace("<", "&lt;")
    )


def block() -> str:
    """The markdown between the two markers, with them."""
    listed = rows()
    lines = [
        "<details>",
        f"<summary>All {len(listed)} causes</summary>",
        "",
        "| seen in | code | what it says |",
        "| --- | --- | --- |",
        *[f"| {each.kind} | `{each.code}` | {sentence(each.summary)} |" for each in listed],
        "",
        "</details>",
    ]
    table = "\n".join(lines)
    return f"{BEGIN}{table}\n{END}"


def test_the_list_in_the_readme_is_that_of_the_code() -> None:
    text = README.read_text("utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    begin = text.index(BEGIN)
    assert text[begin : text.index(END) + len(END)] == block()


def test_every_code_of_a_probe_is_listed() -> None:
    source = Path(probing.__file__).read_text("utf-8")
    codes = {
        call.args[0].value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "_cause"
        and isinstance(call.args[0], ast.Constant)
    }
    assert codes == {cause.code for cause in PROBES}


def test_a_cell_is_one_short_sentence() -> None:
    assert sentence("A | b: c. D.") == "A \\| b: c"
    assert sentence("Uses $x and <y>. More.") == "Uses \\$x and &lt;y>"
    for each in rows():
        assert 5 < len(sentence(each.summary)) < 240


if __name__ == "__main__":
    print(block(), end="")
