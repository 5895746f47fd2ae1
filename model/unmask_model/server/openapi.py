"""The page that describes the server to programs: OpenAPI 3.1, made from what it really reads."""

from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from unmask_model.protocol.health import Health
from unmask_model.protocol.request import InfillRequest
from unmask_model.server.dialects.routes import DIALECTS

REFERENCE = "#/components/schemas/{model}"
Json = dict[str, Any]


def openapi_page(*, guarded: bool) -> Json:
    """Return the page; `guarded` where a token is wanted."""
    schemas: Json = {}
    paths: Json = {
        "/health": {"get": _read("How the engine is.", _schema(Health, schemas))},
        "/metrics": {"get": _read("Figures for Prometheus.", {"type": "string"}, "text/plain")},
        "/v1/models": {"get": _read("The one model.", {"type": "object"})},
        "/v1/infill": {"post": _write("Fill a hole.", _schema(InfillRequest, schemas), NDJSON)},
        "/v1/unload": {"post": {"summary": "Free the model's memory.", "responses": UNLOADED}},
    }
    for path, dialect in DIALECTS.items():
        asked = _schema(dialect, schemas)
        summary = str(dialect.__doc__).partition("\n")[0]
        paths[path] = {"post": _write(summary, asked, "application/json", EVENTS)}
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Unmask", "version": version("unmask")},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": bearer},
        "security": [{"bearer": []}] if guarded else [],
    }


NDJSON = "application/x-ndjson"
EVENTS = "text/event-stream"
REFUSED = {
    "400": {"description": "The request is not valid."},
    "401": {"description": "No token, or the wrong one."},
    "429": {"description": "Too many requests; try again in a moment."},
    "503": {"description": "No model."},
}
UNLOADED = {"202": {"description": "It will be freed once no request is in work."}, **REFUSED}


def _schema(of: type[Any], schemas: Json) -> Json:
    """Put the schema of a class, and those it needs, into `schemas`; return a reference to it."""
    schema = TypeAdapter(of).json_schema(ref_template=REFERENCE)
    schemas |= schema.pop("$defs", {})
    schemas[of.__name__] = schema
    return {"$ref": REFERENCE.format(model=of.__name__)}


def _read(summary: str, schema: Json, media: str = "application/json") -> Json:
    return {"summary": summary, "responses": {**_answer(schema, media), **REFUSED}}


def _write(summary: str, asked: Json, *media: str) -> Json:
    content = {"application/json": {"schema": asked}}
    return {
        "summary": summary,
        "requestBody": {"required": True, "content": content},
        "responses": {**_answer({}, *media), **REFUSED},
    }


def _answer(schema: Json, *media: str) -> Json:
    return {"200": {"description": "OK", "content": {one: {"schema": schema} for one in media}}}
