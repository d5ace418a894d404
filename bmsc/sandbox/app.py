"""How do both platforms and the control API become one web application?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask

from bmsc.sandbox import backmarket, control
from bmsc.sandbox.backmarket.routes import blueprint as backmarket_blueprint
from bmsc.sandbox.gate import Gate, Wsgi
from bmsc.sandbox.sellercloud.routes import blueprint as sellercloud_blueprint

if TYPE_CHECKING:
    from bmsc.sandbox.world import World


def create_app(world: World) -> Flask:
    """Build the application; its platforms are mounted again whenever the world begins anew."""
    app = Flask("bmsc.sandbox.control", static_folder=None)
    app.register_blueprint(control.blueprint(world))
    app.wsgi_app = Gate(world, _platforms(world), app.wsgi_app)  # type: ignore[method-assign]
    return app


def _platforms(world: World) -> Callable[[], Wsgi]:
    mounted: dict[int, Wsgi] = {}

    def current() -> Wsgi:
        if world.generation not in mounted:
            mounted.clear()
            mounted[world.generation] = _mount(world)
        return mounted[world.generation]

    return current


def _mount(world: World) -> Wsgi:
    app = Flask(backmarket.__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.json.sort_keys = False  # type: ignore[attr-defined]
    logging.getLogger(app.name).disabled = True
    app.register_blueprint(sellercloud_blueprint(world.tenant))
    app.register_blueprint(backmarket_blueprint(world.account))
    return app.wsgi_app
