"""The collector's configuration names no part that is not defined, and defines none that is not used."""

from typing import Any

from deploy.checks import ROOT, collector

SOUND: dict[str, Any] = {
    "receivers": {"otlp": {}},
    "exporters": {"debug": {}},
    "service": {
        "pipelines": {
            "traces": {"receivers": ["otlp"], "exporters": ["debug"]},
            "metrics": {"receivers": ["otlp"], "exporters": ["debug"]},
        }
    },
}


def test_the_file_has_no_fault() -> None:
    assert collector.faults_in_repository(ROOT) == []


def test_a_sound_configuration_has_no_fault() -> None:
    assert list(collector.faults(SOUND)) == []


def test_faults_are_named() -> None:
    broken = SOUND | {"exporters": {"otlp": {}}}

    assert list(collector.faults(broken)) == [
        "debug is used among the exporters and defined nowhere",
        "otlp is defined among the exporters and used nowhere",
    ]
    assert "no pipeline for traces" in list(collector.faults({}))
