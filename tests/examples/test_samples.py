"""The sample subscribers against a running system: a stranger rebuilds the members of a figure from events alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.examples.lossy import LossyWire, lossy_wire
from tests.examples.sample import NEEDED, WHOLE, Sample, command_of, granted, installed, revoked, sample
from tests.gateway.small_record import command
from tests.journeys.part import part_of_the_record
from tests.journeys.system import HTTP, System, embedded, until

WITHOUT_NPM = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not here: the Node sample is not run")
LANGUAGES = [pytest.param("python"), pytest.param("node", marks=WITHOUT_NPM)]
HERE = ("python", "node") if shutil.which("npm") else ("python",)

PATIENCE = 300.0
"""Seconds; a heartbeat comes once a minute, and the machine may be busy."""

HEARTBEAT = b'"head":'
"""Lost, too, where a hole in `sequence` has to be enough."""

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]


@dataclass
class Story:
    """A system that was filled while samples listened; `lossy` and `part` hear it over a wire that loses messages."""

    system: System
    samples: dict[str, Sample] = field(default_factory=dict)
    wires: dict[str, LossyWire] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)
    members_after_the_import: dict[str, list[str]] = field(default_factory=dict)

    def ours(self, indicator: str) -> list[str]:
        """The members as our own service tells them, at the heads."""
        heads, address = self.system.heads(), f"{self.system.url}/indicators/figures/{indicator}?meeting=13MSP"
        until(lambda: HTTP.get(address).is_success, "our own figure at the heads", PATIENCE)
        row = self.system.get(f"/indicators/figures/{indicator}", meeting="13MSP")
        assert row["cut"]["positions"] == heads
        return sorted(row["members"])

    def theirs(self, name: str) -> list[str]:
        """The members as a sample tells them, at the heads."""
        heads, one = self.system.heads(), self.samples[name]
        until(lambda: one.has_come_to(heads), f"{name} to come to {heads}; {one.process.log}", PATIENCE)
        members: list[str] = one.answer()["members"]
        return members


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("samples")
    system = embedded(folder)
    told = Story(system)
    with ExitStack() as ending:
        ending.callback(system.stop)
        ending.callback(lambda: [one.process.stop() for one in told.samples.values()])
        system.start()
        _listening_while_it_is_filled(told, _commands(folder), ending)
        yield told


def _commands(folder: Path) -> dict[str, list[str]]:
    node = installed(folder) if "node" in HERE else None
    return {language: command_of(language, node) for language in HERE}


def _listening_while_it_is_filled(told: Story, commands: dict[str, list[str]], ending: ExitStack) -> None:
    """Samples start before, during and after the import; one that started before is killed in between."""
    system = told.system
    names = ("before", "during", "after", "lossy", "part")
    grants = {
        f"{when}-{language}": granted(system, f"{when}-{language}", NEEDED if when == "part" else WHOLE)
        for language in commands
        for when in names
    }

    def start(when: str, indicator: str = "LAP-40.1") -> None:
        for language, words in commands.items():
            name = f"{when}-{language}"
            told.samples[name] = sample(system, name, words, grants[name], indicator)

    start("before")
    importing = system.importing(part_of_the_record(system.folder))
    until(lambda: system.heads()["meetings"] > 100, "the import to be under way")
    start("during")
    for language in commands:
        until(lambda one=told.samples[f"before-{language}"]: "LAP-40.1" in one.said, "an answer")  # type: ignore[misc]  # mypy infers no lambda with a default
        told.samples[f"before-{language}"].process.kill()
    assert importing.stop_when_done() == 0, importing.log.read_text()
    for language in commands:
        told.samples[f"before-{language}"].process.start()
    start("after", "LAP-38.1")
    for when in ("lossy", "part"):
        for language in commands:
            name = f"{when}-{language}"
            told.wires[name] = ending.enter_context(lossy_wire(grants[name]["server"]))
            grants[name]["server"] = told.wires[name].url
        start(when)
    told.commands = commands
    told.members_after_the_import = {one: told.ours(one) for one in ("LAP-40.1", "LAP-38.1")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("when", "indicator", "count"), [("before", "LAP-40.1", 33), ("during", "LAP-40.1", 33), ("after", "LAP-38.1", 15)]
)
def test_whenever_it_begins_it_ends_with_our_members(
    story: Story, language: str, when: str, indicator: str, count: int
) -> None:
    theirs = story.theirs(f"{when}-{language}")

    assert theirs == story.members_after_the_import[indicator]
    assert len(theirs) == count


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_restarted_subscriber_goes_on_where_it_was(story: Story, language: str) -> None:
    story.theirs(f"before-{language}")

    said = story.samples[f"before-{language}"].said
    begun = [line for line in said.splitlines() if line.startswith("meetings: held up to ")]
    assert len(begun) == 2
    assert begun[0].startswith("meetings: held up to 0:")
    assert not begun[1].startswith("meetings: held up to 0:")


@dataclass(frozen=True)
class Afterwards:
    """What was recorded after the import, of which the first message was lost on its way to `lossy` and `part`."""

    lost: int
    message: bytes
    members: list[str]


@pytest.fixture(scope="module")
def afterwards(story: Story) -> Afterwards:
    """A new giver, whose message is lost, and after it everything that can become of a fact."""
    for name in story.wires:
        story.theirs(name)  # they have begun: the feed at their start holds none of what follows
    head = story.system.heads()["reports"]
    event = b'"sequence":"%020d","source":"stocktake.local/reports"' % (head + 1)
    for name, wire in story.wires.items():
        wire.marks = (event,) if name.startswith("part") else (event, HEARTBEAT)
    gave, stays = _assistance("FJI", "GUY", "USA"), _assistance("CRI", "PAN", "GTM")
    ids = {state: _record(story.system, *one) for state, one in (gave | stays).items()}
    assert story.system.heads()["reports"] == head + 6
    _record(story.system, *_assistance("MUS", received={"notBefore": "2024-01-01", "notAfter": "2024-12-31"})["MUS"])
    _record(story.system, *_assistance("BOL", confidence="unverified")["BOL"])
    registrar = {"role": "registrar", "reason": "another State's"}
    _amend(story.system, ids["GUY"], "Retract", registrar)
    taken_back = _amend(story.system, ids["CRI"], "Retract", registrar)
    _amend(story.system, taken_back, "Retract", registrar | {"reason": "it was right"})
    _correct(story.system, "PAN", corrects=ids["PAN"], role="registrar", reason="misread", themes=["gender"])
    _correct(
        story.system, "GTM", revises=ids["GTM"], role="state", reason="its note", received="2025-08-01",
        themes=["gender"],
    )  # fmt: skip
    return Afterwards(head + 1, event, story.ours("LAP-40.1"))


def _assistance(*states: str, **more: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    fact = {"year": 2024, "received": "2025-03-01", "themes": ["clearance"]} | more
    return {state: command("reports", "ReportAssistance", {"state": state} | fact, f"note {state}") for state in states}


def _record(system: System, path: str, body: dict[str, Any]) -> str:
    answer = HTTP.post(f"{system.url}{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ids"][0])


def _amend(system: System, target: str, name: str, why: dict[str, Any]) -> str:
    body = {"target": target, **why, "passages": [{"document": "NOTE", "paragraph": "1"}]}
    return _record(system, f"/reports/commands/{name}", body)


def _correct(system: System, state: str, *, themes: list[str], received: str = "2025-03-01", **how: Any) -> str:
    path, body = _assistance(state, themes=themes, received=received)[state]
    return _record(system, path, body | how)


def test_the_control_what_was_lost_changes_the_figure(story: Story, afterwards: Afterwards) -> None:
    before = set(story.members_after_the_import["LAP-40.1"])

    assert set(afterwards.members) - before == {"FJI", "CRI", "GTM"}
    assert before <= set(afterwards.members)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("when", ["before", "during"])
def test_corrections_revisions_and_retractions_are_followed(
    story: Story, afterwards: Afterwards, language: str, when: str
) -> None:
    assert story.theirs(f"{when}-{language}") == afterwards.members


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lost_message_is_noticed_by_sequence_and_healed(story: Story, afterwards: Afterwards, language: str) -> None:
    theirs = story.theirs(f"lossy-{language}")

    assert story.wires[f"lossy-{language}"].lost[afterwards.message] >= 1
    assert f"reports: a hole from {afterwards.lost} to {afterwards.lost}" in story.samples[f"lossy-{language}"].said
    assert theirs == afterwards.members


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_hears_a_part_notices_by_heartbeat_and_heals_over_the_feed(
    story: Story, afterwards: Afterwards, language: str
) -> None:
    theirs = story.theirs(f"part-{language}")

    assert story.wires[f"part-{language}"].lost[afterwards.message] >= 1
    noticed = rf"reports: the heartbeat says \d+, whole up to {afterwards.lost - 1}: [1-9]\d* more events from the feed"
    assert re.search(noticed, story.samples[f"part-{language}"].said)
    assert theirs == afterwards.members


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_revoked_subscriber_ends_and_says_why(story: Story, language: str) -> None:
    name = f"brief-{language}"
    one = sample(story.system, name, story.commands[language], granted(story.system, name, WHOLE))
    story.samples[name] = one
    story.theirs(name)

    revoked(story.system, name)

    assert one.process.stop_when_done() == 1
    assert "authorization violation" in one.said.splitlines()[-1].lower()
    assert "Traceback" not in one.said
