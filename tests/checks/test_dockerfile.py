"""The Dockerfile check sees each fault it is there for; the file as it stands has none."""

import pytest

from deploy.checks import ROOT, dockerfile

SOUND = """
# comment
FROM python:3.11.14-slim-bookworm AS build
COPY requirements.lock ./
RUN pip install --require-hashes \\
    --requirement requirements.lock
FROM python:3.11.14-slim-bookworm
COPY --from=build /venv /venv
COPY services ./services
USER stocktake
CMD ["python", "-m", "services"]
"""

LET_IN = "*\n!requirements.lock\n!services\n"


def test_the_file_has_no_fault() -> None:
    assert dockerfile.faults_in_repository(ROOT) == []


def test_a_sound_file_has_no_fault() -> None:
    assert dockerfile.faults(SOUND, LET_IN, ROOT) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("FROM python:3.11.14-slim-bookworm AS", "FROM python:3.11 AS x\nFROM python AS", "names no version"),
        ("FROM python:3.11.14-slim-bookworm\n", "FROM python:latest\n", "names no exact version"),
        ("COPY services", "COPY servces", "copies servces, which does not exist"),
        ("COPY services ./services", "COPY shared ./shared", "copies shared, which .dockerignore keeps out"),
        ("COPY services ./services", "ADD services ./services", "use COPY"),
        ("--require-hashes ", "", "installs without hashes"),
        ("USER stocktake\n", "", "runs as root"),
        ("USER stocktake", "USER root", "runs as root"),
        ('["python", "-m", "services"]', "python -m services", "no JSON list"),
        ("FROM", "RUN", "does not begin with FROM"),
    ],
)
def test_a_fault_is_named(before: str, after: str, fault: str) -> None:
    changed = SOUND.replace(before, after)
    assert changed != SOUND

    assert any(fault in found for found in dockerfile.faults(changed, LET_IN, ROOT))


def test_a_user_of_an_earlier_stage_does_not_count() -> None:
    moved = SOUND.replace("USER stocktake\n", "").replace(
        "COPY requirements.lock", "USER stocktake\nCOPY requirements.lock"
    )

    assert dockerfile.faults(moved, LET_IN, ROOT) == ["runs as root"]


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("services", False),
        ("services/reports", False),
        (".data", True),
        ("services/__pycache__", True),
        ("tests", True),
    ],
)
def test_the_last_rule_that_matches_decides(path: str, ignored: bool) -> None:
    assert dockerfile.is_ignored(path, "*\n!services\n**/__pycache__\n") is ignored
