"""`stocktake projections`: how the read models stand, and their generations: built, compared, switched, rolled back."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.cli.client import SERVICES, Failed, System
from services.cli.output import AsJson, console, plain, print_json, progress_console, table

projections_app = typer.Typer(no_args_is_help=True, help="The read models, how far they are, and their generations.")

LOOK = 0.2
"""Seconds between two looks at a generation that is being built."""

STATUS = (
    "service", "projection", "generation", "role", "source", "position", "head", "lag", "rate", "state", "parked",
    "error",
)  # fmt: skip

Hold = Annotated[bool, typer.Option("--hold", help="Build and compare, but do not switch.")]


@projections_app.command("status")
def status(as_json: AsJson = False) -> None:
    """How far each generation of each read model has come in each ledger it hears; the live ones answer."""
    found = _projections()
    if as_json:
        print_json(found)
        return
    made = table(None, STATUS, numbers=("generation", "position", "head", "lag", "rate", "parked"))
    for row in found:
        made.add_row(*(plain(row.get(column)) for column in STATUS))
    console().print(made)


@projections_app.command("rebuild")
def rebuild(name: str, hold: Hold = False, as_json: AsJson = False) -> None:
    """Make a read model anew beside the live one, compare the two, and switch when they are equal."""
    at = _path(name)
    generation = System().post(f"{at}/rebuild")["generation"]
    _wait_built(name, generation)
    found = System().get(f"{at}/diff")
    switched = found["equal"] and not hold
    if switched:
        System().post(f"{at}/switch")
    if as_json:
        print_json({"projection": name, "generation": generation, "switched": switched, "difference": found})
    elif switched:
        console().print(f"{name}: generation {generation} equals the one before it and answers now", markup=False)
    elif found["equal"]:
        console().print(
            f"{name}: generation {generation} equals the live one and is held; `stocktake projections switch {name}`",
            markup=False,
        )
    if not found["equal"] and not hold:
        raise Failed(f"{name}: not switched, generation {generation} differs in {_where(found)}; {_next(name)}")
    if not found["equal"] and not as_json:
        console().print(f"{name}: generation {generation} differs in {_where(found)}; {_next(name)}", markup=False)


@projections_app.command("diff")
def diff(name: str, as_json: AsJson = False) -> None:
    """The live rows and those beside them at equal positions: tables, rows, figure sets. Exit 1 when they differ."""
    found = System().get(f"{_path(name)}/diff")
    if as_json:
        print_json(found)
    else:
        _show(found)
    if not found["equal"]:
        raise Failed(f"{name}: the generations differ in {_where(found)}")


@projections_app.command("switch")
def switch(name: str, as_json: AsJson = False) -> None:
    """Let the candidate answer; what answered until now is kept up, to go back to."""
    _pointed(System().post(f"{_path(name)}/switch"), as_json)


@projections_app.command("rollback")
def rollback(name: str, as_json: AsJson = False) -> None:
    """Let the generation answer that did before the last switch."""
    _pointed(System().post(f"{_path(name)}/rollback"), as_json)


def _projections() -> list[dict[str, Any]]:
    return [{"service": name, **row} for name in SERVICES for row in System().get(f"/{name}/projections")]


def _path(name: str) -> str:
    """Where the projection is operated. Raises Failed for a name that nothing has."""
    rows = _projections()
    owner = next((row["service"] for row in rows if row["projection"] == name), None)
    if owner is None:
        known = ", ".join(sorted({row["projection"] for row in rows})) or "none"
        raise Failed(f"no projection is called {name!r}; there are: {known}")
    return f"/{owner}/projections/{name}"


def _wait_built(name: str, generation: int) -> None:
    """Until the generation holds as much as the live one; how far it is goes to stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}/s"))
    told = progress_console()
    with Progress(*columns, console=told, transient=True, disable=not told.is_terminal) as shown:
        bar = shown.add_task(f"{name} generation {generation}", total=None, rate="–")
        while True:
            rows = [row for row in _projections() if row["projection"] == name]
            ours = {row["source"]: row for row in rows if row["generation"] == generation}
            shown.update(bar, **_progress(list(ours.values())))
            if _is_built(name, rows, ours):
                return
            time.sleep(LOOK)


def _is_built(name: str, rows: Sequence[Mapping[str, Any]], ours: Mapping[str, Mapping[str, Any]]) -> bool:
    """Raises Failed when it never will be."""
    if not ours:
        raise Failed(f"{name}: another rebuild took the place of this one")
    live = [row for row in rows if row["role"] == "live"]
    if all(ours[row["source"]]["position"] >= row["position"] for row in live):
        return True
    if stopped := next((row for row in ours.values() if row["state"] == "stopped"), None):
        raise Failed(f"{name}: the candidate has stopped, the live rows answer on: {stopped['error']}")
    return False


def _progress(ours: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rates = [row["rate"] for row in ours if row["rate"] is not None]
    done, total = (sum(row[field] for row in ours) for field in ("position", "head"))
    return {"completed": done, "total": total, "rate": round(sum(rates)) if rates else "–"}


def _where(found: Mapping[str, Any]) -> str:
    """What differs, in words."""
    tables = [f"{one['table']} ({one['differing']} rows)" for one in found["tables"] if not one["equal"]]
    sets = [one["name"] for one in found["sets"] if one["live"] != one["other"]]
    parked = ["the events set aside"] if found["parked"][0] != found["parked"][1] else []
    return "; ".join([*tables, *([f"figures of {', '.join(sets)}"] if sets else []), *parked])


def _next(name: str) -> str:
    return f"`stocktake projections diff {name}` names the rows, `stocktake projections switch {name}` takes it"


def _show(found: Mapping[str, Any]) -> None:
    live, other = found["live"]["number"], found["other"]["number"]
    at = ", ".join(f"{source}:{position}" for source, position in found["positions"].items())
    console().print(f"{found['projection']}: live {live}, {found['role']} {other}, both at {at}", markup=False)
    made = table(
        None, ("table", "live rows", "other rows", "differing"), numbers=("live rows", "other rows", "differing")
    )
    for one in found["tables"]:
        rows = ((one[side] or {}).get("rows") for side in ("live", "other"))
        made.add_row(plain(one["table"]), *map(plain, rows), plain(one["differing"]))
    console().print(made)
    for one in found["tables"]:
        for row in one["named"]:
            console().print(f"{one['table']} {_named(row)}", markup=False)
    for one in found["sets"]:
        same = "equal" if one["live"] == one["other"] else "differ"
        console().print(f"figures of {one['name']}: {same} ({one['live']}, {one['other']})", markup=False)


def _named(row: Mapping[str, Any]) -> str:
    key = ", ".join(f"{name} {value}" for name, value in row["key"].items())
    columns = "; ".join(f"{name}: {live} -> {other}" for name, (live, other) in row["columns"].items())
    return f"{row['change']}: {key}" + (f": {columns}" if columns else "")


def _pointed(answer: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    beside = next((f"{role} {answer[role]}" for role in ("previous", "candidate") if role in answer), "none")
    console().print(
        f"{answer['projection']}: generation {answer['live']} answers now; beside it {beside}", markup=False
    )
