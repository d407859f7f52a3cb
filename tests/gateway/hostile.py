"""Requests made to exhaust: floods that the grammar allows, and bombs in variables and bytes."""

from __future__ import annotations

import orjson

from tests.gateway.queries import HOSTILE, TABLE

_FIELDS = "fields { name args { name type { name } } type { name kind ofType { name } } }"


def _nested_value(levels: int, opened: str, closed: str) -> str:
    return opened * levels + "1" + closed * levels


FLOODS = {
    # introspection
    "the whole schema ten times": "{"
    + " ".join(f"a{n}: __schema {{ types {{ {_FIELDS} }} }}" for n in range(30))
    + "}",
    "31 looks at one type": "{" + " ".join(f'a{n}: __type(name: "State") {{ name }}' for n in range(31)) + "}",
    "fields of fields of fields": "{ __schema { types { fields { type { fields { args { type { fields { args"
    " { name } } } } } } } } } }",
    "the types of possible types": "{ __schema { types { interfaces { possibleTypes { interfaces { possibleTypes"
    " { interfaces { fields { type { fields { name } } } } } } } } } } }",
    "every place of every directive, 101 times": "{ __schema { "
    + " ".join(f"d{n}: directives {{ args {{ type {{ fields {{ args {{ name }} }} }} }} }}" for n in range(101))
    + " } }",
    # directives
    "600 directives that are allowed": "{ states { iso3 " + "@include(if: true) " * 600 + " } }",
    "a directive at each of 600 fields": "{ states { " + "iso3 @skip(if: false) " * 600 + " } }",
    "the same directive twice": "{ states { iso3 @include(if: true) @include(if: true) } }",
    # text
    "commas for padding": "{ states { iso3 } }" + "," * 20_000,
    "a comment at each of 101 lines": "{ states {\n" + "iso3 #\n" * 101 + "} }",
    "a number of 15,000 digits": '{ deadlines(within: "1d") { due } statements(code: "x", first: '
    + "9" * 15_000
    + ") { totalCount } }",
    "a float of 15,000 digits": '{ statements(code: "x", first: 1.' + "0" * 15_000 + ") { totalCount } }",
    "a name of 19,000 letters": "{ " + "a" * 19_000 + " }",
    "escapes without end": '{ figure(indicator: "' + "\\u0041" * 3_500 + '") { value } }',
    "a byte order mark, and not GraphQL": "\ufeff" * 5_000,
    # values
    "a list of 1,900 positions": '{ figure(indicator: "LAP-1.1", cut: {positions: ['
    + "{ledger: reports, position: 1} " * 400
    + "]}) { value } }",
    "a value nested 41 deep": f"{{ figure(indicator: {_nested_value(41, '[', ']')}) {{ value }} }}",
    "a default nested 60 deep": f"query ($v: Int = {_nested_value(60, '[', ']')}) {{ states {{ iso3 }} }}",
    "300 arguments at one field": '{ state(iso3: "LAO", ' + " ".join(f"a{n}: 1" for n in range(300)) + ") { iso3 } }",
    # variables
    "500 variables that are used": "query ("
    + " ".join(f"$v{n}: Boolean!" for n in range(400))
    + ") { states { "
    + " ".join(f"iso3 @include(if: $v{n})" for n in range(400))
    + " } }",
    "a variable twice": "query ($a: Int, $a: Int) { states { iso3 } }",
    # aliases and pairs: what validation compares with each other
    "the same alias for many fields": "{ states { " + "a: iso3 a: name " * 50 + " } }",
    "arguments that differ in pairs": '{ plan(id: "LAP") { actions { indicators { '
    + " ".join(f'figure(meeting: "{n}MSP") {{ value }}' for n in range(60))
    + " } } } }",
    "fragments that differ in pairs": "{ states { "
    + " ".join(f"...F{n}" for n in range(60))
    + " } } "
    + " ".join(f"fragment F{n} on State {{ a: {'iso3' if n % 2 else 'name'} }}" for n in range(60)),
    # operations
    "thirty tables in one document": " ".join(
        f"query Q{n} {TABLE.split('query Table')[1].split('fragment')[0].replace('...cell', 'value')}"
        for n in range(30)
    ),
    "an operation of each kind": "query A { __typename } mutation B { a }",
}
"""Beside `HOSTILE`: more that has to be refused before any service is asked."""


def bodies() -> dict[str, bytes]:
    """Every hostile request as the bytes of its body."""
    queries = {name: orjson.dumps({"query": query}) for name, query in (HOSTILE | FLOODS).items()}
    return queries | BOMBS


_STATE = '"query": "query ($v: String!) { state(iso3: $v) { iso3 } }"'
_WAIT = '"query": "query ($p: [PositionInput!]) { states(minPosition: $p) { iso3 } }"'

BOMBS = {
    "a body of a megabyte": b'{"query": "' + b" " * 1_000_000 + b'"}',
    "variables of a megabyte": f'{{{_STATE}, "variables": {{"v": "{"x" * 1_000_000}"}}}}'.encode(),
    "variables nested 20,000 deep": f'{{{_STATE}, "variables": {{"v": {"[" * 20_000}{"]" * 20_000}}}}}'.encode(),
    "variables nested 500 deep": f'{{{_STATE}, "variables": {{"v": {"[" * 500}{"]" * 500}}}}}'.encode(),
    "a variable of the wrong type, 40,000 times": f'{{{_STATE}, "variables": {{"v": [{"1," * 40_000}1]}}}}'.encode(),
    "10,000 wrong positions": f'{{{_WAIT}, "variables": {{"p": [{"1," * 10_000}1]}}}}'.encode(),
    "an operation that is not there": b'{"query": "query A { states { iso3 } }", "operationName": "B"}',
    "a batch of a thousand": b"[" + b'{"query": "{ states { iso3 } }"},' * 1_000 + b"{}]",
    "no JSON": b"{" * 50_000,
    "half a surrogate": b'{"query": "\\ud800"}',
    "a query that is a list": b'{"query": ["{ states { iso3 } }"]}',
    "bytes that are no text": b'{"query": "' + b"\xff" * 1_000 + b'"}',
}
"""Bodies whose query, if they have one, is harmless; what comes with it is not."""
