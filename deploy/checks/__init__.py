"""Checks of the deployment files that need no container engine: `python -m deploy.checks`, part of `make check`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
