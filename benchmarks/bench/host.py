"""The process that serves the shop, so that memory and processor time are those of the program alone."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Host:
    """A shop in another process: `ask` calls one of its methods by name."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self.url, self.password, self.token = pipe.recv()

    def ask(self, what: str, *args: Any) -> Any:
        """Let the shop do something, and give what it answers."""
        self._pipe.send((what, args))
        return self._pipe.recv()

    def stop(self) -> None:
        """Close the shop, unless it has closed by itself."""
        with suppress(OSError):
            self._pipe.send(None)


def _serve(pipe: Any, open_shop: Callable[..., Any], args: tuple[Any, ...]) -> None:
    from bmsc.sandbox.serve import start

    stage = open_shop(*args)
    with start(stage.world) as running:
        pipe.send((running.url, stage.world.tenant.password, stage.world.account.token))
        while (asked := pipe.recv()) is not None:
            what, words = asked
            with stage.world.lock:
                answer = getattr(stage, what)(*words)
            pipe.send(answer)


@contextmanager
def hosted(open_shop: Callable[..., Any], *args: Any) -> Iterator[Host]:
    """Serve what `open_shop(*args)` gives: something with a `world`."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(there, open_shop, args), daemon=True)
    process.start()
    there.close()
    host = Host(here)
    try:
        yield host
    finally:
        host.stop()
        process.join()
