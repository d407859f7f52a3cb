"""`stocktake correct|revise|retract`: change what is recorded and say who asks and why; nothing is overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer

from services.cli.client import SERVICES, Failed, System
from services.cli.output import AsJson, console, plain, print_json, table
from shared.events.base import CLOCK, RETRACT, Event
from shared.events.registry import EVENT_TYPES

Role = Literal["registrar", "state"]
EventId = Annotated[str, typer.Argument(metavar="EVENT_ID", help="The event; `explain` and `ledger tail` show ids.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="A field's new value in JSON or as text; null leaves it out."),
]
Passages = Annotated[
    list[str] | None, typer.Option("--passage", metavar="DOCUMENT#PARAGRAPH", help="Where a document says so.")
]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="By when it was held, where not by its receipt: a day, or `by DAY`.")
]
Received = Annotated[str | None, typer.Option("--received", help="When the State's word was received.")]
OnBehalfOf = Annotated[str | None, typer.Option("--on-behalf-of", help="Who asked for it.")]

amend_app = typer.Typer()


@amend_app.command()
def correct(
    event_id: EventId,
    reason: Reason,
    changed: Set = None,
    passages: Passages = None,
    known_at: KnownAt = None,
    role: Annotated[Role, typer.Option("--role", help="Who found it: the registrar, or the State.")] = "registrar",
    on_behalf_of: OnBehalfOf = None,
    as_json: AsJson = False,
) -> None:
    """We entered it wrongly: the fact told right takes its place, as if it had been so from the start."""
    event = found(event_id)
    body = {
        "fact": fact_with(event, changed or ()),
        "passages": [passage(one) for one in passages] if passages else event["passages"],
        **_known(known_at),
        "corrects": event_id,
        "role": role,
    }
    _send(event, kind_of(event).command, body, reason, on_behalf_of, as_json)


@amend_app.command()
def revise(
    event_id: EventId,
    reason: Reason,
    passages: Annotated[list[str], typer.Option("--passage", metavar="DOCUMENT#PARAGRAPH", help="Where it says so.")],
    received: Annotated[str, typer.Option("--received", help="When the State's revision was received.")],
    changed: Set = None,
    known_at: KnownAt = None,
    on_behalf_of: OnBehalfOf = None,
    as_json: AsJson = False,
) -> None:
    """The State says otherwise now: from the receipt of that on the new fact takes the old one's place."""
    event = found(event_id)
    fact = fact_with(event, changed or ())
    dated = "received" in kind_of(event).model_fields
    body = {
        "fact": fact | ({"received": value(received)} if dated else {}),
        "passages": [passage(one) for one in passages],
        **_known(known_at or (None if dated else received)),
        "revises": event_id,
        "role": "state",
    }
    _send(event, kind_of(event).command, body, reason, on_behalf_of, as_json)


@amend_app.command()
def retract(
    event_id: EventId,
    reason: Reason,
    passages: Annotated[list[str], typer.Option("--passage", metavar="DOCUMENT#PARAGRAPH", help="Where it says so.")],
    role: Annotated[Role, typer.Option("--role", help="The registrar's takes it back from the start.")],
    received: Received = None,
    on_behalf_of: OnBehalfOf = None,
    as_json: AsJson = False,
) -> None:
    """It should not count: taken back by its State from a day on, or by the registrar from the start."""
    event = found(event_id)
    body = {"target": event_id, "role": role, "passages": [passage(one) for one in passages]}
    if received is not None:
        body["received"] = value(received)
    _send(event, RETRACT, body, reason, on_behalf_of, as_json)


def found(event_id: str) -> dict[str, Any]:
    """The event, in whichever ledger it lies. Raises Failed."""
    system = System()
    for ledger in SERVICES:
        event = system.get_or_none(f"/{ledger}/ledger/events/{quote(event_id, safe='')}")
        if event is not None:
            return dict(event)
    raise Failed(f"no ledger holds an event {event_id}")


def kind_of(event: Mapping[str, Any]) -> type[Event]:
    """The class of an event. Raises Failed for one that no command records."""
    kind = EVENT_TYPES.get(event["type"])
    if kind is None or kind.command in (CLOCK, RETRACT):
        raise Failed(f"a {event['type'].rsplit('.', 1)[-1]} is not changed by command; it can at most be retracted")
    return kind


def fact_with(event: Mapping[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """The event's fact with some fields set anew. Raises Failed for a field that it cannot have."""
    fact = {name: held for name, held in event["data"].items() if name != "amendment"}
    fields = {field.alias or name for name, field in kind_of(event).model_fields.items()} - {"amendment"}
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise Failed(f"--set {change}: write FIELD=VALUE")
        if name not in fields:
            raise Failed(f"--set {name}: there is no such field; there are: {', '.join(sorted(fields))}")
        fact[name] = value(text)
    return {name: held for name, held in fact.items() if held is not None}


def value(text: str) -> Any:
    """What was written as JSON, else as text: `2024` is a number, `2024-12-05` and `yes` are texts."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def passage(text: str) -> dict[str, str]:
    """`CCM/MSP/2025/9#86` as a passage. Raises Failed."""
    document, hash_, paragraph = text.partition("#")
    if not (document and hash_ and paragraph):
        raise Failed(f"--passage {text}: write DOCUMENT#PARAGRAPH, as CCM/MSP/2025/9#86")
    return {"document": document, "paragraph": paragraph}


def _known(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    day = text.removeprefix("by ").strip()
    return {"known": {"time": day, "precision": "day" if day == text else "by"}}


def changes_of(event: Mapping[str, Any], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs: the fields of the fact, its passages, and by when it was known where that is said."""
    if "fact" not in body:
        return [{"field": "stands", "before": True, "after": False}]
    old, new = {k: v for k, v in event["data"].items() if k != "amendment"}, body["fact"]
    pairs = [(name, old.get(name), new.get(name)) for name in sorted({*old, *new})]
    pairs.append(("passages", _places(event["passages"]), _places(body["passages"])))
    if "known" in body:
        pairs.append(("known", _day(event["knowntime"], event["knownprecision"]), _day(**body["known"])))
    return [{"field": name, "before": was, "after": is_} for name, was, is_ in pairs if was != is_]


def _places(passages: Sequence[Mapping[str, str]]) -> list[str]:
    return sorted(f"{one['document']}#{one['paragraph']}" for one in passages)


def _day(time: str, precision: str) -> str:
    return f"by {time}" if precision == "by" else time


def _send(
    event: Mapping[str, Any], command: str, body: dict[str, Any], reason: str, on_behalf_of: str | None, as_json: bool
) -> None:
    body["reason"] = reason
    if on_behalf_of is not None:
        body["onBehalfOf"] = on_behalf_of
    changes = changes_of(event, body)
    answer = System().post(f"/{event['ledger']}/commands/{command}", body)
    if as_json:
        print_json({**answer, "changes": changes})
        return
    console().print(f"{event['type'].rsplit('.', 1)[-1]} on {event['stream']}", style="bold", markup=False)
    made = table(None, ("", "before", "now"))
    for change in changes:
        made.add_row(change["field"], _shown(change["before"]), _shown(change["after"]))
    console().print(made)
    done = "recorded before as" if answer["replayed"] else "recorded as"
    console().print(f"{done} event {answer['ids'][0]}, {answer['ledger']} {answer['position']}", markup=False)


def _shown(held: Any) -> Any:
    return plain(held if held is None or isinstance(held, str) else json.dumps(held, ensure_ascii=False))
