"""What the contracts of this folder allow: which requests the program may send, and how answers must look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
PLATFORMS = ("backmarket", "sellercloud")
METHODS = ("get", "post", "put", "patch", "delete")
WHOLE = re.compile(r"-?[0-9]+")
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """A request as it arrived: path, query and headers as text, the body as JSON."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Parameter:
    """One thing that a path, a query or the headers may say."""

    name: str
    place: Literal["path", "query", "header"]
    required: bool
    several: bool
    """Whether it may come more than once."""
    schema: str
    """Of one value, as JSON, so that it can be remembered what was looked at already."""

    def complaints(self, values: Sequence[str]) -> Iterator[str]:
        """Say what is wrong with all the values that were given under this name."""
        if len(values) > 1 and not self.several:
            yield f"{self.place} {self.name} comes {len(values)} times"
        for value in values:
            yield from (f"{self.place} {self.name}: {words}" for words in _wrong_text(self.schema, value))


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    written: Schema

    @property
    def name(self) -> str:
        """Name the operation as the contract does."""
        return str(self.written["operationId"])

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Match the paths of this operation."""
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """List what may be said beside the body."""
        return tuple(map(_parameter, self.written["parameters"]))

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, Parameter]]:
        """Give the same by place and name."""
        return {
            place: {one.name: one for one in self.parameters if one.place == place}
            for place in ("path", "query", "header")
        }

    @cached_property
    def body(self) -> str | None:
        """Give the schema of the body as JSON, None where there is none."""
        written = self.written.get("requestBody")
        return json.dumps(written["content"]["application/json"]["schema"]) if written else None

    def complaints(self, request: Request) -> Iterator[str]:
        """Say everything that is wrong with a request for this operation."""
        found = self.pattern.fullmatch(request.path)
        assert found
        yield from self._said("path", found.groupdict().items())
        yield from self._said("query", request.query)
        known = self.known["header"]
        yield from self._said("header", ((name, text) for name, text in request.headers.items() if name in known))
        yield from self._body(request)

    def _said(self, place: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
        known = self.known[place]
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        yield from (f"{place} {name} is in no contract" for name in given if name not in known)
        for name, parameter in known.items():
            if name in given:
                yield from parameter.complaints(given[name])
            elif parameter.required:
                yield f"{place} {name} is missing"

    def _body(self, request: Request) -> Iterator[str]:
        if self.body is None:
            if request.body is not None:
                yield "a body is in no contract"
            return
        if not request.headers.get("Content-Type", "").startswith("application/json"):
            yield f"the body is called {request.headers.get('Content-Type')}"
        yield from (f"body: {words}" for words in wrong_value(self.body, json.dumps(request.body)))


def _parameter(written: Schema) -> Parameter:
    schema = written["schema"]
    several = schema.get("type") == "array"
    one = json.dumps(schema["items"] if several else schema)
    return Parameter(written["name"], written["in"], written.get("required", False), several, one)


class Contract:
    """What one platform and the program say to each other."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.written = _inlined(written, written)
        self.operations = tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        # A path that is written out goes before one with a placeholder in the same place.
        for path, shared in sorted(self.written["paths"].items(), key=lambda pair: pair[0].count("{")):
            for method in METHODS:
                if method in shared:
                    own = shared[method]
                    parameters = [*shared.get("parameters", ()), *own.get("parameters", ())]
                    yield Operation(method.upper(), path, {**own, "parameters": parameters})

    def asked(self, method: str, path: str) -> Operation | None:
        """Find the operation that a request is for."""
        return next((one for one in self.operations if one.method == method and one.pattern.fullmatch(path)), None)

    def complaints(self, request: Request) -> list[str]:
        """Say everything that is wrong with a request."""
        operation = self.asked(request.method, request.path)
        if operation is None:
            return [f"{request.method} {request.path} is in no contract"]
        return [f"{operation.name}: {words}" for words in operation.complaints(request)]


@cache
def contract(platform: str) -> Contract:
    """Read the contract of a platform, once."""
    return Contract(written(platform))


def written(platform: str) -> dict[str, Any]:
    """Read a contract as it stands in its file."""
    loaded = yaml.safe_load((HERE / f"{platform}.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _inlined(part: Any, root: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inlined(one, root) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        found: Any = root
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return _inlined(found, root)
    return {name: _inlined(one, root) for name, one in part.items()}


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


@lru_cache(maxsize=20_000)
def wrong_value(schema: str, value: str) -> tuple[str, ...]:
    """Say what is wrong with a JSON value, both given as JSON."""
    return tuple(f"{one.json_path}: {one.message}"[:300] for one in _validator(schema).iter_errors(json.loads(value)))


@lru_cache(maxsize=20_000)
def _wrong_text(schema: str, text: str) -> tuple[str, ...]:
    """Say what is wrong with a text that may also stand for a whole number."""
    said = wrong_value(schema, json.dumps(text))
    return wrong_value(schema, text) if said and WHOLE.fullmatch(text) else said
