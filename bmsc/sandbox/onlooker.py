"""Who may look at every request as the platforms see it: just before it is applied, and with its true answer?"""

from __future__ import annotations

from werkzeug.wrappers import Request, Response


class Onlooker:
    """Sees nothing; a simulation puts its witness here. Called under the world's lock, before answers are spoilt."""

    def sees(self, request: Request) -> None:
        """Look at a request that is about to be applied."""

    def saw(self, request: Request, response: Response) -> None:
        """Look at a request that was applied, and at what was answered."""
