"""What was promised to subscribers: today's event classes keep every schema that is written down in docs/schemas."""

from __future__ import annotations

from pathlib import Path

from shared.events import contract
from shared.events.registry import BrokenUpcasterChain, check_chain


def faults_in_repository(root: Path) -> list[str]:
    """The broken promises and stale files of this repository."""
    try:
        check_chain()
    except BrokenUpcasterChain as broken:
        return [f"upcasters: {broken}"]
    return contract.faults(root / "docs")
