"""What docker-compose.yml must hold: all parts, exact images, health checks, no way in but one, and no secrets."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.checks.images import unpinned, version_of
from shared.settings import Settings

OURS = ("reports", "meetings", "indicators", "gateway")
PARTS = (*OURS, "accounts", "nats", "postgres", "otel-collector")
WITHOUT_HEALTH_CHECK = {
    "otel-collector",  # its image holds the one binary, and nothing waits for it
    "accounts",  # it ends when its work is done, which is waited for
}
OLDEST_NATS = (2, 12)

Service = Mapping[str, Any]

_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|PASSPHRASE|CREDENTIAL|PRIVATE_KEY")
_URL_WITH_PASSWORD = re.compile(r"://[^/@\s:]+:[^/@\s]+@")


def faults_in_repository(root: Path) -> list[str]:
    """The faults of this repository's file; asks the engine's own parser too, where there is one."""
    file = root / "docker-compose.yml"
    return [*faults(yaml.safe_load(file.read_text(encoding="utf-8")), root), *_engines_opinion(file)]


def faults(compose: Mapping[str, Any], root: Path) -> list[str]:
    """Every fault in words; `root` is where relative paths begin."""
    services: Mapping[str, Service] = compose.get("services") or {}
    found = [f"there is no service {part}" for part in PARTS if part not in services]
    for name, service in services.items():
        others = (_image(name, service), _health(name, service), _secrets(name, service), _ports(name, service))
        for check in (*others, _mounts(name, service, compose, root), _waits(name, service, services)):
            found += check
    for name in OURS:
        if name in services:
            found += [
                *_command(name, services[name], root),
                *_settings(name, services[name]),
                *_key(name, services[name]),
            ]
    return found + list(_networks(compose, services))


def _image(name: str, service: Service) -> Iterator[str]:
    if "build" in service:
        return
    image = service.get("image", "")
    if why := unpinned(image):
        yield f"{name}: {why}"
    if name == "nats" and version_of(image) < OLDEST_NATS:
        yield f"nats: {image} is older than 2.12: no atomic batches, and sync_interval is not what it seems"


def _health(name: str, service: Service) -> Iterator[str]:
    if name not in WITHOUT_HEALTH_CHECK and not service.get("healthcheck", {}).get("test"):
        yield f"{name}: no health check"


def _environment(service: Service) -> Mapping[str, str]:
    given = service.get("environment") or {}
    if isinstance(given, list):
        given = dict(entry.partition("=")[::2] for entry in given)
    return {name: str(value or "") for name, value in given.items()}


def _secrets(name: str, service: Service) -> Iterator[str]:
    for variable, value in _environment(service).items():
        if (_SECRET.search(variable) and not variable.endswith("_FILE") and value) or _URL_WITH_PASSWORD.search(value):
            yield f"{name}: {variable} holds a secret"


def _ports(name: str, service: Service) -> Iterator[str]:
    for port in service.get("ports") or []:
        if name != "gateway":
            yield f"{name}: publishes {port}; only the gateway may"
        elif not str(port).startswith("127.0.0.1:"):
            yield f"gateway: publishes {port} beyond loopback, and there is no authentication"


def _mounts(name: str, service: Service, compose: Mapping[str, Any], root: Path) -> Iterator[str]:
    declared = compose.get("volumes") or {}
    sources = [str(volume).split(":")[0] for volume in service.get("volumes") or []]
    for source in sources:
        if source.startswith(".") and not (root / source).is_file():
            yield f"{name}: mounts {source}, which is no file here"
        elif not source.startswith(".") and source not in declared:
            yield f"{name}: mounts {source}, which is no named volume"
    if name in ("nats", "postgres") and not any(source in declared for source in sources):
        yield f"{name}: keeps its data in no named volume"


def _waits(name: str, service: Service, services: Mapping[str, Service]) -> Iterator[str]:
    for other, how in (service.get("depends_on") or {}).items():
        if other == "accounts":
            if how.get("condition") != "service_completed_successfully":
                yield f"{name}: does not wait until {other} has done its work"
        elif not services.get(other, {}).get("healthcheck"):
            yield f"{name}: waits for {other}, which has no health check"
        elif how.get("condition") != "service_healthy":
            yield f"{name}: does not wait until {other} is healthy"


def _command(name: str, service: Service, root: Path) -> Iterator[str]:
    if service.get("command") != ["python", "-m", f"services.{name}"]:
        yield f"{name}: its command is not python -m services.{name}"
    elif not (root / "services" / name / "__main__.py").is_file():
        yield f"{name}: services/{name}/__main__.py does not exist"


def _settings(name: str, service: Service) -> Iterator[str]:
    known = {f"STOCKTAKE_{field.upper()}" for field in Settings.model_fields}
    for variable in _environment(service):
        if variable.startswith("STOCKTAKE_") and variable not in known:
            yield f"{name}: {variable} is no setting"


def _key(name: str, service: Service) -> Iterator[str]:
    """NATS lets nobody in without one; it comes from a file on a volume that a service cannot change."""
    seed = _environment(service).get("NATS_SEED", "")
    places = [str(volume).split(":")[1:] for volume in service.get("volumes") or []]
    if not any(where and seed.startswith(f"{where[0]}/") for where in places):
        yield f"{name}: NATS_SEED names no file on a volume of its"
    elif not any(where[-1] == "ro" for where in places if where and seed.startswith(f"{where[0]}/")):
        yield f"{name}: could change the key it signs in with"


def _networks(compose: Mapping[str, Any], services: Mapping[str, Service]) -> Iterator[str]:
    networks = compose.get("networks") or {}
    for name, service in services.items():
        joined = service.get("networks") or []
        if not joined and service.get("network_mode") != "none":
            yield f"{name}: joins the default network, which has a way out"
        for network in joined:
            if network not in networks:
                yield f"{name}: joins {network}, which is not declared"
            elif name != "gateway" and not (networks[network] or {}).get("internal"):
                yield f"{name}: joins {network}, which is not internal; commands are served there"


def _engines_opinion(file: Path) -> Iterator[str]:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        return
    answer = subprocess.run(
        [docker, "compose", "--file", str(file), "config", "--quiet"], capture_output=True, text=True, check=False
    )
    if answer.returncode:
        yield f"docker compose config says: {answer.stderr.strip()}"
