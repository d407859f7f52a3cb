"""What nats.conf must hold; nats-server itself reads it, and the settings a power failure depends on are there."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shared.bus.subscribers import accounts_config, new_key, public_key

WANTED = {
    "sync_interval: always": r"^\s*sync_interval:\s*always\s*$",
    "a store_dir for JetStream": r"^\s*store_dir:",
    "the accounts, so that nobody is let in without a key": r'^\s*include\s+"bus/accounts\.conf"\s*$',
    "monitoring on loopback only": r'^\s*http:\s*"127\.0\.0\.1:\d+"\s*$',
}


def faults_in_repository(root: Path) -> list[str]:
    """The faults of this repository's file."""
    return faults(root / "deploy" / "nats.conf")


def faults(file: Path) -> list[str]:
    """Every fault in words."""
    text = file.read_text(encoding="utf-8")
    missing = [f"lacks {what}" for what, pattern in WANTED.items() if not re.search(pattern, text, re.MULTILINE)]
    with tempfile.TemporaryDirectory() as folder:
        return [*missing, *_servers_opinion(beside_accounts(text, Path(folder)))]


def beside_accounts(text: str, folder: Path) -> Path:
    """A copy of the configuration in `folder`, with the accounts that it includes: as deployed, with a key made now."""
    key = folder / "bus" / "services.nk"
    key.parent.mkdir()
    key.write_text(new_key()[0], encoding="utf-8")
    ours = f'{{ nkey: "{public_key(key.read_text(encoding="utf-8"))}" }}'
    (key.parent / "accounts.conf").write_text(accounts_config(ours, []), encoding="utf-8")
    copy = folder / "nats.conf"
    copy.write_text(text, encoding="utf-8")
    return copy


def _servers_opinion(file: Path) -> Iterator[str]:
    server = Path(sys.executable).parent / "nats-server"
    answer = subprocess.run([server, "-t", "-c", file], capture_output=True, text=True, check=False)
    if answer.returncode:
        yield f"nats-server says: {answer.stderr.strip()}"
