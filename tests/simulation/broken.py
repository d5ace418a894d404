"""What is a promise that was not kept, and where is it noted at the very moment?"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Broken:
    """A promise that was not kept."""

    promise: str
    detail: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.detail}"


@dataclass
class Notebook:
    """What witnesses saw since somebody last asked."""

    pages: list[Broken] = field(default_factory=list)

    def say(self, promise: str, detail: str) -> None:
        """Note a broken promise."""
        self.pages.append(Broken(promise, detail))

    def tear_out(self) -> list[Broken]:
        """Give what was noted, and begin anew."""
        pages, self.pages = self.pages, []
        return pages
