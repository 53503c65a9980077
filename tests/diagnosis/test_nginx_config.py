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


def test_what_is_no_configuration() -> None:
    assert is_config(GOOD)
    assert not is_config("proxy_pass is missing")
    assert not is_config("location /ws { return 404; }")
