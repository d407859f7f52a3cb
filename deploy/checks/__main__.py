"""Runs every check; prints each fault on a line of its own and exits 1 when there is one."""

import sys

from deploy.checks import ROOT, collector, compose, contract, dockerfile, nats_conf

CHECKS = {
    "docker-compose.yml": compose.faults_in_repository,
    "deploy/Dockerfile": dockerfile.faults_in_repository,
    "deploy/nats.conf": nats_conf.faults_in_repository,
    "deploy/otel/collector.yaml": collector.faults_in_repository,
    "docs/schemas": contract.faults_in_repository,
}


def main() -> int:
    """1 when a file has a fault, else 0."""
    found = [f"{name}: {fault}" for name, check in CHECKS.items() for fault in check(ROOT)]
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"{', '.join(CHECKS)}: sound")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
