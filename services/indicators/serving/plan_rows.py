"""Plans as queries show them: actions in their order, each indicator with its formula in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.indicators.plans.definition import Plan
from services.indicators.plans.words import formula, population_name
from services.indicators.world.record import Defined, Record


def listed(record: Record, files: Mapping[str, Plan]) -> list[dict[str, Any]]:
    """Every plan that defines indicators."""
    return [
        {"id": plan, "title": _title(plan, files), "indicators": len(record.indicators(plan))}
        for plan in record.plans()
    ]


def shown(plan: str, record: Record, files: Mapping[str, Plan]) -> dict[str, Any]:
    """A plan with its actions and indicators, by their latest definitions."""
    actions: dict[str, list[Defined]] = {}
    for indicator in record.indicators(plan):
        latest = record.versions[indicator][-1]
        actions.setdefault(latest.definition.indicator.action, []).append(latest)
    return {
        "id": plan,
        "title": _title(plan, files),
        "actions": [
            {
                "action": action,
                "title": None,
                "section": versions[0].definition.indicator.section,
                "indicators": [_indicator(one) for one in versions],
            }
            for action, versions in actions.items()
        ],
    }


def _title(plan: str, files: Mapping[str, Plan]) -> str:
    return files[plan].title if plan in files else plan


def _indicator(defined: Defined) -> dict[str, Any]:
    indicator = defined.definition.indicator
    return {
        "id": indicator.id,
        "title": indicator.title,
        "unit": indicator.unit,
        "population": population_name(indicator.population),
        "series": indicator.series,
        "formula": formula(defined.definition),
        "computability": indicator.computability,
        "evidence": indicator.evidence,
        "readings": list(indicator.readings),
        "version": defined.version,
        "inForce": defined.in_force.isoformat(),
        "definitionHash": defined.hash,
    }
