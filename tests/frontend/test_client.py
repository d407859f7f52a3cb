"""A generated TypeScript client compiles against the checked-in schema and every worked query."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.journeys.system import ROOT

pytestmark = pytest.mark.journey

HERE = Path(__file__).parent
PACKAGES = {
    "typescript": "5.9.3",
    "graphql": "16.12.0",
    "@graphql-codegen/cli": "6.1.1",
    "@graphql-codegen/typescript": "5.0.7",
    "@graphql-codegen/typescript-operations": "5.0.7",
}
GENERATED = {
    "schema": "schema.graphql",
    "documents": "queries/*.graphql",
    "generates": {
        "types.ts": {
            "plugins": ["typescript", "typescript-operations"],
            "config": {
                "strictScalars": True,
                "scalars": {"Date": "string", "DateTime": "string", "JSON": "unknown", "Number": "number | string"},
            },
        }
    },
}


def ran(folder: Path, *words: str) -> None:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.fixture(scope="module")
def client(npm: Callable[[Mapping[str, str]], Path]) -> Path:
    """A folder with the generator, our schema and our queries."""
    folder = npm(PACKAGES)
    shutil.copy(ROOT / "docs" / "schema.graphql", folder)
    shutil.copy(HERE / "client.ts", folder)
    shutil.copytree(ROOT / "examples" / "queries", folder / "queries")
    (folder / "codegen.json").write_text(json.dumps(GENERATED), encoding="utf-8")
    return folder


def test_a_generated_client_compiles_against_the_schema(client: Path) -> None:
    ran(client, "npx", "graphql-codegen", "--config", "codegen.json")
    ran(client, "npx", "tsc", "--strict", "--noEmit", "--target", "es2022", "--moduleResolution", "bundler",
        "--module", "esnext", "client.ts")  # fmt: skip
