"""What a probe found: the steps to an open WebSocket, where they ended, and two probes compared.

`__main__` goes the steps (look-up, connect, TLS, handshake) and notes here how they went; what
that means is told from the notes alone.
"""

from __future__ import annotations

from .diagnosis import Cause
from .display import shown, target_without_secrets
from .explain import visible, without_tokens
from .report import (
    FORM,
    headline,
    json_of_agreement,
    json_of_cause,
    json_of_message,
    lines_of_causes,
    lines_of_findings,
    lines_of_message,
    wrapped,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .negotiation import Agreement
    from .report import Judged, Style
    from .uri import WebSocketURI

STEPS = ("lookup", "connect", "tls", "handshake")
_NAMES = {"lookup": "look-up", "connect": "connect", "tls": "TLS", "handshake": "handshake"}
_HELD_BACK = 5.0  # seconds; no server needs them for a 101
_NOT_COMPARED = frozenset(["date", "sec-websocket-accept", "content-length"])


class Probe:
    """One attempt to open a WebSocket, step by step."""

    __slots__ = (
        "address",
        "agreement",
        "close",
        "failure",
        "request",
        "response",
        "times",
        "tls",
        "uri",
    )

    def __init__(self, uri: WebSocketURI, request: Judged) -> None:
        self.uri = uri
        self.request = request
        self.address: str | None = None
        self.tls: str | None = None
        self.times: dict[str, float | None] = dict.fromkeys(STEPS)
        self.response: Judged | None = None
        self.agreement: Agreement | None = None
        self.close: int | None = None
        self.failure: Cause | None = None

    @property
    def opened(self) -> bool:
        """Whether a WebSocket was opened."""
        return self.agreement is not None

    @property
    def causes(self) -> list[Cause]:
        """Why not, or what is odd about it."""
        found = [] if self.failure is None else [self.failure]
        return found + ([] if self.response is None else list(self.response.causes))


# --- Where the steps can end ----------------------------------------------------------------------


def _cause(code: str, summary: str, evidence: str, fix: str, sure: bool = True) -> Cause:
    return Cause(code, summary, [evidence] if evidence else [], [("general", fix)], sure)


def lookup_failed(host: str, why: str) -> Cause:
    """The name has no address here."""
    return _cause(
        "name-not-found",
        f"the name {shown(host)} has no address as seen from this machine",
        why,
        "Check the spelling, DNS and VPN. A container's name works only inside its own network.\n"
        "To try an address without DNS: --resolve HOST:PORT:ADDRESS",
    )


def connect_failed(where: str, why: str, refused: bool, timed_out: bool) -> Cause:
    """No TCP connection."""
    if refused:
        return _cause(
            "connection-refused",
            f"nothing listens at {where}",
            why,
            "Start the server, or correct the port. A server bound to 127.0.0.1 is reached from\n"
            "its own machine only: inside a container bind it to 0.0.0.0.",
        )
    if timed_out:
        return _cause(
            "connection-timed-out",
            f"no answer at all from {where}",
            why,
            "A firewall or security group drops the packets, or the address is wrong: open the\n"
            "port there, or correct the address.",
            sure=False,
        )
    return _cause(
        "connection-failed",
        f"no connection to {where}",
        why,
        "Check the address, the network and the firewalls on the way.",
    )


def tls_failed(host: str, why: str, kind: str) -> Cause:
    """TCP is there, TLS is not: `kind` is "certificate", "plain", "timed-out" or "other"."""
    if kind == "certificate":
        return _cause(
            "certificate-not-trusted",
            f"the certificate of {shown(host)} is not accepted: expired, for another name, or"
            " signed by nobody known here",
            why,
            "Install a valid certificate with its whole chain. To probe in spite of it: --insecure",
        )
    if kind == "plain":
        return _cause(
            "tls-not-spoken",
            "this port does not speak TLS",
            why,
            "Use ws:// here, or the port at which TLS is terminated.",
        )
    if kind == "timed-out":
        return _cause(
            "tls-timed-out",
            "the TLS handshake got no answer in time",
            why,
            "The port probably expects something else than TLS: try ws://, or another port.",
            sure=False,
        )
    return _cause(
        "tls-failed",
        "the TLS handshake failed",
        why,
        "Look into the log of whatever terminates TLS here; it may ask for a client certificate\n"
        "or for a version of TLS that this machine does not speak.",
        sure=False,
    )


def handshake_failed(why: str, secure: bool, timed_out: bool, received: int) -> Cause:
    """The request went out and no whole answer came back."""
    if timed_out:
        return _cause(
            "answer-timed-out",
            "no whole answer came in time" if received else "not a byte was answered in time",
            why,
            "The server or a proxy holds the request or the answer back. Behind a proxy that\n"
            "removes Upgrade a server may wait for a WebSocket that never comes: probe the server\n"
            "itself as well, with --compare.",
            sure=False,
        )
    return _cause(
        "connection-closed",
        "the connection was closed "
        + ("in the middle of the answer" if received else "without an answer"),
        why,
        "The server or its proxy gave up: look into its log."
        + ("" if secure else " If the port speaks TLS, use wss://"),
        sure=False,
    )


def held_back(seconds: float) -> Cause:
    """A 101 that came late and was followed by nothing but the end of the connection."""
    return _cause(
        "answer-held-back",
        "a proxy held the 101 back until it gave up: it does not treat this as an upgrade",
        f"the 101 came after {seconds:.1f} s, and then the connection was closed",
        "An outer proxy removes Upgrade while an inner one adds it: pass Upgrade and Connection\n"
        "on in every proxy.",
        sure=False,
    )


def note_close(probe: Probe, status: int | None, ended: bool) -> None:
    """Note how the peer said goodbye after the handshake, and whether that is odd."""
    probe.close = status
    seconds = probe.times["handshake"]
    if ended and status is None and seconds is not None and seconds >= _HELD_BACK:
        probe.failure = held_back(seconds)


# --- Text -----------------------------------------------------------------------------------------


def lines_of_probe(probe: Probe, style: Style) -> list[str]:
    """All that is told of one probe."""
    uri = visible(target_without_secrets(str(probe.uri)))
    text = [style.strong(f"Probing {uri}")]
    if probe.address is not None:
        text.append(f"   connected to {probe.address}{', ' + probe.tls if probe.tls else ''}")
    if probe.times["handshake"] is not None or probe.response is not None:
        text += ["", *lines_of_message(probe.request, style)]
    if probe.response is not None:
        text += ["", *lines_of_message(probe.response, style)]
    text.append("")
    if probe.agreement is not None:
        text.append(style.good("Opened: a WebSocket."))
        text += _lines_of_agreement(probe.agreement, probe.close)
    elif probe.response is not None:
        text += lines_of_findings(probe.response, style)
    else:
        text.append(style.bad("Not opened."))
    if probe.failure is not None:
        text += lines_of_causes([probe.failure], style)
    return [*text, "", f"Times: {_times(probe)}."]


def _lines_of_agreement(agreement: Agreement, close: int | None) -> list[str]:
    extensions = ", ".join([str(each) for each in agreement.extensions])
    return [
        f"   subprotocol: {without_tokens(agreement.subprotocol or 'none')}",
        f"   extensions: {visible(extensions) or 'none'}",
        f"   closed with: {close or 'nothing (our Close frame was not answered)'}",
    ]


def _times(probe: Probe) -> str:
    told = [
        f"{_NAMES[step]} {seconds * 1000:.1f} ms"
        for step, seconds in probe.times.items()
        if seconds is not None
    ]
    return ", ".join(told) or "none taken"


def json_of_probe(probe: Probe) -> dict[str, Any]:
    """One probe as JSON."""
    return {
        "url": target_without_secrets(str(probe.uri)),
        "opened": probe.opened,
        "address": probe.address,
        "tls": probe.tls,
        "times": {
            step: None if seconds is None else round(seconds, 6)
            for step, seconds in probe.times.items()
        },
        "request": json_of_message(probe.request),
        "response": None if probe.response is None else json_of_message(probe.response),
        "agreement": json_of_agreement(probe.agreement),
        "close": probe.close,
        "failure": None if probe.failure is None else json_of_cause(probe.failure),
    }


def json_of_probes(probes: Sequence[Probe]) -> dict[str, Any]:
    """All that `probe --json` prints."""
    comparison = None
    if len(probes) == 2:
        blame, text = verdict(*probes)
        comparison = {
            "differences": [
                {"what": what, "first": first, "second": second}
                for what, first, second in differences(*probes)
            ],
            "blame": blame,
            "verdict": text,
        }
    return {
        "form": FORM,
        "command": "probe",
        "opened": probes[0].opened,
        "probes": [json_of_probe(probe) for probe in probes],
        "comparison": comparison,
    }


# --- Two probes compared --------------------------------------------------------------------------


def differences(first: Probe, second: Probe) -> list[tuple[str, str, str]]:
    """What differs, as rows: what it is, there, here. Empty text for what is not there."""
    rows = [
        ("opened", _yes(first.opened), _yes(second.opened)),
        ("answer", _answer(first), _answer(second)),
    ]
    names: dict[str, str] = {}
    for probe in (first, second):
        if probe.response is not None and probe.response.response is not None:
            for name in probe.response.response.headers:
                names.setdefault(name.lower(), name)
    rows += [
        (name, _field(first, name), _field(second, name))
        for key, name in names.items()
        if key not in _NOT_COMPARED
    ]
    rows += [
        ("violations", _violation_codes(first), _violation_codes(second)),
        ("causes", _cause_codes(first), _cause_codes(second)),
    ]
    return [row for row in rows if row[1] != row[2]]


def _yes(opened: bool) -> str:
    return "yes" if opened else "no"


def _answer(probe: Probe) -> str:
    if probe.response is not None:
        return headline(probe.response)
    return "" if probe.failure is None else probe.failure.code


def _field(probe: Probe, name: str) -> str:
    if probe.response is None:
        return ""
    shown_lines = [
        line for line, _ in probe.response.lines if line.lower().startswith(f"{name.lower()}:")
    ]
    return ", ".join([line.partition(":")[2].strip() for line in shown_lines])


def _violation_codes(probe: Probe) -> str:
    return "" if probe.response is None else ", ".join([v.code for v in probe.response.violations])


def _cause_codes(probe: Probe) -> str:
    return ", ".join([each.code for each in probe.causes])


_STRIPPED = frozenset([200, 400, 404, 426, 500, 501, 505])


def verdict(first: Probe, second: Probe) -> tuple[str, str]:
    """Who is to blame ("nobody", "hop", "server", "network", "both"), and why, in a sentence.

    `first` goes through whatever stands in front of the server, `second` to the server itself.
    """
    if first.agreement is not None and second.agreement is not None:
        if _agreed(first.agreement) == _agreed(second.agreement):
            return "nobody", "both open, and both agree on the same: nobody is to blame"
        return "hop", (
            "both open, but not on the same: the hop in between changes"
            " Sec-WebSocket-Protocol or Sec-WebSocket-Extensions"
        )
    if second.opened:
        return _hop_to_blame(first)
    if first.opened:
        return "server", (
            f"the first URL opens; the second one does not ({_told(second)}): it is not the server"
            " that the first one leads to, or that server wants what only the hop in between adds,"
            " such as its Host or TLS"
        )
    if second.response is None:
        return "server", (
            f"the server itself is not reached ({_told(second)}), so the hop in between cannot"
            f" reach it either: start or correct the server first, then look at what the first URL"
            f" answers ({_told(first)})"
        )
    if first.response is None:
        return "both", (
            f"the server itself refuses ({_told(second)}), and the first URL is not even reached"
            f" ({_told(first)}): two faults, the server's first"
        )
    if _answer(first) == _answer(second):
        return "server", (
            f"the server itself gives the same answer ({_told(second)}): it or the request is to"
            " blame, not the hop in between"
        )
    return "both", (
        f"neither opens: the server itself says {_told(second)}, through the first URL it is"
        f" {_told(first)}; mend the server first, then compare again"
    )


def _hop_to_blame(first: Probe) -> tuple[str, str]:
    """The server itself opens, the way through the first URL does not."""
    told = _told(first)
    if first.response is None or first.response.response is None:
        if first.address is None:
            return "network", (
                f"the server itself answers 101; what stands in front of it was not reached"
                f" ({told})"
            )
        return "hop", (
            "the server itself answers 101; what the first URL leads to was reached and gave no"
            f" answer that could be read ({told}): it speaks something else, or it asked for no"
            " upgrade itself and holds the 101 back"
        )
    status = first.response.response.status
    before = f"the server itself answers 101, through the first URL it is {told}: "
    if status in _STRIPPED:
        why = (
            "the hop in between removed or changed Upgrade and Connection, or sends the request to"
            " another path or server"
        )
    elif status in (502, 503, 504):
        why = "the hop in between does not reach the server: its address, port or scheme is wrong"
    elif 300 <= status < 400:
        why = "the hop in between redirects: use the URL that its Location names"
    elif status in (401, 403, 407):
        why = (
            "the hop in between refuses, or it changes Origin, Host or the credentials so that the"
            " server does"
        )
    elif status == 101:
        why = "the hop in between changes the 101"
    else:
        why = "the hop in between is to blame"
    return "hop", before + why


def _told(probe: Probe) -> str:
    return _answer(probe) or "no answer"


def _agreed(agreement: Agreement) -> tuple[object, ...]:
    return agreement.subprotocol, agreement.extensions


def lines_of_comparison(first: Probe, second: Probe, style: Style) -> list[str]:
    """What differs as a table, and who is to blame."""
    rows = differences(first, second)
    text = [style.strong("Compared:" if rows else "Compared: no difference.")]
    if rows:
        table = [("", "first URL", "second URL"), *[tuple(map(_cell, row)) for row in rows]]
        widths = [max(len(row[column]) for row in table) for column in (0, 1)]
        text += [
            f"   {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}".rstrip() for row in table
        ]
    blame, sentence = verdict(first, second)
    text.append("")
    text += wrapped(f"Verdict: {sentence}.", "   ", "")
    if blame == "hop":
        text += wrapped(
            "To see what really arrives at the server, let `python -m ws_handshake serve` listen"
            " in its place and probe the first URL again.",
            "   ",
            "",
        )
    return text


def _cell(text: str) -> str:
    return (text if len(text) <= 44 else f"{text[:41]}...") or "-"
