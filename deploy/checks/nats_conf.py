"""What nats.conf must hold; nats-server itself reads it, and the settings a power failure depends on are there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

WANTED = {
    "sync_interval: always": r"^\s*sync_interval:\s*always\s*$",
    "a store_dir for JetStream": r"^\s*store_dir:",
    "monitoring on loopback only": r'^\s*http:\s*"127\.0\.0\.1:\d+"\s*$',
}


def faults_in_repository(root: Path) -> list[str]:
    """The faults of this repository's file."""
    return faults(root / "deploy" / "nats.conf")


def faults(file: Path) -> list[str]:
    """Every fault in words."""
    text = file.read_text(encoding="utf-8")
    missing = [f"lacks {what}" for what, pattern in WANTED.items() if not re.search(pattern, text, re.MULTILINE)]
    return [*missing, *_servers_opinion(file)]


def _servers_opinion(file: Path) -> Iterator[str]:
    server = Path(sys.executable).parent / "nats-server"
    answer = subprocess.run([server, "-t", "-c", file], capture_output=True, text=True, check=False)
    if answer.returncode:
        yield f"nats-server says: {answer.stderr.strip()}"
