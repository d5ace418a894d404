"""A seller's session against the Back Market half of the sandbox."""

from __future__ import annotations

from typing import Any

import requests

AGENT = "BM-Example-desk;ops@example.test"


class Caller:
    """One seller's session against the Back Market half."""

    def __init__(self, url: str, token: str, locale: str = "en-us") -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Basic {token}", "User-Agent": AGENT, "Accept-Language": locale})

    def get(self, path: str, **params: Any) -> requests.Response:
        """Read a path below /ws; underscores in names become hyphens."""
        query = {name.replace("page_size", "page-size"): value for name, value in params.items()}
        return self.session.get(f"{self.url}/ws/{path}", params=query, timeout=10, allow_redirects=False)

    def post(self, path: str, json: Any = None, **more: Any) -> requests.Response:
        """Write to a path below /ws."""
        return self.session.post(f"{self.url}/ws/{path}", json=json, timeout=10, **more)

    def patch(self, path: str, json: Any) -> requests.Response:
        """Patch a path below /ws."""
        return self.session.patch(f"{self.url}/ws/{path}", json=json, timeout=10)
