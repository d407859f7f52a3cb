"""nats.conf is read by nats-server itself, and must keep acknowledged messages through a power failure."""

from pathlib import Path

import pytest

from deploy.checks import ROOT, nats_conf

FILE = ROOT / "deploy" / "nats.conf"


def test_the_file_has_no_fault() -> None:
    assert nats_conf.faults_in_repository(ROOT) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("sync_interval: always", "sync_interval: 2m", "lacks sync_interval: always"),
        ("  sync_interval: always", "  # sync_interval: always", "lacks sync_interval: always"),
        ('store_dir: "/data"', "", "lacks a store_dir"),
        ('http: "127.0.0.1:8222"', 'http: "0.0.0.0:8222"', "lacks monitoring on loopback"),
        ('include "bus/accounts.conf"', "", "lacks the accounts"),
        ('include "bus/accounts.conf"', '# include "bus/accounts.conf"', "lacks the accounts"),
        ("max_payload", "max_paylod", 'unknown field "max_paylod"'),
    ],
)
def test_a_fault_is_named(tmp_path: Path, before: str, after: str, fault: str) -> None:
    changed = tmp_path / "nats.conf"
    changed.write_text(FILE.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")

    assert any(fault in found for found in nats_conf.faults(changed))
