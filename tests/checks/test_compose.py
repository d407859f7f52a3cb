"""The compose check sees each fault it is there for; the file as it stands has none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.checks import ROOT, compose

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_the_file_has_no_fault() -> None:
    assert compose.faults_in_repository(ROOT) == []


CHANGES: list[tuple[str, Change]] = [
    ("there is no service indicators", lambda file: file["services"].pop("indicators")),
    ("image nats names no version", lambda file: file["services"]["nats"].update(image="nats")),
    ("image nats:latest names no exact version", lambda file: file["services"]["nats"].update(image="nats:latest")),
    ("image postgres:18 names no exact version", lambda file: file["services"]["postgres"].update(image="postgres:18")),
    ("older than 2.12", lambda file: file["services"]["nats"].update(image="nats:2.11.9-alpine")),
    ("postgres: no health check", lambda file: file["services"]["postgres"].pop("healthcheck")),
    ("waits for nats, which has no health check", lambda file: file["services"]["nats"].pop("healthcheck")),
    ("POSTGRES_PASSWORD holds a secret", lambda file: environment(file, "postgres", POSTGRES_PASSWORD="x")),
    ("NATS_URL holds a secret", lambda file: environment(file, "gateway", NATS_URL="nats://me:it@nats:4222")),
    ("NATS_SEED names no file", lambda file: environment(file, "gateway", NATS_SEED="")),
    ("NATS_SEED names no file", lambda file: environment(file, "reports", NATS_SEED="/elsewhere/services.nk")),
    ("could change the key", lambda file: file["services"]["meetings"].update(volumes=["bus:/bus"])),
    ("has done its work", lambda file: file["services"]["nats"]["depends_on"].update(accounts={})),
    ("only the gateway may", lambda file: file["services"]["reports"].update(ports=["127.0.0.1:8001:8000"])),
    ("beyond loopback", lambda file: file["services"]["gateway"].update(ports=["8000:8000"])),
    ("in no named volume", lambda file: file["services"]["postgres"].update(volumes=[])),
    ("which is no named volume", lambda file: file["services"]["nats"].update(volumes=["/srv/nats:/data"])),
    ("which is no file here", lambda file: file["services"]["nats"].update(volumes=["./nats.conf:/n:ro", "nats:/d"])),
    ("is not internal", lambda file: file["networks"].update(services={})),
    ("joins the default network", lambda file: file["services"]["meetings"].pop("networks")),
    ("STOCKTAKE_ORIGN is no setting", lambda file: environment(file, "reports", STOCKTAKE_ORIGN="x")),
    ("command is not", lambda file: file["services"]["gateway"].update(command=["python", "-m", "services"])),
]


def environment(file: dict[str, Any], service: str, **variables: str) -> None:
    # a copy: the four services share one mapping through YAML's anchors
    file["services"][service]["environment"] = {**file["services"][service]["environment"], **variables}


@pytest.mark.parametrize(("fault", "change"), CHANGES, ids=[fault for fault, _ in CHANGES])
def test_a_fault_is_named(file: dict[str, Any], fault: str, change: Change) -> None:
    change(file)

    assert any(fault in found for found in compose.faults(file, ROOT))


def test_a_password_from_a_file_is_no_secret_in_the_file(file: dict[str, Any]) -> None:
    environment(file, "postgres", POSTGRES_PASSWORD_FILE="/run/secrets/postgres")

    assert not any("secret" in found for found in compose.faults(file, ROOT))


def test_a_service_needs_its_module(file: dict[str, Any], tmp_path: Path) -> None:
    assert "reports: services/reports/__main__.py does not exist" in compose.faults(file, tmp_path)
