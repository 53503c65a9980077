"""What was recorded on the wire, and what had happened there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ws_handshake import Request
from ws_handshake.diagnosis import Diagnosis, diagnose_request, diagnose_response

CAPTURES = Path(__file__).parents[1] / "captures"
MANIFEST: list[dict[str, Any]] = json.loads((CAPTURES / "manifest.json").read_text("utf-8"))

# The cause that must stand first. What is not listed here is valid and has none.
EXPECTED = {
    "client-autobahn-rawutf8.http": "raw-text-in-target",
    "client-curl-http10.http": "http10-hop",
    "client-curl-noversion.http": "version-left-out",
    "client-go-gorilla-rawutf8.http": "raw-text-in-target",
    "client-go-nhooyr-rawutf8.http": "raw-text-in-target",
    "client-go-xnet-rawutf8.http": "raw-text-in-target",
    "client-lomond-ipv6.http": "ipv6-host-without-brackets",
    "client-lomond-rawutf8.http": "raw-text-in-target",
    "client-node-websocket-ipv6.http": "ipv6-host-without-brackets",
    "client-picows-userinfo.http": "credentials-in-host",
    "client-pycurl-rawutf8.http": "raw-text-in-target",
    "client-simple-websocket-nopath.http": "target-without-slash",
    "client-tornado-rawutf8.http": "raw-text-in-target",
    "client-websocket-client-rawutf8.http": "raw-text-in-target",
    "client-ws4py-rawutf8.http": "raw-text-in-target",
    "nginx-auth-401-valid-client.http": "credentials-missing",
    "nginx-connection-only-valid-client-node-express-ws.http": "express-saw-plain-http",
    "nginx-connection-only-valid-client-tomcat.http": "tomcat-saw-plain-http",
    "nginx-connection-only-valid-client-uvicorn-fastapi.http": "asgi-saw-plain-http",
    "nginx-connection-only-valid-client-websockets.http": "server-saw-no-upgrade",
    "nginx-connection-only-valid-upstream.http": "upgrade-not-forwarded",
    "nginx-correct-plain-get-client-node-ws.http": "request-was-invalid",
    "nginx-correct-plain-get-upstream.http": "plain-request",
    "nginx-correct-upgrade-twice-client-node-ws.http": "request-was-invalid",
    "nginx-correct-upgrade-twice-upstream.http": "upgrade-twice-in-one-line",
    "nginx-correct-upgrade-two-lines-new-upstream.http": "upgrade-twice-in-one-line",
    "nginx-deny-403-valid-client.http": "denied-by-proxy",
    "nginx-hardcoded-connection-plain-get-upstream.http": "connection-added-to-all-requests",
    "nginx-host-http_host-host-missing-client.http": "request-was-invalid",
    "nginx-https-redirect-valid-client.http": "redirect-to-https",
    "nginx-inherited-lost-valid-new-upstream.http": "upgrade-and-connection-removed",
    "nginx-inherited-lost-valid-upstream.http": "upgrade-removed-and-closed",
    "nginx-location-mismatch-valid-client.http": "no-location-for-path",
    "nginx-map-inverted-upgrade-extra-upstream.http": "upgrade-names-others",
    "nginx-map-inverted-upgrade-two-lines-new-upstream.http": "upgrade-twice-in-one-line",
    "nginx-no-headers-valid-client-node-express-ws.http": "express-saw-plain-http",
    "nginx-no-headers-valid-client-node-ws.http": "server-saw-no-upgrade",
    "nginx-no-headers-valid-client-tomcat.http": "tomcat-saw-plain-http",
    "nginx-no-headers-valid-client-uvicorn-fastapi.http": "asgi-saw-plain-http",
    "nginx-no-headers-valid-client-websockets.http": "server-saw-http10",
    "nginx-no-headers-valid-full-client-node-ws.http": "server-saw-no-upgrade",
    "nginx-no-headers-valid-full-new-upstream.http": "upgrade-and-connection-removed",
    "nginx-no-headers-valid-full-upstream.http": "old-nginx-defaults",
    "nginx-no-headers-valid-new-client-websockets.http": "server-saw-no-upgrade",
    "nginx-no-headers-valid-new-upstream.http": "upgrade-and-connection-removed",
    "nginx-no-headers-valid-upstream.http": "old-nginx-defaults",
    "nginx-no-headers-xff-valid-full-new-upstream.http": "upgrade-and-connection-removed",
    "nginx-no-headers-xff-valid-full-upstream.http": "old-nginx-defaults",
    "nginx-no-http11-valid-client-websockets.http": "server-saw-http10",
    "nginx-no-http11-valid-upstream.http": "http10-hop",
    "nginx-plain-to-tls-valid-client.http": "http-on-https-port",
    "nginx-slash-rewrite-escapes-client-node-ws.http": "wrong-path-at-ws",
    "nginx-slash-rewrite-valid-client-node-ws.http": "wrong-path-at-ws",
    "nginx-static-spa-valid-client.http": "page-answered",
    "nginx-upgrade-only-valid-new-upstream.http": "connection-not-forwarded",
    "nginx-upgrade-only-valid-upstream.http": "connection-not-forwarded",
    "nginx-upgrade-set-twice-fixed-plain-get-upstream.http": "upgrade-added-to-all-requests",
    "nginx-upgrade-set-twice-fixed-valid-upstream.http": "upgrade-on-two-lines",
    "nginx-upgrade-set-twice-valid-client-node-ws.http": "server-saw-other-upgrade",
    "nginx-upgrade-set-twice-valid-client-uvicorn-fastapi.http": "server-saw-upgrade-twice",
    "nginx-upgrade-set-twice-valid-client-websockets.http": "server-saw-upgrade-twice",
    "nginx-upgrade-set-twice-valid-upstream.http": "upgrade-on-two-lines",
    "nginx-upstream-closes-valid-client-closes.http": "upstream-unreachable",
    "nginx-upstream-down-valid-client.http": "upstream-unreachable",
    "request-connection-missing.http": "connection-not-forwarded",
    "request-host-missing.http": "no-host",
    "request-http10.http": "http10-hop",
    "request-key-15.http": "key-of-wrong-length",
    "request-key-missing.http": "key-removed",
    "request-key-short.http": "key-is-no-base64",
    "request-key-twice.http": "key-on-two-lines",
    "request-plain-get.http": "plain-request",
    "request-post.http": "method-changed",
    "request-stripped.http": "upgrade-removed-and-closed",
    "request-subprotocol-repeated.http": "subprotocol-offered-twice",
    "request-upgrade-extra.http": "upgrade-names-others",
    "request-upgrade-twice.http": "upgrade-twice-in-one-line",
    "request-upgrade-two-lines.http": "upgrade-on-two-lines",
    "request-version-8.http": "draft-version",
    "server-aiohttp-host-missing.http": "request-was-invalid",
    "server-aiohttp-upgrade-twice.http": "request-was-invalid",
    "server-flask-slash-valid.http": "redirect-to-slash",
    "server-flask-sock-version-8.http": "request-was-invalid",
    "server-gevent-websocket-key-twice.http": "request-was-invalid",
    "server-go-xnet-key-missing.http": "request-was-invalid",
    "server-go-xnet-valid-full.http": "bad-request",
    "server-http.server-wrong-path.http": "path-not-found",
    "server-hypercorn-version-8.http": "request-was-invalid",
    "server-mojo-upgrade-twice.http": "request-was-invalid",
    "server-node-express-http10.http": "request-was-invalid",
    "server-node-express-spa-valid.http": "page-answered",
    "server-node-express-ws-key-missing.http": "request-was-invalid",
    "server-node-faye-connection-missing.http": "request-was-invalid",
    "server-node-http-host-missing.http": "request-was-invalid",
    "server-node-websocket-connection-missing.http": "request-was-invalid",
    "server-node-ws-post.http": "request-was-invalid",
    "server-node-ws-upgrade-twice.http": "request-was-invalid",
    "server-picows-connection-missing.http": "request-was-invalid",
    "server-tornado-post.http": "request-was-invalid",
    "server-tornado-upgrade-twice.http": "request-was-invalid",
    "server-uvicorn-none-host-missing.http": "request-was-invalid",
    "server-uvicorn-sansio-key-missing.http": "request-was-invalid",
    "server-uvicorn-websockets-key-missing.http": "request-was-invalid",
    "server-uvicorn-websockets-stripped.http": "request-was-invalid",
    "server-uvicorn-wsproto-upgrade-twice.http": "request-was-invalid",
    "server-websockets-asyncio-key-missing.http": "request-was-invalid",
    "server-websockets-asyncio-stripped.http": "request-was-invalid",
    "server-websockets-auth-valid.http": "credentials-missing",
    "server-websockets-origins-origin-foreign.http": "origin-refused",
    "server-websockets-strict-valid.http": "subprotocol-required",
    "server-websockets-sync-connection-missing.http": "request-was-invalid",
    "server-websockets-sync-version-8.http": "request-was-invalid",
    "server-werkzeug-wrong-path.http": "path-not-found",
    "server-ws4py-connection-missing.http": "request-was-invalid",
    "server-wsproto-version-8.http": "request-was-invalid",
}


def diagnosed(entry: dict[str, Any]) -> Diagnosis:
    data = (CAPTURES / entry["file"]).read_bytes()
    if entry["kind"] == "request":
        return diagnose_request(data)
    request = (CAPTURES / entry["request"]).read_bytes() if entry.get("request") else b""
    end = request.find(b"\r\n\r\n") + 4
    return diagnose_response(data, Request.parse(request[:end]) if request else None)


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: str(entry["file"]))
def test_a_recording_has_the_cause_that_it_was_made_with(entry: dict[str, Any]) -> None:
    diagnosis = diagnosed(entry)
    codes = [cause.code for cause in diagnosis.causes]
    if entry["file"] in EXPECTED:
        assert codes[0] == EXPECTED[entry["file"]]
    else:
        assert diagnosis == Diagnosis(())


def test_what_is_listed_was_recorded() -> None:
    assert set(EXPECTED) <= {entry["file"] for entry in MANIFEST}
