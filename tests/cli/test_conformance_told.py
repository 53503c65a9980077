"""What `conformance` tells of known outcomes, whole: as text, as JSON and as JUnit's XML."""

from __future__ import annotations

from typing import Any

import pytest

from ws_handshake.conformance import (
    Outcome,
    Patience,
    asked_case,
    chosen,
    count_of_cases,
    failed,
    gone,
    json_of_counts,
    json_of_outcome,
    json_of_run,
    junit,
    lines_of_result,
    lines_of_run,
    lines_of_sum,
    lines_of_table,
    no_such_case,
    not_plain,
    progress,
    summary,
)
from ws_handshake.diagnosis import Cause
from ws_handshake.report import Style
from ws_handshake.testing import Case, Result, request_cases

PLAIN = b"GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\n\r\n"


def outcome(
    name: str,
    level: str = "must",
    data: bytes = PLAIN,
    why: str = "",
    *,
    group: str = "key",
    pieces: tuple[bytes, ...] = (),
    **others: Any,
) -> Outcome:
    """How a case went; it passed where nothing is said against it."""
    case = Case(
        name,
        group,
        data,
        "reject",
        "Host",
        "RFC 6455 §4.1",
        level,
        f"the reason of {name}.",
        pieces=pieces,
    )
    return Outcome(Result(case, not why, why), PLAIN, **others)


def hide(text: str) -> str:
    return text.replace("s3cr3t", "<redacted>")


