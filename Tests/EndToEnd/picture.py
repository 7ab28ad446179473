"""The README's picture: what `--try` prints, drawn as SVG.

Run as a program it writes .github/report.svg:

    COMPLETION_KIT_BINARY=.build/debug/completion-kit python3 Tests/EndToEnd/picture.py
"""

import dataclasses
import re
import subprocess
import textwrap
from xml.sax.saxutils import escape

from server import BINARY, ROOT

PATH = ROOT / ".github" / "report.svg"
WIDTH, HEIGHT, MARGIN = 760, 360, 28
# The scale of scores, from 0 to 1, in the picture.
SCALE_LEFT, SCALE_WIDTH = 190, 250
STYLE = """
  svg { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; }
  .page { fill: #ffffff; stroke: #d0d7de; } text { fill: #1f2328; } .quiet { fill: #57606a; }
  .word { font-size: 22px; font-weight: 600; fill: #1a7f37; } .bar { fill: #54a3f7; } .track { fill: #eaeef2; }
  .interval { stroke: #1f2328; stroke-width: 2; } .right { fill: #2da44e; } .wrong { fill: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #30363d; } text { fill: #e6edf3; } .quiet { fill: #8d96a0; } .word { fill: #3fb950; }
    .track { fill: #21262d; } .interval { stroke: #e6edf3; } .wrong { fill: #30363d; }
  }
"""


@dataclasses.dataclass
class Run:
    name: str
    template: str
    score: float
    interval: tuple[float, float]
    rows: list[float]


def first_evaluation() -> str:
    return subprocess.run([BINARY, "--try"], capture_output=True, text=True, check=True, timeout=60).stdout


def drawn(text: str) -> str:
    """The picture of the text that `--try` prints."""
    found = re.findall(r'"(.+)" scores ([\d.]+) on \d+ rows, 95 % interval ([\d.]+) to ([\d.]+)', text)
    templates = re.findall(r'version \d of ".+": (.+)', text)
    runs = [
        Run(name, template, float(score), (float(low), float(high)), [])
        for (name, score, low, high), template in zip(found, templates, strict=True)
    ]
    rows = re.findall(r"^  (\w+) +([\d.]+) +([\d.]+)$", text, re.M)
    for _, *scores in rows:
        for run, score in zip(runs, scores, strict=True):
            run.rows.append(float(score))
    word = re.search(r"runs_compare +(\w+)", text)[1]
    sentence = re.search(r"\n\n([^ ].+?)\n\n  expected", text, re.S)[1].rpartition("\n\n")[2].replace("\n", " ")
    assert len(runs) == 2 and len(rows) == len(runs[0].rows) > 0
    parts = [
        f'<rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8"/>',
        label(MARGIN, 48, word, "word"),
        *(label(MARGIN, 76 + 20 * number, line) for number, line in enumerate(textwrap.wrap(sentence, 100))),
        label(SCALE_LEFT, 172, "score, 95 % interval", "quiet"),
        label(SCALE_LEFT + SCALE_WIDTH + 76, 172, f"{len(rows)} rows: right, wrong", "quiet"),
    ]
    for number, run in enumerate(runs):
        parts += lane(run, 190 + 68 * number)
    parts.append(label(MARGIN, HEIGHT - 24, "Drawn from what completion-kit --try prints.", "quiet"))
    body = "\n".join(parts)
    title = escape(f"{word}: {sentence}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n{body}\n</svg>\n"
    )


def lane(run: Run, top: int) -> list[str]:
    """A run's name, its score with the interval, and a square for each row."""
    at = [SCALE_LEFT + SCALE_WIDTH * value for value in (run.score, *run.interval)]
    middle = top + 14
    squares = [
        f'<rect class="{"right" if score == 1 else "wrong"}" x="{SCALE_LEFT + SCALE_WIDTH + 76 + 18 * row}" y="{top + 6}" width="14" height="14" rx="3"/>'
        for row, score in enumerate(run.rows)
    ]
    return [
        label(MARGIN, top + 19, run.name),
        f'<rect class="track" x="{SCALE_LEFT}" y="{top}" width="{SCALE_WIDTH}" height="28" rx="4"/>',
        f'<rect class="bar" x="{SCALE_LEFT}" y="{top}" width="{at[0] - SCALE_LEFT:.1f}" height="28" rx="4"/>',
        f'<path class="interval" d="M{at[1]:.1f} {middle}H{at[2]:.1f}M{at[1]:.1f} {middle - 6}v12M{at[2]:.1f} {middle - 6}v12"/>',
        label(SCALE_LEFT + SCALE_WIDTH + 16, top + 19, f"{run.score:.2f}"),
        *squares,
        label(SCALE_LEFT, top + 47, run.template, "quiet"),
    ]


def label(x: int, y: int, text: str, kind: str | None = None) -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x}" y="{y}">{escape(text)}</text>'


if __name__ == "__main__":
    PATH.write_text(drawn(first_evaluation()))
