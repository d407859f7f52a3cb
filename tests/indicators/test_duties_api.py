"""The treaty clock over HTTP: deadlines, obligations, requests and reports of a day and a cut."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from shared.events.indicators import CoverageDeclared
from shared.events.meetings import ExtensionDecided, InstrumentDeposited, MeetingScheduled
from shared.events.reports import ExtensionRequested, ObligationReported, ReportSubmitted
from shared.settings import Settings
from tests.indicators.conftest import TODAY, Trio, trio
from tests.indicators.plans import indicator, plan

PLAN = plan(indicator("X-1.1", {"count": "states", "where": {"said": "workplan.annual"}}))


async def tell_the_record(services: Trio) -> None:
    """Lao PDR asked the 9MSP for five years, and got them; Chile is outstanding; both reported at first."""
    for state, deposited in (("LAO", date(2009, 3, 18)), ("CHL", date(2010, 12, 16))):
        await services.told(InstrumentDeposited(state=state, instrument="accession", deposited=deposited))
        await services.told(ReportSubmitted(state=state, kind="initial", received="2011-01-28"))
        fact = {"state": state, "article": 4, "status": "outstanding", "effective": "2015-09-11", "cause": "report"}
        await services.told(ObligationReported.model_validate({**fact, "received": "2015-09-11"}))
    meeting = MeetingScheduled(meeting="9MSP", kind="MSP", opens=date(2019, 9, 2), closes=date(2019, 9, 4))
    await services.told(meeting, known={"time": "2018-09-05"})
    asked = {"request_id": "LAO-4-1", "state": "LAO", "article": 4, "for_meeting": "9MSP", "months_asked": 60}
    request = ExtensionRequested.model_validate({**asked, "received": "2019-02-26", "sections": ["a", "b"]})
    await services.told(request, known={"time": "2019-02-26"})
    covered = {"coverage_id": "c", "subjects": ["ReportSubmitted?kind=annual"], "from": "2024-07-01"}
    await services.told(
        CoverageDeclared.model_validate({**covered, "through": "2025-06-30", "completeness": "complete"})
    )


async def decided(services: Trio) -> None:
    event = ExtensionDecided(
        request_id="LAO-4-1", state="LAO", meeting="9MSP", outcome="as_requested", months=60, benchmarks=("2022: half",)
    )
    position = (await services.clients["reports"].get("/reports/ledger/head")).json()["position"]
    heard = 0
    while heard < position:  # a decision is refused until meetings has heard of the request
        await asyncio.sleep(0.01)
        rows = (await services.clients["meetings"].get("/meetings/projections")).json()
        heard = min(row["position"] for row in rows if row["source"] == "reports")
    await services.told(event, known={"time": "2019-09-04"})


def whats(answer: Any) -> list[tuple[str, str]]:
    return [(one["state"], one["what"]) for one in answer["deadlines"]]


async def test_deadlines_lie_ahead_by_day_with_article_formula_and_source(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        await decided(services)

        found = await services.ask("/deadlines", on="2019-10-01", state="LAO")

        assert (found["on"], found["cut"]["effectiveAt"], found["cut"]["knownBy"]) == ("2019-10-01",) * 3
        assert [(one["what"], one["due"], one["status"]) for one in found["deadlines"]] == [
            ("annual_report-2018", "2019-04-30", "notRecorded"),
            ("annual_report-2019", "2020-04-30", "ahead"),
            ("clearance", "2025-08-01", "ahead"),
        ]
        clearance = found["deadlines"][-1]
        assert set(clearance) == {
            "state", "article", "what", "due", "status", "formula", "source", "sources", "theme", "rule", "meeting",
            "done", "reason", "confidence",
        }  # fmt: skip
        assert (clearance["article"], clearance["theme"], clearance["rule"]) == ("4.1 a", "clearance", "CR-26")
        assert clearance["formula"] == "extended at 9MSP: 2025-08-01, the months granted from the running deadline"
        assert set(clearance["source"][0]) == {"document", "paragraph", "eventId"}
        assert clearance["source"] == clearance["sources"][:3]


async def test_the_day_is_today_unless_given_and_nobody_is_accused_beyond_coverage(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        found = await services.ask("/deadlines")

        assert found["on"] == found["cut"]["knownBy"] == TODAY.isoformat()
        assert "overdue" not in {one["status"] for one in found["deadlines"]}
        lao = next(one for one in found["deadlines"] if (one["state"], one["what"]) == ("LAO", "clearance"))
        assert (lao["due"], lao["status"], lao["meeting"]) == (None, "notRecorded", "9MSP")
        past = await services.ask("/deadlines", on="2025-06-30")
        assert ("LAO", "annual_report-2024") in [
            (one["state"], one["what"]) for one in past["deadlines"] if one["status"] == "overdue"
        ]


async def test_deadlines_can_be_narrowed_by_span_theme_meeting_and_what_is_open(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        on = "2018-11-01"

        near = await services.ask("/deadlines", on=on, within="31d")
        nearer = await services.ask("/deadlines", on=on, within="1m", theme="clearance")
        themed = await services.ask("/deadlines", on=on, theme="clearance")
        meeting = await services.ask("/deadlines", on=on, meeting="9MSP")
        every = await services.ask("/deadlines", on="2020-01-01", include="all", meeting="9MSP")

        asking = ("LAO", "extension_request-4-9MSP")
        assert asking in whats(near)  # until 2 December, 31 days ahead
        assert whats(nearer) == []
        assert set(whats(themed)) == {asking, ("LAO", "clearance"), ("CHL", "clearance")}
        assert whats(meeting) == [asking]
        told = {(one["state"], one["what"]): (one["status"], one["done"]) for one in every["deadlines"]}
        assert told[asking] == ("late", {"notBefore": "2019-02-26", "notAfter": "2019-02-26"})


async def test_an_obligation_is_told_with_the_chain_of_its_causes(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        await decided(services)

        found = await services.ask("/obligations", on="2019-10-01", article="4")
        every = await services.ask("/obligations", on="2019-10-01", state="CHL")

        assert [(one["state"], one["status"], one["deadline"]) for one in found["obligations"]] == [
            ("CHL", "outstanding", "2021-06-01"),
            ("LAO", "extended", "2025-08-01"),
        ]
        lao = found["obligations"][1]
        assert [cause["kind"] for cause in lao["chain"]] == ["rule", "ObligationReported", "ExtensionDecided"]
        assert lao["chain"][0]["when"] == {"notBefore": "2010-08-01", "notAfter": "2010-08-01"}
        assert {one["article"] for one in every["obligations"]} == {"3", "4", "5", "7.1", "7.2", "9"}
        assert {one["state"] for one in every["obligations"]} == {"CHL"}


async def test_a_request_is_told_with_its_verdicts_and_its_decision(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        (before,) = (await services.ask("/requests", state="LAO"))["requests"]
        await decided(services)
        (after,) = (await services.ask("/requests"))["requests"]
        (then,) = (await services.ask("/requests", on="2019-09-03"))["requests"]

        assert (before["status"], before["awaitsDecision"], before["decision"]) == ("submitted", True, None)
        assert (after["requestId"], after["article"], after["status"]) == ("LAO-4-1", 4, "asRequested")
        assert (after["limit"], after["timeliness"], after["length"], after["beforeExpiry"]) == (
            "2018-12-02", "late", "within", "timely",
        )  # fmt: skip
        assert (after["decision"]["until"], after["decision"]["untilBasis"]) == ("2025-08-01", "months")
        assert after["decision"]["benchmarks"] == ["2022: half"]
        assert [one["presence"] for one in after["sections"]] == ["present"] * 2 + ["missing"] * 7
        assert (then["status"], then["pending"], then["awaitsDecision"]) == ("submitted", True, False)
        assert (await services.ask("/requests", state="CHL"))["requests"] == []


async def test_the_calendar_of_reports_is_told_by_state_and_year(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        found = await services.ask("/reports", on="2025-06-30", year=2024)
        own = await services.ask("/reports", on="2025-06-30", state="CHL")

        assert [(one["state"], one["owed"], one["status"]) for one in found["reports"]] == [
            ("CHL", "yes", "overdue"),
            ("LAO", "yes", "overdue"),
        ]
        assert own["reports"][0]["kind"] == "initial"
        assert own["reports"][0]["received"] == {"notBefore": "2011-01-28", "notAfter": "2011-01-28"}
        assert [one["year"] for one in own["reports"]] == [None, *range(2011, 2026)]


async def test_a_day_is_answered_by_what_was_known_on_it_unless_more_is_asked_for(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        await services.told(
            ReportSubmitted(state="LAO", kind="annual", received="2025-08-01", covers_years=(2024,)),
        )

        then = await services.ask("/reports", on="2025-06-30", year=2024, state="LAO")
        since = await services.ask("/deadlines", on="2025-06-30", knownBy=TODAY.isoformat(), state="LAO")
        attested = await services.ask("/reports", on="2025-06-30", basis="attested")

        assert then["reports"][0]["status"] == "overdue"
        assert since["cut"]["knownBy"] == TODAY.isoformat()
        assert attested["reports"] == []
        assert attested["cut"]["positions"] == {"reports": 0, "meetings": 0, "indicators": 0}


BAD = [
    ("/deadlines?state=XXX", "query:state"),
    ("/obligations?state=lao", "query:state"),
    ("/requests?state=Laos", "query:state"),
    ("/reports?state=", "query:state"),
    ("/deadlines?within=1w", "query:within"),
    ("/deadlines?within=1000d", "query:within"),
    ("/deadlines?within=", "query:within"),
    ("/deadlines?theme=peace", "query:theme"),
    ("/deadlines?meeting=99MSP", "query:meeting"),
    ("/deadlines?include=some", "query:include"),
    ("/deadlines?on=2008-05-29", "query:on"),
    ("/deadlines?on=2101-01-01", "query:on"),
    ("/deadlines?on=soon", "query:on"),
    ("/deadlines?effectiveAt=2025-01-01", "query:effectiveAt"),
    ("/deadlines?knownBy=2030-01-01", "query:knownBy"),
    ("/deadlines?positions=reports:99", "query:positions"),
    ("/obligations?article=6", "query:article"),
    ("/reports?year=2007", "query:year"),
]


async def test_a_parameter_that_cannot_be_is_a_problem_that_names_it(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        answers = {path: await services.get(path) for path, _ in BAD}

        found = [(path, one.status_code, one.json()["field"]) for path, one in answers.items()]
        assert found == [(path, 422, field) for path, field in BAD]
        assert {one.headers["content-type"] for one in answers.values()} == {"application/problem+json"}


async def test_the_first_and_the_last_day_that_can_be_asked_about_are_answered(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        assert (await services.ask("/deadlines", on="2008-05-30"))["deadlines"] == []
        last = await services.ask("/deadlines", on="2100-12-31", within="999y")
        assert last["on"] == "2100-12-31"


async def test_while_a_service_does_not_answer_the_clock_says_that_it_may_be_stale(settings: Settings) -> None:
    async with trio(settings, [PLAN], without=["meetings"]) as services:
        assert (await services.ask("/deadlines"))["stale"] is True
