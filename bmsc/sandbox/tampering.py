"""How is a true answer spoilt on its way back?"""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from bmsc.sandbox.faults import Fault
from bmsc.sandbox.scrambling import scrambled

OTHER_HOST = "https://elsewhere.invalid"
TOTALS = {"TotalResults": 0, "count": 0, "next": None, "previous": None}


def tamper(fault: Fault, response: Response) -> Response:
    """Spoil the answer as the fault says; an answer that is no JSON stays as it is."""
    data = response.get_data()
    if fault.what == "truncate":
        return _with_body(response, data[: len(data) // 2])
    if fault.what == "empty_body":
        return _with_body(response, b"")
    if fault.what == "scramble":
        return _with_body(response, scrambled(data, fault.dice, fault.args.get("ways", ())))
    try:
        document = json.loads(data)
    except ValueError:
        return response
    spoilt = getattr(Spoiler(fault), fault.what)(document)
    return _with_body(response, json.dumps(spoilt).encode())


def rows_of(document: Any) -> list[Any]:
    """Find the rows of a list answer of either platform; a single object counts as one row."""
    if isinstance(document, list):
        return document
    for key in ("Items", "Results", "results"):
        if isinstance(document, dict) and isinstance(document.get(key), list):
            found: list[Any] = document[key]
            return found
    return [document]


class Spoiler:
    """One way to spoil a document for each kind of fault, under the fault's name."""

    def __init__(self, fault: Fault) -> None:
        self._args = fault.args
        self._dice = fault.dice

    def empty_list(self, document: Any) -> Any:
        """Answer an empty list and a total of 0."""
        rows_of(document).clear()
        if isinstance(document, dict):
            document.update({key: value for key, value in TOTALS.items() if key in document})
        return document

    def empty_with_total(self, document: Any) -> Any:
        """Answer no rows and the true total."""
        rows_of(document).clear()
        return document

    def drop_rows(self, document: Any) -> Any:
        """Leave out `n` rows, or a `fraction` of them."""
        rows = rows_of(document)
        number = int(self._args.get("n", len(rows) * float(self._args.get("fraction", 0.5))))
        for place in sorted(self._dice.sample(range(len(rows)), min(number, len(rows))), reverse=True):
            del rows[place]
        return document

    def duplicate_row(self, document: Any) -> Any:
        """Answer one row twice."""
        rows = rows_of(document)
        if rows:
            rows.insert(self._dice.randrange(len(rows)), self._dice.choice(rows))
        return document

    def shuffle_rows(self, document: Any) -> Any:
        """Answer the rows in another order."""
        self._dice.shuffle(rows_of(document))
        return document

    def next_other_host(self, document: Any) -> Any:
        """Link the next page on another `host`."""
        if isinstance(document, dict) and document.get("next"):
            path = "/" + document["next"].split("/", 3)[3]
            document["next"] = self._args.get("host", OTHER_HOST) + path
        return document

    def missing_columns(self, document: Any) -> Any:
        """Leave out the custom columns called `names`, or all of them, or put `value` in their place."""
        names = set(self._args.get("names", ()))
        for row in rows_of(document):
            if not isinstance(row, dict) or "CustomColumns" not in row:
                continue
            if names:
                row["CustomColumns"] = [c for c in row["CustomColumns"] or () if c["ColumnName"] not in names]
            elif "value" in self._args:
                row["CustomColumns"] = self._args["value"]
            else:
                del row["CustomColumns"]
        return document

    def set_field(self, document: Any) -> Any:
        """Put `value` into the `field` of every row."""
        return self._each(document, lambda row: row.update({self._args["field"]: self._args.get("value")}))

    def remove_field(self, document: Any) -> Any:
        """Leave the `field` out of every row."""
        return self._each(document, lambda row: row.pop(self._args["field"], None))

    def extra_fields(self, document: Any) -> Any:
        """Add keys that nobody has heard of."""
        news = {"added_last_night": {"deep": [1, None, "x"]}, "another_new_key": None}
        return self._each(document, lambda row: row.update(news))

    def numbers_as_text(self, document: Any) -> Any:
        """Spell every number as text."""
        if isinstance(document, dict):
            return {key: self.numbers_as_text(value) for key, value in document.items()}
        if isinstance(document, list):
            return [self.numbers_as_text(value) for value in document]
        is_number = isinstance(document, (int, float)) and not isinstance(document, bool)
        return str(document) if is_number else document

    def _each(self, document: Any, change: Any) -> Any:
        for row in rows_of(document):
            if isinstance(row, dict):
                change(row)
        return document


def _with_body(response: Response, data: bytes) -> Response:
    return Response(data, status=response.status_code, content_type=response.content_type)
