"""A small plan for tests of the service as a whole."""

from __future__ import annotations

from typing import Any

from services.indicators.plans.definition import Plan


def indicator(id: str, measure: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "action": id.split("-")[1].split(".")[0],
        "section": "s",
        "title": f"title of {id}",
        "unit": "states",
        "population": "parties",
        "series": "reported_in_period",
        "computability": "A",
        "evidence": "e",
        "window": {"received": "cycle"},
        "measure": measure,
        **more,
    }


def plan(*indicators: dict[str, Any], **more: Any) -> Plan:
    return Plan.model_validate(
        {
            "id": "X",
            "title": "a plan",
            "document": "PLAN",
            "in_force": "2021-09-21",
            "begins": "2008-05-30",
            "codes": {
                "a": "answer to a",
                "b": "answer to b",
                "workplan.annual": "work plans",
                "strategy.national": "strategy",
            },
            "kinds": ["PracticeReported", "ReportSubmitted", "ExtensionRequested", "ObligationReported"],
            "populations": {"seekers": {"any": [{"said": "strategy.national", "in": {"received": "cycle"}}]}},
            "cycles": [
                {"cycle": "12MSP", "from": "2023-07-01", "to": "2024-06-30", "meeting": "12MSP", "reportYear": 2023},
                {
                    "cycle": "13MSP",
                    "from": "2024-07-01",
                    "to": "2025-06-30",
                    "meeting": "13MSP",
                    "previousMeeting": "12MSP",
                    "reportYear": 2024,
                    "budgetYear": 2024,
                    "ungaYear": 2024,
                },
            ],
            "indicators": list(indicators)
            or [indicator("X-1.1", {"count": "states", "where": {"said": "workplan.annual"}})],
            **more,
        }
    )
