"""Configurations of nginx: what each cause has, and a neighbour that has not."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ws_handshake.causes import IN_HTTP, NGINX_MAP, find_causes
from ws_handshake.nginx_config import CONFIG_CAUSES, Config, is_config

PASS = "proxy_pass http://127.0.0.1:8000;"
VERSION = "proxy_http_version 1.1;"
UPGRADE = "proxy_set_header Upgrade $http_upgrade;"
CONNECTION = "proxy_set_header Connection $connection_upgrade;"
HOST = "proxy_set_header Host $host;"
LINES = f"{VERSION} {UPGRADE} {CONNECTION}"
MAP = NGINX_MAP[1]
GOOD = f"location /ws {{ {PASS} {LINES} }}"


class ConfigCase(NamedTuple):
    code: str
    text: str
    neighbour: str
    sure: bool


CASES = [
    ConfigCase(
        "nginx-map-misplaced",
        f"http {{ server {{ {MAP} {GOOD} }} }}",
        f"http {{ {MAP} server {{ {GOOD} }} }}",
        sure=True,
    ),
    ConfigCase(
        "nginx-map-missing",
        f"http {{ include mime.types; server {{ {GOOD} }} }}",
        f"http {{ include conf.d/*.conf; server {{ {GOOD} }} }}",
        sure=True,
    ),
    ConfigCase("nginx-map-missing", f"http {{ {GOOD} }}", f"server {{ {GOOD} }}", sure=True),
    ConfigCase("nginx-map-missing", f"http {{ {GOOD} }}", f"http {{ {MAP} {GOOD} }}", sure=True),
    ConfigCase(
        "nginx-map-missing",
        f"http {{ {GOOD} }}",
        f"http {{ server {{ set $connection_upgrade upgrade; {GOOD} }} }}",
        sure=True,
    ),
    ConfigCase(
        "upgrade-set-twice-in-nginx",
        f"location /ws {{ {PASS} {LINES} {UPGRADE} }}",
        f"server {{ {UPGRADE} location /ws {{ {PASS} {LINES} }} }}",
        sure=True,
    ),
    ConfigCase(
        "nginx-lines-cancelled",
        f"server {{ {LINES} location /ws {{ {PASS} {HOST} }} }}",
        f"server {{ {LINES} location /ws {{ {PASS} }} }}",
        sure=True,
    ),
    ConfigCase(
        "nginx-lines-cancelled",
        f"server {{ {LINES} location /ws {{ {PASS} {HOST} }} }}",
        f"server {{ {UPGRADE} {CONNECTION} location /ws {{ {PASS} }}"
        f" location / {{ {PASS} {HOST} }} }}",
        sure=True,
    ),
    ConfigCase(
        "nginx-lines-missing",
        f"location /api {{ {PASS} {HOST} }}",
        f"location / {{ {PASS} {HOST} }} {GOOD}",
        sure=False,
    ),
    ConfigCase(
        "nginx-lines-missing",
        f"location /api {{ {PASS} {VERSION} {UPGRADE} }} # {CONNECTION}",
        GOOD,
        sure=False,
    ),
    ConfigCase("nginx-lines-missing", f"{PASS} proxy_set_header;", f"{PASS} {LINES}", sure=False),
    ConfigCase(
        "nginx-lines-missing",
        f"{PASS} {VERSION} {UPGRADE} proxy_set_header Connection '';",
        f"{PASS} {VERSION} {UPGRADE} proxy_set_header Connection 'upgrade';",
        sure=False,
    ),
    ConfigCase(
        "nginx-lines-missing",
        f"{PASS} {UPGRADE} {CONNECTION} proxy_http_version 1.0;",
        f"{PASS} {UPGRADE} {CONNECTION} {VERSION}",
        sure=False,
    ),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)


def codes(text: str) -> list[str]:
    return [row.code for row, _, _, _ in find_causes(CONFIG_CAUSES, Config(text))]


@each_case
def test_a_configuration_has_its_cause(case: ConfigCase) -> None:
    row, evidence, fix, sure = find_causes(CONFIG_CAUSES, Config(case.text))[0]
    assert (row.code, sure) == (case.code, case.sure)
    assert evidence
    assert fix
    for text in (*evidence, row.summary):
        assert text.isascii()
        assert text.isprintable()


@each_case
def test_the_neighbour_of_a_configuration_has_not(case: ConfigCase) -> None:
    assert case.code not in codes(case.neighbour)


def test_each_row_has_a_case() -> None:
    rows = {row.code for group in CONFIG_CAUSES for row in group}
    assert rows == {case.code for case in CASES}


def test_the_evidence_names_the_location_and_what_it_lacks() -> None:
    text = f'location "/api/ws" {{ {PASS} proxy_set_header "Upgrade" $http_upgrade; }}'
    [(_, evidence, fix, _)] = find_causes(CONFIG_CAUSES, Config(text))
    assert evidence == (
        "proxy_pass is in 'location /api/ws'",
        "there proxy_http_version 1.1; is missing",
        "there proxy_set_header Connection $connection_upgrade; is missing",
    )
    assert IN_HTTP in dict(fix)
    [(_, _, fix, _)] = find_causes(CONFIG_CAUSES, Config(f"http {{ {MAP} }} {text}"))
    assert IN_HTTP not in dict(fix)


def test_the_evidence_says_that_an_included_file_may_have_the_lines() -> None:
    said = "it includes a file, which may have them"
    for name, told in (("snippets/ws.conf", True), ("proxy_params", False)):
        text = f"location /ws {{ {PASS} include {name}; }}"
        [(_, evidence, _, _)] = find_causes(CONFIG_CAUSES, Config(text))
        assert (said in evidence) is told


@pytest.mark.parametrize("text", ["}", "}}{{", "{" * 100, ";;", "a 'b", f"}} {GOOD} {{"])
def test_any_text_can_be_read(text: str) -> None:
    assert codes(text) == []


def location(text: str) -> str:
    return f"location /ws {{ {PASS} {text} }}"


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        (
            f"server {{ {MAP} {GOOD} }}",
            ["the map stands in 'server'"],
        ),
        (
            f"location /X {{ {MAP} {PASS} {LINES} }}",
            ["the map stands in 'location /X'"],
        ),
        (
            f"http {{ {GOOD} }}",
            ["$connection_upgrade is there", "http { } is there, and no map defines it"],
        ),
        (
            location(f"{LINES} {UPGRADE} {UPGRADE}"),
            ["in 'location /ws' proxy_set_header Upgrade stands 3 times"],
        ),
        (
            f"server {{ {LINES} {location(HOST)} }}",
            ["'location /ws' has a proxy_set_header, and Upgrade is set around it"],
        ),
        (
            f"{PASS} {UPGRADE} {CONNECTION}",
            ["proxy_pass is in 'the text'", f"there {VERSION} is missing"],
        ),
        (
            "".join(f"location /{name} {{ {PASS} {VERSION} {UPGRADE} }}" for name in "abcd"),
            [
                line
                for name in "abc"
                for line in (
                    f"proxy_pass is in 'location /{name}'",
                    f"there {CONNECTION} is missing",
                )
            ],
        ),
    ],
)
def test_the_evidence_is_what_stands_there(text: str, evidence: list[str]) -> None:
    assert list(find_causes(CONFIG_CAUSES, Config(text))[0][1]) == evidence


MISSING = ["nginx-lines-missing"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What is there and what is not.
        (location(f"{VERSION} {CONNECTION} proxy_set_header Upgrade websocket;"), []),
        (location(f"{VERSION} {UPGRADE} proxy_set_header Connection $http_connection;"), []),
        (location(f"{VERSION} {UPGRADE} proxy_set_header Connection keep-alive;"), MISSING),
        (location(f"{VERSION} {CONNECTION} proxy_set_header Upgrade;"), []),
        (location("proxy_set_header Upgrade;" * 2), ["upgrade-set-twice-in-nginx"]),
        (location("include;"), MISSING),
        # A comment is nothing, and a block ends where its brace stands.
        (f"location /ws {{ # {HOST}\n{PASS} # the server\n{HOST} }}", MISSING),
        (f"server {{ location / {{ {LINES} }} location /ws {{ {PASS} }} }}", MISSING),
        (f"location / {{ {LINES} }} }} }} location /ws {{ {PASS} }}", MISSING),
        # The map is missing only where its variable is used, and nothing else sets that.
        (f"http {{ {location(f'{VERSION} {UPGRADE} proxy_set_header Connection upgrade;')} }}", []),
        (f"http {{ set $x $y; {GOOD} }}", ["nginx-map-missing"]),
        (f"http {{ log_format $connection_upgrade x; {GOOD} }}", ["nginx-map-missing"]),
        (f"http {{ js_set $connection_upgrade x; {GOOD} }}", []),
        # As deep as blocks are read.
        ("a { " * 18 + location(HOST), MISSING),
        ("a { " * 19 + location(HOST), []),
    ],
)
def test_configurations_that_differ_in_one_thing(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (location(f"{VERSION} proxy_set_header Connection upgrade;"), False),
        (location(f"{VERSION} {CONNECTION}"), True),
        (location(VERSION), True),
        (f"http {{ {MAP} {location(VERSION)} }}", False),
    ],
)
def test_the_map_is_told_where_it_is_needed(text: str, told: bool) -> None:
    [(row, _, fix, _)] = find_causes(CONFIG_CAUSES, Config(text))
    assert row.code == "nginx-lines-missing"
    products = [product for product, _ in fix]
    assert products == [
        *([IN_HTTP] if told else []),
        "nginx, in this location { }",
        "nginx, on the command line",
    ]


def test_what_is_no_configuration() -> None:
    assert is_config(GOOD)
    assert not is_config("proxy_pass is missing")
    assert not is_config("location /ws { return 404; }")
