"""Make the report of this folder anew: a month in the sandbox, played as the tests play it, only busier.

Run it with `python examples/report/rebuild.py` where bmsc is installed with its extra `dev`. The same month comes out
every time; with a Chromium on the machine its screenshot too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = (8, 11, 14, 17, 20)
"""The hours at which cron comes by: enough for a picture, few enough for a minute."""
BUYERS = 3
SIZE = "1120,1180"


def main() -> None:
    """Play the month, write the page, and take its picture."""
    sys.path.insert(0, str(HERE.parents[1] / "tests"))
    from retrospect.seen import played

    with tempfile.TemporaryDirectory() as folder:
        seen = played(Path(folder), rounds=ROUNDS, orders=BUYERS)
        shutil.copy(seen.page, HERE / "report.html")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("report.html is written; without Chromium there is no screenshot")
    always = (browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    picture = (
        "--blink-settings=preferredColorScheme=1",
        f"--window-size={SIZE}",
        f"--screenshot={HERE / 'report.png'}",
    )
    subprocess.run([*always, *picture, (HERE / "report.html").as_uri()], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
