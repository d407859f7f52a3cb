"""JSON Schema 2020-12 of what is recorded: per event type and version, as stored and as it travels (model §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from shared.events.base import Event
from shared.events.documentation import OF_A_FIGURE, said, streams_of, subject_of
from shared.events.envelope import schema_url

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

CLOUDEVENT = "CloudEvent"
"""Name in `$defs` of the wire form, whose `data` is what the schema's root describes."""

HEARTBEAT = "heartbeat"
"""Name under which the schema of `hb.<ledger>` stands beside those of the events."""

_DAY: Schema = {"type": "string", "format": "date"}
_ID: Schema = {"type": "string", "format": "uuid"}
_TEXT: Schema = {"type": "string", "minLength": 1}
_COUNTED: Schema = {"type": "integer", "minimum": 1}
_MOMENT: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$",
}
_CUT_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
_STATE: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
_FIGURE: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_./()-]{0,79}$"}


class _AsWritten(GenerateJsonSchema):
    """What is written, not what is accepted: a field that was not given is left out, never null, and a field with
    a value of its own (`confidence`) is always there."""

    schema_dialect = DIALECT

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Schema:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        return self.generate_inner(schema["schema"])

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        inner = field["schema"]
        if inner["type"] != "default":
            return super().field_is_required(field, total)
        return inner.get("default") is not None or "default_factory" in inner

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False  # `Report Year` beside `reportYear` says nothing


def event_schema(kind: type[Event]) -> Schema:
    """The schema whose `$id` is the event's `dataschema`: its root describes the stored object, which is the `data`
    of the CloudEvent; `$defs/CloudEvent` describes the message around it. `x-stream` and `x-subject` say where such
    an event stands; readers ignore fields that they do not know."""
    fields = kind.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    parts = fields.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "$id": schema_url(kind.type_name(), kind.schemaversion),
        "title": kind.__name__,
        "description": said(kind),
        "x-ledger": kind.ledger,
        "x-stream": streams_of(kind),
        "x-subject": f"{kind.type_name()}.{subject_of(kind)}",
        "type": "object",
        **_stored(kind),
        "$defs": {CLOUDEVENT: _cloudevent(kind), kind.__name__: _plain(fields), **_each_plain(parts)},
    }


def heartbeat_schema() -> Schema:
    """What is said on `hb.<ledger>` each minute."""
    properties = {
        "ledger": {"enum": ["reports", "meetings", "indicators"]},
        "head": {"type": "integer", "minimum": 0, "description": "The last position of the ledger; 0 = it is empty."},
        "time": {"type": "string", "format": "date-time"},
    }
    return {
        "$schema": DIALECT,
        "$id": schema_url(HEARTBEAT, 1),
        "title": "Heartbeat",
        "description": "Where a ledger stands, said each minute also when nothing happens, without acknowledgement.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _stored(kind: type[Event]) -> Schema:
    properties: Schema = {
        "id": _ID | {"description": "UUIDv7; with `source` the identity that repeats are known by."},
        "source": _TEXT | {"pattern": f"/{kind.ledger}$", "description": "`<origin>/<ledger>`."},
        "type": {"const": kind.type_name()},
        "schemaversion": {"const": kind.schemaversion},
        "stream": _TEXT,
        "version": _COUNTED | {"description": "Place within its stream."},
        "position": _COUNTED | {"description": "Place within its ledger: 1, 2, 3 ... without a hole."},
        "subject": _or_null(_about(kind)),
        "effective": {
            "type": "object",
            "description": "When the fact holds in the world; `to` is null while it lasts, or for a single day.",
            "properties": {
                "from": _or_null(_DAY),
                "to": _or_null(_DAY),
                "precision": {"enum": ["day", "month", "year"]},
            },
            "required": ["from", "to", "precision"],
        },
        "knowntime": _DAY | {"description": "The latest day by which the institution certainly held the fact."},
        "knownprecision": {"enum": ["day", "by"]},
        "recordedtime": _MOMENT | {"description": "When this system stored it; never earlier than the one before."},
        "actor": _TEXT,
        "onbehalfof": _or_null(_TEXT),
        **{name: _or_null(_ID) for name in ("corrects", "revises", "retracts")},
        "passages": {
            "type": "array",
            "description": "Where documents say so.",
            "items": {
                "type": "object",
                "properties": {"document": _TEXT, "paragraph": _TEXT},
                "required": ["document", "paragraph"],
            },
        },
        "data": {"$ref": f"#/$defs/{kind.__name__}"},
    }
    return {"properties": properties, "required": list(properties)}


def _cloudevent(kind: type[Event]) -> Schema:
    always: Schema = {
        "specversion": {"const": "1.0"},
        "id": _ID,
        "source": _TEXT,
        "type": {"const": kind.type_name()},
        "time": _MOMENT | {"description": "`recordedtime`."},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"const": schema_url(kind.type_name(), kind.schemaversion)},
        "sequence": {
            "type": "string",
            "pattern": "^[0-9]{20}$",
            "description": "`position`, zero-padded: without a hole per source, so that a loss shows.",
        },
        "knowntime": _DAY,
        "data": {"$ref": "#"},
    }
    sometimes: Schema = {
        "subject": _FIGURE if subject_of(kind) == OF_A_FIGURE else _STATE,
        "effectivefrom": _CUT_DAY | {"description": "Cut to its precision: `2023`, `2023-12`, `2023-12-05`."},
        "effectiveto": _CUT_DAY,
        "corrects": _ID,
        "revises": _ID,
        "retracts": _ID,
    }
    return {
        "description": "The message on NATS and on the feed: CloudEvents 1.0, structured JSON, RFC 8785 bytes.",
        "type": "object",
        "properties": always | sometimes,
        "required": list(always),
    }


def _about(kind: type[Event]) -> Schema:
    """A State, or the indicator of a figure."""
    if subject_of(kind) == OF_A_FIGURE:
        return _FIGURE | {"description": "The indicator whose figure the event is about."}
    return _STATE | {"description": "The State the fact is about; null for none or several."}


def _or_null(schema: Schema) -> Schema:
    words = {name: schema[name] for name in ("description",) if name in schema}
    return words | {"anyOf": [{k: v for k, v in schema.items() if k not in words}, {"type": "null"}]}


def _each_plain(parts: Mapping[str, Schema]) -> Schema:
    return {name: _plain(part) for name, part in parts.items()}


def _plain(schema: Schema) -> Schema:
    """Without the model's own title, and open: a later writer may add an optional field."""
    return {name: value for name, value in schema.items() if name not in ("title", "additionalProperties")}
