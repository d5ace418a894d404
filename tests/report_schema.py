"""Is a report what `docs/report.schema.json` promises to those who read it by program?"""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from bmsc.domain.outcome import RunReport
from bmsc.report import json

SCHEMA: dict[str, Any] = json_text.loads(
    (Path(__file__).parent.parent / "docs" / "report.schema.json").read_text(encoding="utf-8")
)
_JUDGE = Draft202012Validator(SCHEMA)


def check(report: RunReport) -> dict[str, Any]:
    """Give the report as `--json` prints it; raises ValidationError where it breaks the promise."""
    told: dict[str, Any] = json_text.loads(json.render(report))
    _JUDGE.validate(told)
    return told
