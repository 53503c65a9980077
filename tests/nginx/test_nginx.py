"""What both ends say of a real nginx, and whether the printed fix mends it.

nginx speaks HTTP/1.0 with `Connection: close` to a server before 1.29.7, and from then on HTTP/1.1
without Connection: what differs is written down for both, and the version that runs decides.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple

import pytest
from cli.running import Done, run

from .running import PATIENCE, Behind, Nginx, free_ports, serving
from .sites import (
    CONNECTION,
    IN_HTTP,
    IN_LOCATION,
    PASS,
    PATH,
    RIGHT,
    UPGRADE,
    VERSION,
    Site,
)

NEWER = (1, 29, 7)
SHELL = "nginx, on the command line"


class Seen(NamedTuple):
    """The status, and the causes at both ends; a ? stands behind one that is not sure.

    `server` is None where nothing reached the server.
    """

    status: int
    client: str
    server: str | None


class Case(NamedTuple):
    name: str
    site: Site
    seen: Seen
    newer: Seen | None = None  # from 1.29.7 on, where that differs

    def expected(self, nginx: Nginx) -> Seen:
        return self.newer if self.newer is not None and nginx.version >= NEWER else self.seen


OPEN = Seen(101, "", "")
OLD = Seen(426, "server-saw-http10", "old-nginx-defaults")
NEW = Seen(426, "server-saw-no-upgrade", "upgrade-and-connection-removed")
HOST = "proxy_set_header Host $host;"
FIXED_UPGRADE = "proxy_set_header Upgrade websocket;"
FIXED_CONNECTION = 'proxy_set_header Connection "upgrade";'

# What lines in a location mend.
LINES = [
    Case("no lines for WebSocket", Site((f"{PASS} {HOST}",), http=""), OLD, NEW),
    Case(
        "without proxy_http_version",
        Site((f"{PASS} {UPGRADE} {CONNECTION}",)),
        Seen(426, "server-saw-http10", "http10-hop"),
        OPEN,
    ),
    Case(
        "without Connection",
        Site((f"{PASS} {VERSION} {UPGRADE}",), http=""),
        Seen(400, "server-saw-no-upgrade", "connection-not-forwarded?"),
    ),
    Case(
        "without Upgrade",
        Site((f"{PASS} {VERSION} {FIXED_CONNECTION}",), http=""),
        Seen(426, "server-saw-no-upgrade", "upgrade-not-forwarded"),
    ),
    Case(
        "only proxy_http_version",
        Site((f"{PASS} {VERSION}",), http=""),
        Seen(426, "server-saw-no-upgrade", "upgrade-removed-and-closed"),
        NEW,
    ),
    Case(
        "a line of the location cancels those of the server",
        Site((f"{PASS} {HOST}",), server=f"{VERSION} {UPGRADE} {CONNECTION}"),
        Seen(426, "server-saw-no-upgrade", "upgrade-removed-and-closed"),
        NEW,
    ),
    Case(
        "Upgrade twice",
        Site((f"{RIGHT} {FIXED_UPGRADE}",)),
        Seen(400, "server-saw-upgrade-twice", "upgrade-on-two-lines"),
    ),
    Case(
        "two hops, Upgrade twice at the inner one",
        Site((RIGHT, f"{RIGHT} {FIXED_UPGRADE}")),
        Seen(400, "server-saw-upgrade-twice", "upgrade-on-two-lines"),
    ),
    # An older inner nginx takes the first line, a newer one joins both.
    Case(
        "two hops, Upgrade twice at the outer one",
        Site((f"{RIGHT} {FIXED_UPGRADE}", RIGHT)),
        OPEN,
        Seen(400, "server-saw-upgrade-twice", "upgrade-twice-in-one-line"),
    ),
    Case(
        "two hops, the outer one without lines",
        Site((PASS, RIGHT)),
        Seen(426, "server-saw-no-upgrade", "upgrade-removed-and-closed"),
    ),
]
NO_LOCATION = Case(
    "no location for the path",
    Site((RIGHT,), path="/elsewhere"),
    Seen(404, "no-location-for-path", None),
)
PAGES = Case(
    "a page for every path",
    Site(("try_files $uri /index.html;",), path="/"),
    Seen(200, "page-answered", None),
)
TO_SLASH = Case(
    "a redirect to the path with a slash",
    Site((RIGHT,), path=f"{PATH}/"),
    Seen(301, "redirect-to-slash", None),
)
TO_HTTPS = Case(
    "a redirect to https",
    Site((RIGHT,), server="return 301 https://$host$request_uri;"),
    Seen(301, "redirect-to-https?", None),
)
PASSWORD = Case(
    "a password",
    Site((f"{RIGHT} auth_basic api; auth_basic_user_file htpasswd;",)),
    Seen(401, "credentials-missing", None),
)
DENIED = Case(
    "an access rule",
    Site((f"{RIGHT} deny all;",)),
    Seen(403, "denied-by-proxy?", None),
)
GOOD = Site((RIGHT,))
# Good for a WebSocket, and bad for all else that goes the same way.
FIXED_WORD = Site((f"{PASS} {VERSION} {UPGRADE} {FIXED_CONNECTION}",), http="")
FIXED_WORDS = Site((f"{PASS} {VERSION} {FIXED_UPGRADE} {FIXED_CONNECTION}",), http="")
OPENING = [
    Case("all lines", GOOD, OPEN),
    Case("two hops with all lines", Site((RIGHT, RIGHT)), OPEN),
    Case("a fixed Connection", FIXED_WORD, OPEN),
    Case("a fixed Upgrade and Connection", FIXED_WORDS, OPEN),
]
CASES = [*OPENING, *LINES, NO_LOCATION, PAGES, TO_SLASH, TO_HTTPS, PASSWORD, DENIED]


def named(cases: Iterable[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def probe(port: int, *arguments: str) -> Done:
    return run("probe", "--timeout", "5", *arguments, f"ws://127.0.0.1:{port}{PATH}")


def told(causes: list[dict[str, Any]]) -> str:
    return " ".join(cause["code"] + ("" if cause["sure"] else "?") for cause in causes)


def look(nginx: Nginx, site: Site, *arguments: str) -> Seen:
    """What `probe` and `serve` say of it as JSON."""
    with serving("--json") as behind, nginx.running(site, behind.port) as port:
        done = probe(port, "--json", *arguments)
    response = done.json["probes"][0]["response"]
    seen = Seen(response["status"], told(response["causes"]), None)
    assert (done.status == 0) == (seen.status == 101)
    for arrival in behind.arrivals():
        assert arrival["answer"] == seen.status
        seen = seen._replace(server=told(arrival["request"]["causes"]))
    return seen


def read(nginx: Nginx, site: Site) -> dict[str, str]:
    """What `probe` and `serve` print of it for people."""
    with serving() as behind, nginx.running(site, behind.port) as port:
        done = probe(port)
    return {"probe": done.out, "serve": behind.printed}


def fixes(printed: str) -> dict[str, str]:
    """The fixes in a text for people, by product; the last where a product has several."""
    found = re.findall(r"^ {3}Fix, (.+):\n\n((?: {7}.*\n)+)", printed, re.MULTILINE)
    return {product: re.sub("^ {7}", "", text, flags=re.MULTILINE) for product, text in found}


@named(CASES)
def test_both_ends_name_the_cause(nginx: Nginx, case: Case) -> None:
    assert look(nginx, case.site) == case.expected(nginx)


@pytest.mark.parametrize("end", ["probe", "serve"])
@named(LINES)
def test_the_printed_lines_mend_it(nginx: Nginx, case: Case, end: str) -> None:
    printed = fixes(read(nginx, case.site)[end])
    assert (IN_LOCATION in printed) == (case.expected(nginx) != OPEN)
    assert look(nginx, case.site.mended(printed)) == OPEN


def test_the_printed_command_loads_what_was_edited(nginx: Nginx) -> None:
    site = LINES[0].site
    with serving() as behind, nginx.running(site, behind.port) as port:
        printed = fixes(probe(port).out)
        nginx.edit(site.mended(printed))
        assert UPGRADE in nginx.sh(printed[SHELL])
        deadline = time.monotonic() + PATIENCE
        while probe(port).status != 0:
            assert time.monotonic() < deadline, "the edited file is not in force"


@named([NO_LOCATION, PAGES])
def test_the_printed_location_mends_it(nginx: Nginx, case: Case) -> None:
    printed = fixes(read(nginx, case.site)["probe"])
    location, _ = printed["nginx"].split("\n", 1)
    assert location == f"location {PATH} {{"
    location += f" {PASS} {printed[IN_LOCATION]} }}"
    mended = case.site.mended({IN_HTTP: printed[IN_HTTP]})._replace(server=location)
    assert look(nginx, mended) == OPEN


def test_the_printed_command_finds_the_rule(nginx: Nginx) -> None:
    printed = fixes(read(nginx, DENIED.site)["probe"])
    found = [line.partition(":")[2].strip() for line in nginx.sh(printed[SHELL]).splitlines()]
    assert found == ["deny all;"]
    assert look(nginx, DENIED.site.without(found)) == OPEN


def test_the_printed_address_opens(nginx: Nginx) -> None:
    with serving() as behind, nginx.running(TO_SLASH.site, behind.port) as port:
        printed = fixes(probe(port).out)["the client"]
        address = f"ws://127.0.0.1:{port}{PATH}/"
        assert f"'{address}'" in printed
        assert run("probe", address).status == 0


def test_the_printed_address_is_that_of_the_redirect(nginx: Nginx) -> None:
    printed = fixes(read(nginx, TO_HTTPS.site)["probe"])["the client"]
    assert f"'wss://127.0.0.1{PATH}'" in printed


def test_credentials_open_it(nginx: Nginx) -> None:
    printed = read(nginx, PASSWORD.site)["probe"]
    assert "WWW-Authenticate asks for 'Basic'" in printed
    assert "Authorization" in fixes(printed)["ws_handshake"]
    wrong = look(nginx, PASSWORD.site, "--header", "Authorization: Basic dXNlcjp3cm9uZw==")
    assert wrong == Seen(401, "credentials-refused", None)
    right = look(nginx, PASSWORD.site, "--header", "Authorization: Basic dXNlcjpzZWNyZXQ=")
    assert right == OPEN


def test_a_server_that_is_down_is_started(nginx: Nginx) -> None:
    [behind] = free_ports(1)
    with nginx.running(GOOD, behind) as port:
        response = probe(port, "--json").json["probes"][0]["response"]
        assert (response["status"], told(response["causes"])) == (502, "upstream-unreachable?")
        assert fixes(probe(port).out)["the server"].startswith("Is it running")
        with serving(port=behind):
            assert probe(port).status == 0


@pytest.mark.parametrize(
    ("site", "cause"),
    [
        (FIXED_WORD, "connection-added-to-all-requests"),
        (FIXED_WORDS, "upgrade-added-to-all-requests?"),
    ],
)
def test_a_page_load_gets_no_word_of_a_websocket(nginx: Nginx, site: Site, cause: str) -> None:
    def load(site: Site, *arguments: str) -> Behind:
        with (
            serving(*arguments) as behind,
            nginx.running(site, behind.port) as port,
            closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection,
        ):
            connection.request("GET", PATH, headers={"User-Agent": "Mozilla/5.0"})
            assert connection.getresponse().status in (400, 426)
        return behind

    def cause_of(site: Site) -> str:
        [arrival] = load(site, "--json").arrivals()
        return told(arrival["request"]["causes"])

    assert cause_of(site) == cause
    mended = site.mended(fixes(load(site).printed))
    assert cause_of(mended) == "plain-request?"
    assert look(nginx, mended) == OPEN


def test_a_101_that_is_held_back(nginx: Nginx) -> None:
    """The outer nginx asked for no upgrade, so it waits for an end of the 101's body."""
    site = Site((f"{PASS} {VERSION}", *FIXED_WORDS.hops))
    with serving("--json") as behind, nginx.running(site, behind.port) as port:
        direct = f"ws://127.0.0.1:{behind.port}{PATH}"
        found = probe(port, "--json", "--timeout", "1", "--compare", direct).json
    assert [each["opened"] for each in found["probes"]] == [False, True]
    assert found["probes"][0]["failure"]["code"] == "answer-timed-out"
    assert found["comparison"]["blame"] == "hop"
    assert [each["answer"] for each in behind.arrivals()] == [101, 101]
