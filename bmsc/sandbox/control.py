"""How does a test, the demo or a person steer the sandbox from outside? (`/_sandbox/*`)"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from bmsc.sandbox.snapshot import plain, snapshot

if TYPE_CHECKING:
    from bmsc.sandbox.world import World


def blueprint(world: World) -> Blueprint:
    """Mount the control API of one world; every call holds the world's lock."""
    control = Control(world)
    routes = Blueprint("control", __name__, url_prefix="/_sandbox")
    for call, answer in control.calls().items():
        method, path = call.split(" ")
        routes.add_url_rule(path, endpoint=call, view_func=control.locked(answer), methods=[method])
    return routes


class Control:
    """The calls that steer one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def calls(self) -> dict[str, Callable[[], Any]]:
        """List every call by method and path."""
        return {
            "POST /reset": self._reset,
            "GET /switches": self._switches,
            "POST /switches": self._throw_switches,
            "GET /faults": self._faults,
            "POST /faults": self._add_fault,
            "DELETE /faults": self._clear_faults,
            "POST /chaos": self._chaos,
            "GET /log": self._log,
            "DELETE /log": self._clear_log,
            "GET /log/summary": self._log_summary,
            "GET /clock": self._clock,
            "POST /clock": self._set_clock,
            "POST /do": self._do,
            "GET /actors": self._actors,
            "GET /snapshot": self._snapshot,
        }

    def locked(self, answer: Callable[[], Any]) -> Callable[[], ResponseReturnValue]:
        """Make a view of a call; what the call cannot make sense of is a 400."""

        def view() -> ResponseReturnValue:
            try:
                with self._world.lock:
                    result = answer()
            except (ValueError, TypeError, LookupError) as error:
                return jsonify({"error": f"{type(error).__name__}: {error}"}), 400
            return jsonify(result)

        return view

    def _reset(self) -> Any:
        self._world.reset(**_body())
        return self._clock()

    def _switches(self) -> Any:
        return plain(self._world.switches.show())

    def _throw_switches(self) -> Any:
        self._world.switches.throw(_body())
        return self._switches()

    def _faults(self) -> Any:
        return self._world.faults.describe()

    def _add_fault(self) -> Any:
        self._world.faults.add(**_body())
        return self._faults()

    def _clear_faults(self) -> Any:
        self._world.faults.clear()
        return self._faults()

    def _chaos(self) -> Any:
        self._world.faults.let_loose(**_body())
        return self._faults()

    def _log(self) -> Any:
        return self._world.log.since(request.args.get("since", 0, int))

    def _clear_log(self) -> Any:
        self._world.log.clear()
        return self._log_summary()

    def _log_summary(self) -> Any:
        return self._world.log.summary()

    def _clock(self) -> Any:
        now = self._world.clock.now()
        return {"now": now.isoformat(), "epoch": now.timestamp()}

    def _set_clock(self) -> Any:
        body = _body()
        if "set" in body:
            self._world.clock.set(datetime.fromisoformat(body["set"]))
        self._world.clock.advance(float(body.get("advance", 0)))
        return self._clock()

    def _do(self) -> Any:
        body = _body()
        return {"result": plain(self._world.act(body["actor"], body["action"], body.get("args", {})))}

    def _actors(self) -> Any:
        return self._world.actors.describe()

    def _snapshot(self) -> Any:
        return snapshot(self._world)


def _body() -> dict[str, Any]:
    body: dict[str, Any] = request.get_json(force=True) if request.get_data() else {}
    return body