PASSED = outcome("fine", answer=b"HTTP/1.1 404 no\r\n\r\n", closed=True, seconds=0.25)
OUTCOMES = [
    PASSED,
    outcome(
        "lines",
        data=b"GET /s3cr3t HTTP/1.1\r\nhost: b\x1b\r\nX: 1\n\r\n",
        why="wrong <s3cr3t>",
        answer=b"HTTP/1.1 101 s3cr3t\r\nX: y\r\n\r\n",
        closed=False,
        seconds=1.23456789,
    ),
    outcome("same", "security", why="did not answer", group="origin", closed=True),
    outcome(
        "order",
        "should",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nHost: a.example\r\n\r\n",
        'says "no" & no more',
        answer=b"\x88\x02\x03\xe8",
        pieces=(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n", b"Host: a.example\r\n\r\n"),
    ),
    outcome(
        "many",
        "should",
        PLAIN[:-2] + b"X: y\r\n" * 8 + b"Z: " + b"z" * 200 + b"\r\n\r\n",
        "no",
        answer=b"no line",
    ),
    outcome("none", data=b"", why="nothing"),
    outcome("empty", data=PLAIN + b"\r\n" + b"z" * 200, why="nothing", group="body"),
]
GONE = Cause("server-gone", "it is <gone>", ["seen"], [("general", "start it")], sure=False)

LONG = "z" * 160
TEXT = f"""\
note: the note <redacted>

   group         must    security      should
   key            1/3           -         0/2
   origin           -         0/1           -
   body           0/1           -           -
   all            1/4         0/1         0/2

lines (must, RFC 6455 §4.1)
   the reason of lines.
   sent     GET /<redacted> HTTP/1.1
            host: b\\x1b
            X: 1\\n
   without  GET / HTTP/1.1
            Upgrade: websocket
   came     HTTP/1.1 101 <redacted>, and stayed open
   wrong    wrong <<redacted>>

same (security, RFC 6455 §4.1)
   the reason of same.
   sent     the plain one
   came     nothing, then closed
   wrong    did not answer

order (should, RFC 6455 §4.1)
   the reason of order.
   sent     the plain one, its lines in another order
            in 2 pieces
   came     a Close frame
   wrong    says "no" & no more

many (should, RFC 6455 §4.1)
   the reason of many.
   sent     X: y
            X: y
            X: y
            X: y
            X: y
            X: y
            ... and 3 more lines
   came     no line
   wrong    no

none (must, RFC 6455 §4.1)
   the reason of none.
   without  GET / HTTP/1.1
            Host: a.example
            Upgrade: websocket
            (the empty line)
   came     nothing
   wrong    nothing

empty (must, RFC 6455 §4.1)
   the reason of empty.
   sent     (an empty line)
            {LONG}... (200 bytes)
   came     nothing
   wrong    nothing

Likely cause:
   it is <gone>
   - seen: seen

   Fix, general:

       start it

7 cases: 1 passed, 6 failed (must 3, security 1, should 2).
"""
XML = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="ws_handshake conformance" tests="8" failures="4" errors="1" skipped="2">
  <testcase classname="conformance.key" name="fine" time="0.250"/>
  <testcase classname="conformance.key" name="lines" time="1.235">
    <failure type="must" message="must: wrong &lt;&lt;redacted&gt;&gt;">RFC 6455 §4.1
   the reason of lines.
   sent     GET /&lt;redacted&gt; HTTP/1.1
            host: b\\x1b
            X: 1\\n
   without  GET / HTTP/1.1
            Upgrade: websocket
   came     HTTP/1.1 101 &lt;redacted&gt;, and stayed open
   wrong    wrong &lt;&lt;redacted&gt;&gt;</failure>
  </testcase>
  <testcase classname="conformance.origin" name="same" time="0.000">
    <failure type="security" message="security: did not answer">RFC 6455 §4.1
   the reason of same.
   sent     the plain one
   came     nothing, then closed
   wrong    did not answer</failure>
  </testcase>
  <testcase classname="conformance.key" name="order" time="0.000">
    <skipped message="should: says &quot;no&quot; &amp; no more"/>
  </testcase>
  <testcase classname="conformance.key" name="many" time="0.000">
    <skipped message="should: no"/>
  </testcase>
  <testcase classname="conformance.key" name="none" time="0.000">
    <failure type="must" message="must: nothing">RFC 6455 §4.1
   the reason of none.
   without  GET / HTTP/1.1
            Host: a.example
            Upgrade: websocket
            (the empty line)
   came     nothing
   wrong    nothing</failure>
  </testcase>
  <testcase classname="conformance.body" name="empty" time="0.000">
    <failure type="must" message="must: nothing">RFC 6455 §4.1
   the reason of empty.
   sent     (an empty line)
            {LONG}... (200 bytes)
   came     nothing
   wrong    nothing</failure>
  </testcase>
  <testcase classname="conformance" name="connection">
    <error type="server-gone" message="it is &lt;gone&gt;"/>
  </testcase>
</testsuite>
"""


def test_the_text_of_a_run() -> None:
    told = lines_of_run(OUTCOMES, ["the note s3cr3t"], GONE, Style(), hide)
    assert "\n".join(told) + "\n" == TEXT


def test_the_xml_of_a_run() -> None:
    assert junit(OUTCOMES, GONE, "security", hide) == XML


def test_the_xml_of_a_run_without_failures() -> None:
    assert junit([PASSED], None, "must", hide) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuite name="ws_handshake conformance" tests="1" failures="0" errors="0"'
        ' skipped="0">\n'
        '  <testcase classname="conformance.key" name="fine" time="0.250"/>\n'
        "</testsuite>\n"
    )


def test_the_text_of_runs_without_failures() -> None:
    table = [
        "   group        must    security      should",
        "   key           1/1           -           -",
        "   all           1/1           -           -",
        "",
        "1 cases: 1 passed.",
    ]
    assert lines_of_run([PASSED], [], None, Style(), hide) == table
    assert lines_of_sum([PASSED], Style()) == ["", *table]
    none = ["", "No case was judged."]
    assert lines_of_run([], [], None, Style(), hide) == none
    assert lines_of_sum([], Style()) == ["", *none]
    assert lines_of_run([], ["s3cr3t " * 30], None, Style(), hide)[1].startswith("<redacted>")


def test_a_note_and_what_is_wrong_are_told_on_their_own() -> None:
    told = lines_of_run([PASSED], ["a", "b"], None, Style(), hide)
    assert told[:4] == ["note: a", "", "note: b", ""]


def test_the_columns_are_as_wide_as_the_longest_group() -> None:
    one = outcome("fine", "should", group="segmentation")
    assert lines_of_table([one, outcome("bad", why="no")], Style()) == [
        "   group               must    security      should",
        "   segmentation           -           -         1/1",
        "   key                  0/1           -           -",
        "   all                  0/1           -         1/1",
    ]


def test_the_colours() -> None:
    colours = Style(True)
    red, green, bold, end = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
    assert lines_of_table(OUTCOMES[:2], colours) == [
        f"{bold}   group        must    security      should{end}",
        f"   key  {red}         1/2{end}           -           -",
        f"   all  {red}         1/2{end}           -           -",
    ]
    assert summary(OUTCOMES[:2], colours) == (
        f"{red}2 cases: 1 passed, 1 failed (must 1, security 0, should 0).{end}"
    )
    assert summary([PASSED], colours) == f"{green}1 cases: 1 passed.{end}"
    assert summary([], colours) == f"{red}No case was judged.{end}"
    assert lines_of_result(3, PASSED, [], colours, hide) == [f"#3 fine: {green}passed{end}"]
    assert lines_of_result(3, OUTCOMES[2], [], colours, hide) == [
        f"#3 {bold}same{end} (security, RFC 6455 §4.1)",
        "   the reason of same.",
        "   sent     the plain one",
        "   came     nothing, then closed",
        f"   {red}wrong    did not answer{end}",
    ]


def test_what_a_client_did_is_told_with_what_is_wrong_with_its_request() -> None:
    more = "   its own request is not valid: version-missing, key-missing"
    violations = ["version-missing", "key-missing"]
    assert lines_of_result(7, PASSED, violations, Style(), hide) == ["#7 fine: passed", more]
    assert lines_of_result(7, OUTCOMES[2], violations, Style(), hide)[-2:] == [
        "   wrong    did not answer",
        more,
    ]


ABOUT = {
    "group": "key",
    "level": "must",
    "verdict": "reject",
    "field": "Host",
    "section": "RFC 6455 §4.1",
}


def test_the_json_of_an_outcome() -> None:
    assert json_of_outcome(PASSED, hide) == {
        "id": "fine",
        **ABOUT,
        "reason": "the reason of fine.",
        "passed": True,
        "why": "",
        "sent": [],
        "without": [],
        "bytes": 55,
        "pieces": 1,
        "answer": "HTTP/1.1 404 no",
        "closed": True,
        "seconds": 0.25,
    }
    assert json_of_outcome(OUTCOMES[1], hide) == {
        "id": "lines",
        **ABOUT,
        "reason": "the reason of lines.",
        "passed": False,
        "why": "wrong <<redacted>>",
        "sent": ["GET /<redacted> HTTP/1.1", "host: b\\x1b", "X: 1\\n"],
        "without": ["GET / HTTP/1.1", "Host: a.example", "Upgrade: websocket"],
        "bytes": 39,
        "pieces": 1,
        "answer": "HTTP/1.1 101 <redacted>",
        "closed": False,
        "seconds": 1.234568,
    }
    assert json_of_outcome(OUTCOMES[4], hide)["sent"] == ["X: y"] * 6
    assert json_of_outcome(OUTCOMES[3], hide)["pieces"] == 2
    assert json_of_outcome(outcome("a"), hide)["seconds"] == 0
    assert json_of_outcome(outcome("a"), hide)["closed"] is None
    assert json_of_outcome(outcome("a"), hide)["answer"] is None


def test_the_json_of_a_run() -> None:
    assert json_of_run("ws://a/", OUTCOMES, ["the note s3cr3t"], GONE, hide, passed=False) == {
        "form": 1,
        "command": "conformance",
        "url": "ws://a/",
        "passed": False,
        "failure": {
            "code": "server-gone",
            "summary": "it is <gone>",
            "sure": False,
            "evidence": ["seen"],
            "fix": [{"product": "general", "text": "start it"}],
        },
        "notes": ["the note <redacted>"],
        "counts": {
            "must": {"passed": 1, "failed": 3},
            "security": {"passed": 0, "failed": 1},
            "should": {"passed": 0, "failed": 2},
        },
        "cases": [json_of_outcome(each, hide) for each in OUTCOMES],
    }
    told = json_of_run("ws://a/", [], [], None, hide, passed=True)
    assert (told["failure"], told["passed"], told["cases"]) == (None, True, [])
    assert json_of_counts([]) == {
        "must": {"passed": 0, "failed": 0},
        "security": {"passed": 0, "failed": 0},
        "should": {"passed": 0, "failed": 0},
    }


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (b"", None),
        (b"\r\n", ""),
        (b"\x81\x02hi", "a text frame"),
        (b"\x82\x00", "a binary frame"),
        (b"\x88\x00", "a Close frame"),
        (b"\x89\x00", "a Ping frame"),
        (b"\x8a\x00", "a Pong frame"),
        (b"\x83\x00", r"\x83\x00"),
        (b"\x88", r"\x88"),
        (b"HTTP/1.1 200 OK\nX: y\r\n", r"HTTP/1.1 200 OK\n"),
        (b"x" * 160, "x" * 160),
        (b"x" * 161, "x" * 160 + "... (161 bytes)"),
        (b"x" * 4097, "x" * 160 + "... (4096 bytes)"),
    ],
)
def test_the_first_line_of_what_came(answer: bytes, shown: str | None) -> None:
    one = outcome("a", answer=answer, why="no")
    assert json_of_outcome(one, hide)["answer"] == shown
    came = "nothing" if shown is None else shown
    assert f"   came     {came}" in lines_of_result(1, one, [], Style(), hide)


def test_a_field_that_was_sent_is_not_told_to_be_missing() -> None:
    case = Case("a", "host", b"Host: b:2\r\nX: 1\r\n", "accept", None, "§1", "must", "why.")
    one = Outcome(Result(case, False, "no"), b"host: a:1\r\nY: 2:3\r\nX: 1\r\n")
    assert lines_of_result(1, one, [], Style(), hide)[2:-2] == [
        "   sent     Host: b:2",
        "   without  Y: 2:3",
    ]


def test_the_line_of_progress() -> None:
    assert progress(12, 690, 3) == "\r12 of 690 cases, 3 failed"


def test_six_lines_are_shown_and_a_seventh_is_counted() -> None:
    for count, more in ((6, []), (7, ["            ... and 1 more lines"])):
        one = outcome("a", data=PLAIN[:-2] + b"X: y\r\n" * count + b"\r\n", why="no")
        text = lines_of_result(1, one, [], Style(), hide)
        assert text[2:-2] == ["   sent     X: y", *["            X: y"] * 5, *more]


def test_which_failures_count() -> None:
    names = {
        level: [each.case.id for each in failed(OUTCOMES, level)]
        for level in ("must", "security", "should")
    }
    assert names == {
        "must": ["lines", "none", "empty"],
        "security": ["lines", "same", "none", "empty"],
        "should": ["lines", "same", "order", "many", "none", "empty"],
    }
    assert failed(OUTCOMES) == OUTCOMES[1:]


def test_which_cases_are_chosen() -> None:
    cases = [each.case for each in OUTCOMES]
    for only, levels, names in (
        ([], [], [each.id for each in cases]),
        (["origin"], [], ["same"]),
        (["many", "origin"], [], ["same", "many"]),
        (["key"], ["should"], ["order", "many"]),
        ([], ["security", "should"], ["same", "order", "many"]),
        (["origin"], ["must"], []),
    ):
        assert [each.id for each in chosen(cases, only, levels)] == names
    with pytest.raises(ValueError, match=r"^no case and no group is called 'a', 'b'$"):
        chosen(cases, ["b", "a", "key", "same"], [])


def test_the_words_where_the_plain_one_fails() -> None:
    assert not_plain(Result(PASSED.case, False, "answered 404\x1b")) == (
        r"the plain opening handshake fails already (answered 404\x1b): where that is not the"
        " server's fault, give the path that it serves, and --origin, --subprotocol or --header as"
        " it wants them"
    )


def test_a_server_that_is_gone_is_told_with_the_cases_before() -> None:
    nobody = Cause("connection-refused", "a", [], [], sure=True)
    lost = [outcome(f"lost-{number}", failure=nobody) for number in range(8)]
    fine = [outcome(f"fine-{number}") for number in range(10)]
    assert gone(lost[:7]) is None
    assert gone([*fine, *lost[:7]]) is None
    assert gone([*lost, fine[0]]) is None
    only = " ".join(f"--only fine-{number}" for number in range(2, 10))
    names = ", ".join(f"fine-{number}" for number in range(2, 10))
    before = (
        "Look into its log: one of these may have brought it down. To send them again, one after"
        " the\nother: --parallel 1 "
    )
    assert gone([*fine, *lost]) == Cause(
        "server-gone",
        "the server takes no more connections, so that other cases could not be sent",
        [f"the last cases that it got were {names}"],
        [("general", before + only)],
        sure=False,
    )
    assert gone([lost[0], fine[0], *lost]) is not None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/case/1", "a"),
        ("/case/3", "7"),
        ("/case/7", "7"),
        ("/case/0003", "7"),
        ("/case/00003", None),
        ("/case/b", "b"),
        ("/case/0", None),
        ("/case/4", None),
        ("/case/-1", None),
        ("/case/b/case/", None),
        ("/case/b/", None),
        ("/case/", None),
        ("/case/\u0661", None),
        ("/cases", None),
        ("x/case/b", None),
    ],
)
def test_a_case_is_asked_for_by_its_id_or_number(path: str, name: str | None) -> None:
    assert asked_case(path, ["a", "b", "7"]) == name


def test_how_many_cases_there_are() -> None:
    assert count_of_cases(["a", "b"]).to_bytes() == (
        b"HTTP/1.1 200 OK\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Length: 2\r\n"
        b"Cache-Control: no-store\r\n"
        b"Access-Control-Allow-Origin: *\r\n"
        b"Connection: close\r\n\r\n"
        b"2\n"
    )


def test_the_answer_to_whoever_asks_for_no_case() -> None:
    answer = no_such_case(["a", "b"])
    assert answer.status == 404
    assert answer.body == (
        b"There are 2 cases, /case/1 to /case/2 or /case/ID, for WebSocket clients."
        b" /cases tells how many.\n"
    )


@pytest.mark.parametrize(
    ("name", "answer", "seconds"),
    [
        ("method-post", b"HTTP/1.1 404 Not", float("inf")),
        ("method-post", b"HTTP/1.1 100 Continue\r\n\r\n", float("inf")),
        ("method-post", b"HTTP/1.1 204 No Content\r\n\r\n", 0.0),
        ("method-post", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", 0.0),
        ("method-post", b"SSH-2.0-x\r\n", 0.0),
        ("body-length-differs", b"HTTP/1.1 204 No Content\r\n\r\n", 1.0),
        ("body-length-5", b"HTTP/1.1 204 No Content\r\n\r\n", 1.0),
        ("body-length-differs", b"SSH-2.0-x\r\n", 0.0),
    ],
)
def test_how_long_to_read_on(name: str, answer: bytes, seconds: float) -> None:
    (case,) = request_cases(only=[name])
    assert Patience(case)(answer) == seconds
