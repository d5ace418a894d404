"""The page in a real browser: nothing overlaps or is cut off, no picture is empty, and the console stays silent."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from retrospect.seen import Seen

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no headless Chromium on this machine")
LOOK = """
<script>
const box = e => e.getBoundingClientRect();
const cross = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
const found = {width: innerWidth, scrolled: document.documentElement.scrollWidth, dark:
  matchMedia("(prefers-color-scheme: dark)").matches, overlapping: [], outside: [], empty: [], figures: 0};
const pairs = (all, what) => all.forEach((one, n) => all.slice(n + 1).forEach(other => {
  if (cross(box(one), box(other))) found.overlapping.push([what, ...[one, other].map(e => e.textContent.slice(0, 40))]);
}));
for (const figure of document.querySelectorAll("figure")) {
  found.figures += 1;
  const name = figure.querySelector("h3").textContent, frame = box(figure);
  const texts = [...figure.querySelectorAll("svg text")].filter(t => t.textContent.trim() && box(t).width);
  pairs([figure.querySelector("h3"), figure.querySelector("figcaption p"), ...texts], name);
  for (const text of texts) {
    const at = box(text);
    if (at.left < frame.left - 1 || at.right > frame.right + 1) found.outside.push([name, text.textContent]);
  }
  const marks = [...figure.querySelectorAll("[role=graphics-symbol]")].filter(m => box(m).width > 0.5);
  if (!marks.length || box(figure.querySelector("svg")).height < 60) found.empty.push(name);
}
const parts = [...document.querySelectorAll("h1, h2, .tiles li, nav a, main > section > p, figure, .scrolls, footer")];
pairs(parts.filter(e => !e.closest("details:not([open])")), "page");
document.body.dataset.found = JSON.stringify(found);
</script>
"""


def browse(page: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Open a file in the browser, with nothing but it."""
    assert BROWSER is not None
    folder = f"--user-data-dir={page.parent / 'browser'}"
    always = ("--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--log-level=0", folder)
    command = [BROWSER, *always, *words, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


def look(page: Path, folder: Path, *, width: int, scheme: str) -> dict[str, Any]:
    """Measure a copy of the page that may run a script, which the page itself may not."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    copy = folder / "copy.html"
    frame = (
        f"<iframe srcdoc='{html.escape(text.replace('</body>', LOOK + '</body>'))}' width={width} height=900></iframe>"
    )
    teller = "<script>onload = () => { document.body.dataset.found = frames[0].document.body.dataset.found }</script>"
    copy.write_text(f"<!doctype html><body>{frame}{teller}", encoding="utf-8")
    preferred = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    done = browse(copy, "--dump-dom", f"--window-size={max(width + 40, 600)},1000", preferred)
    told = re.search(r'data-found="([^"]*)"', done.stdout.rpartition("</iframe>")[0].partition(">")[0] + done.stdout)
    assert told is not None, done.stdout[-2000:]
    found: dict[str, Any] = json.loads(html.unescape(told[1]))
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overlaps_and_no_picture_is_empty(month: Seen, tmp_path: Path, width: int, scheme: str) -> None:
    found = look(month.page, tmp_path, width=width, scheme=scheme)
    assert found["width"] == width
    assert found["dark"] == (scheme == "dark")
    assert found["figures"] > 15
    assert found["scrolled"] <= width
    assert found["overlapping"] == []
    assert found["outside"] == []
    assert found["empty"] == []


def test_the_console_stays_silent_and_nothing_is_loaded(month: Seen, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    shutil.copy(month.page, page)
    done = browse(page, "--dump-dom")
    assert "CONSOLE" not in done.stderr
    assert "<svg" in done.stdout


def test_it_prints(month: Seen, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    shutil.copy(month.page, page)
    browse(page, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'report.pdf'}")
    assert 2 <= (tmp_path / "report.pdf").read_bytes().count(b"/Type /Page\n") <= 14
