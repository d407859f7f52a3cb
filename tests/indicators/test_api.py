"""The service over HTTP, with its neighbours, real ledgers, a real nats-server and real projections."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.indicators.plans.definition import BrokenCatalogue
from shared.bus.server import NatsServer
from shared.events.indicators import CoverageDeclared, CycleDefined, FigurePublished
from shared.events.meetings import InstrumentDeposited, WithdrawalNotified
from shared.events.reports import PracticeReported
from shared.settings import Settings
from tests.indicators.conftest import PASSAGE, TODAY, Trio, trio
from tests.indicators.plans import indicator, plan

HAS_WORK_PLAN = {"count": "states", "where": {"said": "workplan.annual"}}

PLAN = plan(
    indicator("X-1.1", HAS_WORK_PLAN, readings=["we read it so"]),
    indicator("X-2.1", {"none": "no source"}, computability="N"),
    indicator("X-2.2", {"percent": {"of": {"said": "workplan.annual"}, "over": "parties"}}),
)


def statement(state: str, code: str = "workplan.annual", received: Any = "2025-04-30", **more: Any) -> PracticeReported:
    fields = {"answer": "yes", "period_from": "2024-01-01", "period_to": "2024-12-31", **more}
    return PracticeReported.model_validate({"reporter": state, "code": code, "received": received, **fields})


def deposit(state: str, on: str = "2010-01-05") -> InstrumentDeposited:
    return InstrumentDeposited(state=state, instrument="accession", deposited=date.fromisoformat(on))


def coverage(id: str, *subjects: str, first: str = "2024-07-01", through: str = "2025-06-30") -> CoverageDeclared:
    return CoverageDeclared(
        coverage_id=id,
        subjects=subjects,
        from_=date.fromisoformat(first),
        through=date.fromisoformat(through),
        completeness="complete",
    )


async def tell_the_record(services: Trio) -> None:
    await services.told(deposit("LAO"))
    await services.told(deposit("LTU", "2010-02-05"))
    await services.told(WithdrawalNotified(state="LTU", received=date(2024, 9, 6)))
    await services.told(statement("LAO"))
    await services.told(statement("LTU"))
    await services.told(coverage("clock", "InstrumentDeposited", "WithdrawalNotified", first="2008-05-30"))
    await services.told(coverage("a", "workplan.annual"))
    await services.told(
        FigurePublished(
            figure_id="F-1",
            indicators=("X-1.1",),
            cycle="13MSP",
            as_printed="01",
            value="1",
            place="row 1",
            role="table",
            printed=date(2025, 9, 9),
        )
    )


async def test_a_figure_is_there_as_soon_as_its_facts_are_recorded(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        found = await services.ask("/figures/X-1.1", meeting="13MSP")

        assert (found["status"], found["value"], found["members"]) == ("computed", 2, ["LAO", "LTU"])
        assert (found["denominator"], found["published"]) == (["LAO"], "1")
        assert found["cut"] == {
            "basis": "reconstructed",
            "knownBy": "2025-06-30",
            "effectiveAt": "2025-06-30",
            "positions": {"reports": 2, "meetings": 3, "indicators": 8},
        }
        assert "stale" not in found
        await services.told(statement("AFG"))
        await services.told(deposit("AFG"))
        assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["value"] == 3


async def test_a_corrected_or_retracted_fact_changes_the_figure_and_an_earlier_cut_stays(settings: Settings) -> None:
    why = {"role": "registrar", "reason": "a slip of ours"}
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        wrong = await services.told(statement("AFG"))
        await services.told(deposit("AFG"))
        before = await services.ask("/figures/X-1.1", meeting="13MSP")
        positions = ",".join(f"{ledger}:{position}" for ledger, position in before["cut"]["positions"].items())

        right = await services.told(statement("AFG", answer="no"), corrects=wrong, **why)
        assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["members"] == ["LAO", "LTU"]
        again = await services.told(statement("AFG", answer="yes"), corrects=right, **why)
        assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["members"] == ["AFG", "LAO", "LTU"]
        assert (await services.retract("reports", again)).status_code == 201
        assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["members"] == ["LAO", "LTU"]
        assert await services.ask("/figures/X-1.1", meeting="13MSP", positions=positions) == before


async def test_what_was_printed_is_corrected_and_taken_back_and_definitions_are_not(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        events = (await services.ask("/ledger/events"))["events"]
        printed = next(event for event in events if event["type"].endswith("FigurePublished"))
        defined = next(event for event in events if event["type"].endswith("IndicatorDefined"))

        mended = FigurePublished.model_validate(printed["data"] | {"as_printed": "02", "value": "2"})
        right = await services.told(mended, corrects=printed["id"], role="registrar", reason="misread")
        assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["published"] == "2"
        assert (await services.retract("indicators", right)).status_code == 201
        assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["published"] is None
        refused = await services.retract("indicators", defined["id"])
        assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "not-amendable")


async def test_the_same_cut_given_again_gives_the_same_answer(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        before = await services.ask("/figures/X-1.1", meeting="13MSP")
        await services.told(statement("AFG"))
        await services.told(deposit("AFG"))
        positions = ",".join(f"{ledger}:{position}" for ledger, position in before["cut"]["positions"].items())

        assert await services.ask("/figures/X-1.1", meeting="13MSP", positions=positions) == before


async def test_the_table_holds_every_indicator_once_and_with_evidence_if_asked(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        table = await services.ask("/figures", plan="X", meeting="13MSP")
        opened = await services.ask("/figures", plan="X", meeting="13MSP", evidence="true")

        assert [row["indicator"] for row in table["figures"]] == ["X-1.1", "X-2.1", "X-2.2"]
        assert all(row["cut"] == table["cut"] for row in table["figures"])
        assert "states" not in table["figures"][0]
        assert [state["iso3"] for state in opened["figures"][0]["states"]] == ["LAO", "LTU"]


async def test_an_explanation_opens_into_states_passages_and_event_ids(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        found = await services.ask("/explanations/X-1.1", meeting="13MSP")

        lao, ltu = found["states"]
        assert lao["evidence"][0]["document"] == "D"
        assert len(lao["evidence"][0]["eventId"]) == 36
        assert ltu["leftOn"] == "2025-03-06"
        assert found["withoutFormer"] == 1
        assert found["formula"].startswith("Number of States Parties that report “work plans”")
        assert found["readings"] == ["we read it so"]


async def test_reconciliation_lists_each_figure_beside_print(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        first, second, third = await services.ask("/reconciliation/13MSP", plan="X")

        assert (first["outcome"], first["computed"], first["published"]) == ("differs", 2, "1")
        assert "leaving out LTU" in first["reason"]
        assert second["outcome"] == third["outcome"] == "notPublished"
        assert set(first) == {"indicator", "outcome", "computed", "published", "publishedElsewhere", "reason"}


async def test_a_population_is_asked_for_on_a_day(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        for on, members in (("2025-03-05", ["LAO", "LTU"]), ("2025-03-06", ["LAO"]), ("2010-07-31", [])):
            found = await services.ask("/populations/parties", on=on)

            assert (found["name"], found["on"], found["members"], found["possible"]) == ("parties", on, members, [])


async def test_plans_cycles_and_statements_can_be_listed(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        assert await services.ask("/plans") == [{"id": "X", "title": "a plan", "indicators": 3}]
        shown = await services.ask("/plans/X")
        assert [one["action"] for one in shown["actions"]] == ["1", "2"]
        assert shown["actions"][1]["indicators"][0]["formula"] == "Not computable: no source"
        assert [one["cycle"] for one in await services.ask("/cycles")] == ["12MSP", "13MSP"]
        said = (await services.ask("/statements", code="workplan.annual", meeting="13MSP"))["statements"]
        assert [(one["state"], one["answer"]) for one in said] == [("LAO", "yes"), ("LTU", "yes")]


NO_SUCH_THING = [
    ("/figures/X-9.9?meeting=13MSP", 404, "indicator-unknown"),
    ("/figures/X-1.1?meeting=13MSP&definition=7", 404, "indicator-unknown"),
    ("/figures/X-1.1?meeting=99MSP", 404, "meeting-unknown"),
    ("/figures/X-1.1", 422, "meeting-missing"),
    ("/figures/X-1.1?meeting=2019-01-01", 422, "cycle-ambiguous"),
    ("/figures/X-1.1?meeting=13MSP&knownBy=2030-01-01", 422, "future"),
    ("/figures/X-1.1?meeting=13MSP&knownBy=yesterday", 422, "invalid"),
    ("/figures/X-1.1?meeting=13MSP&basis=guessed", 422, "invalid"),
    ("/figures/X-1.1?meeting=13MSP&positions=reports:99", 422, "position-ahead"),
    ("/figures?plan=Y&meeting=13MSP", 404, "plan-unknown"),
    ("/reconciliation/13MSP?plan=Y", 404, "plan-unknown"),
    ("/plans/Y", 404, "plan-unknown"),
    ("/populations/nobody?on=2025-01-01", 404, "population-unknown"),
    ("/statements?code=zzz&meeting=13MSP", 404, "code-unknown"),
]


async def test_what_does_not_exist_is_a_problem_that_says_so(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        answers = {path: await services.get(path) for path, _, _ in NO_SUCH_THING}

        found = [(path, one.status_code, one.json()["type"].rsplit("/", 1)[1]) for path, one in answers.items()]
        assert found == NO_SUCH_THING
        assert {one.headers["content-type"] for one in answers.values()} == {"application/problem+json"}


async def test_attested_before_the_first_event_is_not_held(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        found = await services.ask("/figures/X-1.1", meeting="13MSP", basis="attested")

        assert (found["status"], found["value"]) == ("notHeld", None)
        assert found["cut"]["positions"] == {"reports": 0, "meetings": 0, "indicators": 0}


async def test_while_a_service_does_not_answer_what_is_projected_of_it_counts_and_is_marked(settings: Settings) -> None:
    async with trio(settings, [PLAN], without=["reports"]) as services:
        await tell_the_record(services)
        await services.projected("reports", 2)

        found = await services.ask("/figures/X-1.1", meeting="13MSP")

        assert found["stale"] is True
        assert (found["value"], found["cut"]["positions"]["reports"]) == (2, 2)


async def test_a_service_that_answers_with_an_error_makes_the_answer_stale(settings: Settings) -> None:
    from fastapi import FastAPI

    from tests.indicators.conftest import client_of

    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        assert "stale" not in await services.ask("/figures", plan="X", meeting="13MSP")

        async with client_of(FastAPI(), "reports") as nothing_there:
            services.reachable["reports"] = nothing_there
            assert (await services.ask("/figures", plan="X", meeting="13MSP"))["stale"] is True


async def test_while_the_facts_lag_behind_the_ledgers_only_earlier_positions_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NATS_URL", raising=False)
    async with NatsServer(tmp_path / "nats") as server:
        settings = Settings(data=tmp_path, nats_url=server.url)
        async with trio(settings, [PLAN], patience=0.3) as services:
            await services.projected("indicators", 5)
            await server.stop()
            await services.told(deposit("LAO"))

            behind = await services.get("/figures/X-1.1", meeting="13MSP")
            earlier = await services.get("/figures/X-1.1", meeting="13MSP", positions="meetings:0")

            assert (behind.status_code, behind.json()["type"].rsplit("/", 1)[1]) == (503, "projection-behind")
            assert (earlier.status_code, earlier.json()["status"]) == (200, "noData")

            await server.start()
            await services.projected("meetings", 1)
            assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["denominator"] == ["LAO"]


async def test_a_second_start_adds_no_event_and_answers_the_same(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        before = await services.ask("/figures", plan="X", meeting="13MSP")

    async with trio(settings, [PLAN]) as services:
        assert await services.ask("/figures", plan="X", meeting="13MSP") == before


async def test_a_definition_changed_without_a_new_version_refuses_the_start(settings: Settings) -> None:
    async with trio(settings, [PLAN]):
        pass

    changed = plan(indicator("X-1.1", {"count": "states", "where": {"said": "strategy.national"}}))
    with pytest.raises(BrokenCatalogue, match=r"X-1\.1 has changed"):
        async with trio(settings, [changed]):
            pass


async def test_a_new_version_serves_from_its_day_on_and_the_old_one_before(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

    second = indicator(
        "X-1.1",
        {"count": "states", "where": {"said": "strategy.national"}},
        version=2,
        in_force="2025-06-30",
        readings=["we read it so"],
    )
    unchanged = [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in PLAN.indicators[1:]]
    async with trio(settings, [plan(second, *unchanged)]) as services:
        now = await services.ask("/figures/X-1.1", meeting="13MSP")
        day_before = await services.ask("/figures/X-1.1", meeting="13MSP", effectiveAt="2025-06-29")
        first = await services.ask("/figures/X-1.1", meeting="13MSP", definition="1")
        latest = await services.ask("/figures/X-1.1", meeting="13MSP", effectiveAt="2025-06-29", definition="latest")

        assert (now["definition"], now["status"]) == (2, "noData")
        assert (day_before["definition"], day_before["value"]) == (1, 2)
        assert (first["definition"], first["value"]) == (1, 2)
        assert (latest["definition"], latest["status"]) == (2, "noData")


# commands


CANNOT_BE_COMPLETE: list[tuple[dict[str, Any], str]] = [
    ({"subjects": ["NoSuchEvent"]}, "/fact/subjects/0"),
    ({"subjects": ["workplan.annual", "ReportSubmitted?colour=red"]}, "/fact/subjects/1"),
    ({"subjects": ["ReportSubmitted?kind=yearly"]}, "/fact/subjects/0"),
    ({"subjects": ["workplan.annual?x=1"]}, "/fact/subjects/0"),
    ({"through": "2027-01-01"}, "/fact/through"),
    ({"through": "2024-06-30"}, "/fact/through"),
]


async def test_coverage_of_what_cannot_be_complete_is_refused(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        for fact, field in CANNOT_BE_COMPLETE:
            body = {**coverage("c", "a").data(), **fact}
            sent = {"fact": body, "passages": [PASSAGE], "known": {"time": TODAY.isoformat()}}
            answer = await services.clients["indicators"].post("/indicators/commands/DeclareCoverage", json=sent)
            assert (answer.status_code, answer.json()["field"]) == (422, field)

        assert (await services.ask("/ledger/head"))["position"] == 5


async def test_a_cycle_can_be_defined_once(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        cycle = CycleDefined(cycle="2RC", from_=date(2015, 9, 11), to=date(2020, 9, 28), meeting="2RC")
        assert (await services.tell(cycle)).status_code == 201
        assert (await services.tell(cycle)).json()["replayed"] is True

        other = CycleDefined(cycle="2RC", from_=date(2015, 9, 11), to=date(2020, 9, 29))
        assert (await services.tell(other)).json()["type"].endswith("already-recorded")
        assert (await services.ask("/figures/X-1.1", meeting="2RC"))["status"] == "noData"


async def test_a_definition_comes_from_its_plan_file_and_not_by_command(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        recorded = (await services.ask("/ledger/tail", limit=1))["events"][0]["data"]
        sent = {"fact": {**recorded, "version": 9}, "passages": [{"document": "D", "paragraph": "1"}]}
        answer = await services.clients["indicators"].post("/indicators/commands/DefineIndicator", json=sent)

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, "defined-by-catalogue")


async def test_the_same_figures_on_postgresql(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NATS_URL", raising=False)
    async with NatsServer(tmp_path / "nats") as server:
        settings = Settings(data=tmp_path, nats_url=server.url, database_url=postgres_url)
        async with trio(settings, [PLAN]) as services:
            await tell_the_record(services)

            assert (await services.ask("/figures/X-1.1", meeting="13MSP"))["members"] == ["LAO", "LTU"]


async def test_baselines_follow_the_record_and_the_day_they_are_asked_for(settings: Settings) -> None:
    draft = plan(indicator("X-1.1", HAS_WORK_PLAN, baseline={"cycle": "13MSP"}))
    async with trio(settings, [draft]) as services:
        await services.told(deposit("LAO"))
        await services.told(coverage("clock", "InstrumentDeposited", "WithdrawalNotified", first="2008-05-30"))
        await services.told(coverage("earlier", "workplan.annual", first="2023-07-01", through="2024-06-30"))
        (before,) = await services.ask("/baselines/X", asOf="2025-06-30")
        await services.told(statement("LAO"))
        await services.told(coverage("a", "workplan.annual"))
        (after,) = await services.ask("/baselines/X", asOf="2025-06-30")
        refused = await services.get("/baselines/X", asOf="2999-01-01")

        assert (before["status"], before["provisional"], before["value"]) == ("computed", True, 0)
        assert before["dataThrough"] == "2024-06-30"
        assert (after["provisional"], after["value"], after["numerator"]) == (False, 1, ["LAO"])
        assert (after["dataThrough"], after["asOf"], after["reason"]) == ("2025-06-30", "2025-06-30", None)
        assert (refused.status_code, refused.json()["field"]) == (422, "query:asOf")
        assert (await services.get("/baselines/Y")).status_code == 404
