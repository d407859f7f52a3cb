"""A retention figure of 2022, received in 2023 and revised in 2025, through the public commands of a running system."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from services.indicators.plans.definition import Plan
from shared.events.reports import RetentionReported
from shared.settings import Settings
from tests.indicators.conftest import Trio, trio
from tests.indicators.plans import indicator, plan
from tests.indicators.test_api import coverage, deposit

MEETING = "11MSP"
"""Of the cycle in which the reports for 2022 came."""

RETAINED: Plan = plan(
    indicator(
        "X-1.1",
        {"sum": "submunitions", "of": {"fact": "RetentionReported", "where": {"act": "retained"}}, "per": "state"},
        population=None,
        unit="submunitions",
        window={"covers": "reportYear"},
    ),
    kinds=["RetentionReported"],
    codes={},
    populations={},
    cycles=[{"cycle": MEETING, "from": "2022-07-01", "to": "2023-06-30", "meeting": MEETING, "reportYear": 2022}],
)


class Calendar:
    """The day on which the system lives; whoever tells the time by it turns its pages."""

    def __init__(self) -> None:
        self.turn_to("2023-05-02")

    def turn_to(self, day: str) -> None:
        """It is noon of this day."""
        self._noon = datetime.combine(date.fromisoformat(day), time(12), UTC)

    def now(self) -> datetime:
        """The time of recording."""
        return self._noon

    def today(self) -> date:
        """The day in UTC."""
        return self._noon.date()


def retained(received: str, submunitions: int) -> RetentionReported:
    return RetentionReported.model_validate(
        {"state": "CHE", "year": 2022, "act": "retained", "received": received, "submunitions": submunitions}
    )


async def submunitions(services: Trio, **cut: Any) -> tuple[str, int | None]:
    """Status and value of the figure at a cut."""
    row = await services.ask("/figures/X-1.1", meeting=MEETING, **cut)
    return row["status"], row["value"]


async def test_the_old_value_by_2023_the_new_one_by_2025_and_restate_names_the_event(settings: Settings) -> None:
    calendar = Calendar()
    async with trio(settings, [RETAINED], today=calendar.today, now=calendar.now) as services:
        await services.told(deposit("CHE", "2012-07-17"))
        old = await services.told(retained("2023-04-28", 48))
        calendar.turn_to("2023-06-30")
        await services.told(coverage("retention", "RetentionReported", first="2008-05-30", through="2023-06-30"))
        calendar.turn_to("2023-07-01")
        held_then = await services.ask("/figures/X-1.1", meeting=MEETING, basis="attested", knownBy="2023-06-30")
        calendar.turn_to("2025-03-20")
        new = await services.told(
            retained("2025-03-12", 36), revises=old, role="state", reason="an updated report for 2022"
        )
        calendar.turn_to("2026-11-21")

        assert await submunitions(services, knownBy="2023-06-30") == ("computed", 48)
        assert await submunitions(services, knownBy="2025-03-11") == ("computed", 48)
        assert await submunitions(services, knownBy="2025-06-30") == ("computed", 36)

        assert (held_then["status"], held_then["value"]) == ("computed", 48)
        attested = await services.ask("/figures/X-1.1", meeting=MEETING, basis="attested", knownBy="2023-06-30")
        assert attested == held_then
        assert await submunitions(services, basis="attested", knownBy="2025-03-19") == ("computed", 48)
        assert await submunitions(services, basis="attested", knownBy="2025-03-20") == ("computed", 36)
        assert await submunitions(services, basis="attested", knownBy="2023-05-01") == ("notHeld", None)

        found = await services.ask("/restatements/X-1.1", **{"from": MEETING, "to": "now"})
        (step,) = found["steps"]
        assert (found["reconstructed"]["value"], found["now"]["value"], found["difference"]) == (48, 36, -12)
        assert (step["cause"], step["before"], step["after"], step["difference"]) == ("revision", 48, 36, -12)
        assert [(one["id"], one["revises"], one["state"], one["known"]) for one in step["events"]] == [
            (new, old, "CHE", "2025-03-12")
        ]
        replayed = await services.ask(f"/replay/{MEETING}", knownBy="2023-06-30", basis="attested")
        assert replayed["figures"][0]["parts"][0]["value"] == "48"
