"""What the collector's configuration must hold: pipelines for what the services send, of parts that are defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

SIGNALS = ("traces", "metrics")
KINDS = ("receivers", "processors", "exporters")


def faults_in_repository(root: Path) -> list[str]:
    """The faults of this repository's file."""
    text = (root / "deploy" / "otel" / "collector.yaml").read_text(encoding="utf-8")
    return list(faults(yaml.safe_load(text)))


def faults(config: Mapping[str, Any]) -> Iterator[str]:
    """Every fault in words."""
    pipelines: Mapping[str, Any] = config.get("service", {}).get("pipelines", {})
    yield from (f"no pipeline for {signal}" for signal in SIGNALS if signal not in pipelines)
    for kind in KINDS:
        used = {part for pipeline in pipelines.values() for part in pipeline.get(kind, [])}
        defined = set(config.get(kind) or {})
        yield from (f"{part} is used among the {kind} and defined nowhere" for part in sorted(used - defined))
        yield from (f"{part} is defined among the {kind} and used nowhere" for part in sorted(defined - used))
