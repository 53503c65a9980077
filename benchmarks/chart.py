"""Draws the first row as bars: an SVG that needs nothing and is readable on light and dark."""

from __future__ import annotations

import statistics
from html import escape
from pathlib import Path

from goals import Times, ratios

FILE = Path(__file__).with_name("chart.svg")
SUBJECT = "ws_handshake"
# Who does the whole work, and httptools as the mark. Parsers alone would not compare.
SHOWN = {
    "c-parser": "C parser, nothing checked",
    "ws_handshake": "ws_handshake",
    "picows": "picows (in C) *",
    "websockets": "websockets",
    "wsproto": "wsproto",
    "tornado": "tornado *",
}

NOTE = f"µs of one core, shorter is better; in brackets: times {SUBJECT}"
TIMES = "\N{MULTIPLICATION SIGN}"
STAR = "* with what it does for every connection, which it does not separate"
WIDTH, LEFT, BAR, STEP, TOP = 720, 220, 20, 30, 56
STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .note { font-size: 12px; fill: #57606a }
  .bar { fill: #8c959f }
  .subject { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note { fill: #9198a1 }
    .bar { fill: #656c76 }
    .subject { fill: #4493f8 }
  }
"""


def drawn(times: Times) -> str:
    medians = {name: statistics.median(times[name]) * 1e6 for name in SHOWN}
    ordered = sorted(medians.items(), key=lambda item: item[1])
    scale = (WIDTH - LEFT - 130) / max(medians.values())
    height = TOP + STEP * len(ordered) + 24
    title = "A browser's request in, the 101 with a subprotocol out"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<text class="title" x="0" y="16">{escape(title)}</text>',
        f'<text class="note" x="0" y="36">{escape(NOTE)}</text>',
    ]
    for number, (name, median) in enumerate(ordered):
        y = TOP + STEP * number
        width = max(1.0, median * scale)
        kind = "subject" if name == SUBJECT else "bar"
        ratio = statistics.median(ratios(times[name], times[SUBJECT]))
        label = f"{median:.1f}" if name == SUBJECT else f"{median:.1f} ({TIMES}{ratio:.1f})"
        parts += [
            f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(SHOWN[name])}</text>',
            f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>',
            f'<text x="{LEFT + width + 8:.1f}" y="{y + 15}">{escape(label)}</text>',
        ]
    parts.append(f'<text class="note" x="0" y="{height - 8}">{escape(STAR)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def write(times: Times) -> None:
    FILE.write_text(drawn(times), "utf-8")
