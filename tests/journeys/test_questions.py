"""Three questions about sets of States, answered alike by the command line and by GraphQL."""

from __future__ import annotations

import json

import pytest

from tests.journeys.system import System

pytestmark = pytest.mark.journey

QUESTIONS = {
    "asked for victim-assistance support and did not receive it": "GNB MRT SOM",
    "affected States without a timely 2024 report": "AFG CHL LAO SOM TCD",
    "States retaining munitions without reported reduction": "BGR BIH CHE CMR DNK ESP NLD",
}
ASK = """query($expression: String!) { ask(expression: $expression, meeting: "13MSP") {
  certain { state { iso3 } evidence { document paragraph } } possible { state { iso3 } } complete } }"""


@pytest.mark.parametrize(("question", "names"), QUESTIONS.items())
def test_the_command_line_and_graphql_name_the_same_states(loaded: System, question: str, names: str) -> None:
    told = json.loads(loaded.cli("ask", question, "--at", "13MSP", "--json").stdout)
    found = loaded.graphql(ASK, expression=question)["ask"]

    certain = {one["state"]["iso3"]: one["evidence"] for one in found["certain"]}
    assert list(certain) == [one["iso3"] for one in told["certain"]] == names.split()
    assert found["possible"] == told["possible"] == []
    assert found["complete"] and told["complete"]
    assert all(certain.values())
    for state in told["certain"]:
        passages = [{"document": one["document"], "paragraph": one["paragraph"]} for one in state["evidence"]]
        assert passages == certain[state["iso3"]]
