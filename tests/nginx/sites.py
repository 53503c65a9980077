"""Configurations of nginx as data, and how lines are put into one as a person would."""

from __future__ import annotations

import re
from typing import NamedTuple

PATH = "/api/ws"

# What the fixes call the blocks of a configuration.
IN_HTTP = "nginx, in http { }"
IN_LOCATION = "nginx, in this location { }"

MAP = "map $http_upgrade $connection_upgrade {\n    default upgrade;\n    ''      close;\n}"
PASS = "proxy_pass http://127.0.0.1:NEXT;"
VERSION = "proxy_http_version 1.1;"
UPGRADE = "proxy_set_header Upgrade $http_upgrade;"
CONNECTION = "proxy_set_header Connection $connection_upgrade;"
RIGHT = f"{PASS} {VERSION} {UPGRADE} {CONNECTION}"

_TEMPLATE = """\
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events {}
http {
    access_log access.log;
    client_body_temp_path temp;
    proxy_temp_path temp;
    fastcgi_temp_path temp;
    scgi_temp_path temp;
    uwsgi_temp_path temp;
    %s
%s
}
"""
_SERVER = """\
    server {
        listen 127.0.0.1:%d;
        %s
        location %s {
            %s
        }
    }
"""
# A comment, or a directive with all that belongs to it.
_DIRECTIVE = re.compile(r"#.*|[^\s#][^;{]*(?:;|\{[^}]*\})")


class Site(NamedTuple):
    """The lines of its blocks; one location for each hop, the last before the server.

    `NEXT` stands for the port of what comes behind.
    """

    hops: tuple[str, ...]
    server: str = ""
    http: str = MAP
    path: str = "/api"

    def text(self, ports: list[int]) -> str:
        """What nginx reads. There is a port for each hop, and one for the server."""
        servers = []
        for place, lines in enumerate(self.hops):
            server = self.server if place == 0 else ""
            text = _SERVER % (ports[place], _put(server), self.path, _put(lines))
            servers.append(text.replace("NEXT", str(ports[place + 1])))
        return _TEMPLATE % (_put(self.http), "".join(servers))

    def mended(self, fixes: dict[str, str]) -> Site:
        """The same with the printed lines in their blocks."""
        location = fixes.get(IN_LOCATION, "")
        return self._replace(
            http=_put(self.http, fixes.get(IN_HTTP, "")),
            hops=tuple(_put(lines, location) for lines in self.hops),
        )

    def without(self, lines: list[str]) -> Site:
        """The same without these lines."""
        return self._replace(
            hops=tuple(
                "\n".join(each for each in _DIRECTIVE.findall(hop) if each not in lines)
                for hop in self.hops
            )
        )


def _put(lines: str, fix: str = "") -> str:
    """Each directive on a line of its own: those that set the same as the fix give way to it."""
    new = _DIRECTIVE.findall(fix)
    set_by_new = {_what_it_sets(each) for each in new}
    kept = [each for each in _DIRECTIVE.findall(lines) if _what_it_sets(each) not in set_by_new]
    return "\n".join([*kept, *new])


def _what_it_sets(directive: str) -> tuple[str, ...]:
    """Most directives stand once in a block; a header is set for each name, a map for each pair."""
    words = directive.lower().split()
    named = {"proxy_set_header": 2, "map": 3}.get(words[0], 1)
    return tuple(words[:named])
