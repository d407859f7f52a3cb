"""Queries that the gateway must answer, and queries that it must refuse before it does any work."""

TABLE = """
query Table {
  plan(id: "LAP") { id title actions { action title section indicators {
    id title unit population series formula
    m10: figure(meeting: "10MSP") { ...cell }
    m11: figure(meeting: "11MSP") { ...cell }
    m12: figure(meeting: "12MSP") { ...cell }
    m13: figure(meeting: "13MSP") { ...cell }
  } } }
}
fragment cell on Figure {
  id value status reason published members { state { iso3 m49 name } }
}
"""
"""The plan table: 85 indicators at four meetings with the States of each."""

FIGURE = """
{ figure(indicator: "LAP-38.1", meeting: "13MSP") {
    id indicator value status reason reasonCode provisional dataThrough unit published
    publishedElsewhere { value place document }
    parts { name value low high unit numerator denominator }
    members { state { iso3 m49 name } certain leftOn evidence { document paragraph eventId } }
    possible { state { iso3 } }
    denominator { iso3 } definition
    cut { basis knownBy effectiveAt positions { ledger position } } } }
"""
"""One figure with everything there is to say of it."""

OPENED_TABLE = """
{ plan(id: "LAP", meeting: "13MSP") { actions { indicators { id figure {
    value members { state { iso3 } evidence { document paragraph eventId } } denominator { iso3 } } } } } }
"""
"""The page's own question: one meeting, every State with its passages."""

LEGITIMATE = {
    "the plan table at four meetings": TABLE,
    "one figure with everything": FIGURE,
    "the table of one meeting, opened": OPENED_TABLE,
    "all States with their membership": "{ states { iso3 name standing deposited entryIntoForce } }",
    "a State": '{ state(iso3: "LAO") { id iso3 m49 name group standing } }',
    "meetings": "{ meetings { id title opens closes } }",
    "plans": "{ plans { id title indicators } }",
    "a population": '{ population(name: "affected", on: "2025-06-30") { name on members { iso3 } possible { iso3 } } }',
    "a page of statements": """{ statements(code: "workplan.annual", meeting: "13MSP", first: 100) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { cursor node { state { iso3 } answer evidence { document paragraph } } } } }""",
    "what every State owes": """{ states { iso3 deadlines { due status sources { document } }
        obligations { status chain { words when { notBefore } sources { eventId } } }
        reports { due status } requests { status decision { until } } } }""",
    "every obligation with its causes": "{ obligations { id state { iso3 } chain { words sources { document } } } }",
    "every deadline and request": """{ deadlines(within: "12m", theme: clearance) { state { name }
        due sources { eventId } }
        extensionRequests { id chain { words sources { document } } sections { letter } decision { until } } }""",
    "ten figures by alias": "{"
    + " ".join(f'f{n}: figure(indicator: "LAP-1.{n}", meeting: "13MSP") {{ value }}' for n in range(10))
    + "}",
    "a fragment used twice": """query { a: state(iso3: "LAO") { ...s } b: state(iso3: "FRA") { ...s } }
        fragment s on State { iso3 name }""",
    "an inline fragment": '{ state(iso3: "LAO") { ... on State { iso3 ... { name } } } }',
    "variables and directives": """query Q($with: Boolean!) { states { iso3 name @include(if: $with) } }""",
}


def _nested(levels: int) -> str:
    return '{ plan(id: "LAP") ' + "{ ... on Plan " * levels + "{ title }" + " }" * levels + " }"


def _aliases(count: int, of: str) -> str:
    return "{" + " ".join(f"a{n}: {of}" for n in range(count)) + "}"


def _fragment_bomb(levels: int, width: int) -> str:
    steps = [f"fragment F{n} on State {{ {f'...F{n + 1} ' * width} }}" for n in range(levels)]
    return "{ states { ...F0 } } " + " ".join(steps) + f" fragment F{levels} on State {{ iso3 }}"


_MEMBERS = "members { state { iso3 } evidence { document paragraph eventId } }"
_SPREAD = 'figure(meeting: "13MSP") { members { evidence { document } } denominator { iso3 } }'

HOSTILE = {
    # lists in lists
    "every cell opened at four meetings and more": TABLE.replace(
        "members {", "possible { evidence { document } } denominator { iso3 } members { evidence { document }"
    ),
    "ten meetings of the opened table": '{ plan(id: "LAP") { actions { indicators { '
    + " ".join(f'a{n}: figure(meeting: "{n}MSP") {{ {_MEMBERS} }}' for n in range(10))
    + " } } } }",
    "the table twice at four meetings": '{ a: plan(id: "LAP") { ...t } b: plan(id: "LAP") { ...t } } '
    "fragment t on Plan { "
    "actions { indicators { " + " ".join(f"a{n}: {_SPREAD}" for n in range(4)) + " } } }",
    "thirty plans": _aliases(30, f'plan(id: "LAP") {{ actions {{ indicators {{ {_SPREAD} }} }} }}'),
    "thirty pages": _aliases(
        30,
        'statements(code: "x") { edges { node { state { iso3 } '
        "evidence { document } e: evidence { document } f: evidence { document } "
        "g: evidence { document } h: evidence { document } i: evidence { document } } } }",
    ),
    "every obligation three times with its causes": _aliases(
        3, "obligations { chain { sources { document } when { notBefore } } state { iso3 } }"
    ),
    "what all owe, of the States of what all owe": "{ deadlines { state { obligations { chain { sources { eventId } } }"
    " reports { sources { eventId } } } } states { obligations { chain { sources { eventId } } } } }",
    "nested lists of the schema itself": "{ __schema { types { fields { type { fields { type { fields "
    "{ type { fields { name } } } } } } } } } }",
    "types within types": "{ __schema { types { possibleTypes { possibleTypes { possibleTypes { fields { type "
    "{ fields { args { type { fields { args { name } } } } } } } } } } } }",
    # aliases
    "31 aliases at the root": _aliases(31, "__typename"),
    "a hundred figures": _aliases(100, 'figure(indicator: "LAP-1.1", meeting: "13MSP") { value }'),
    "300 aliases of one scalar": "{ states { " + " ".join(f"a{n}: iso3" for n in range(300)) + " } }",
    "the same field 500 times": "{ states { " + "iso3 " * 500 + " } }",
    "the same list 150 times": '{ plan(id: "LAP") { ' + "actions { action } " * 150 + " } }",
    "1,000 copies of a root field": "{" + 'state(iso3: "LAO") { iso3 } ' * 300 + "}",
    "101 list aliases": '{ plan(id: "LAP") { ' + " ".join(f"a{n}: actions {{ action }}" for n in range(101)) + " } }",
    # depth
    "twenty inline fragments in one another": _nested(25),
    "300 inline fragments in one another": _nested(300),
    "braces without end": "{ states " * 500,
    "brackets without end": "{ figure(indicator: " + "[" * 500 + "]" * 500 + ") { value } }",
    "objects without end": '{ figure(indicator: "x", cut: ' + "{cut: " * 300 + "1" + "}" * 300 + ") { value } }",
    "introspection fifteen deep": "{ __schema { types { fields { type "
    + "{ ofType " * 12
    + "{ name }"
    + " }" * 12
    + " } } } }",
    "an unknown field nested 300 times": "{ a " * 300 + "}" * 300,
    # fragments
    "a fragment inside itself": "{ states { ...A } } fragment A on State { ...A }",
    "two fragments inside each other": "{ states { ...A } } fragment A on State { ...B } fragment B on State { ...A }",
    "a ring of five fragments": "{ states { ...F0 } } "
    + " ".join(f"fragment F{n} on State {{ iso3 ...F{(n + 1) % 5} }}" for n in range(5)),
    "a cycle through a list": '{ __type(name: "State") { ...T } } '
    "fragment T on __Type { name fields { type { ...T } } }",
    "a cycle that nobody uses": "{ states { iso3 } } fragment A on State { ...A }",
    "fragments doubling ten times": _fragment_bomb(10, 2),
    "fragments doubling nineteen times": _fragment_bomb(19, 2),
    "fragments by ten, five times": _fragment_bomb(5, 10),
    "fragments thirty levels long": _fragment_bomb(30, 1),
    "an unused fragment of 1,000 fields": "{ states { iso3 } } fragment U on State { " + "iso3 " * 1_000 + " }",
    "400 unused fragments": "{ states { iso3 } } " + " ".join(f"fragment U{n} on State {{ a }}" for n in range(400)),
    "a fragment that does not exist": "{ states { ...Nowhere } }",
    # text
    "a query of 21,000 characters": "{ states { iso3 } }" + " " * 21_000,
    "a literal of 90,000 characters": '{ figure(indicator: "' + "x" * 90_000 + '") { value } }',
    "150 comments": "#\n" * 150 + "{ states { iso3 } }",
    "a comment of 30,000 characters": "# " + "x" * 30_000 + "\n{ states { iso3 } }",
    "2,500 directives": "{ states { iso3 " + "@a" * 1_250 + " } }",
    "400 variables": "query (" + " ".join(f"$v{n}: Int = [{n}]" for n in range(400)) + ") { states { iso3 } }",
    "500 operations": " ".join(f"query Q{n} {{ __typename }}" for n in range(500)),
    "directives that do not exist": "{ states { iso3 @skipp(if: true) } }",
    "block strings": '{ figure(indicator: """' + "\n" * 19_990 + '""") { value } }',
    # other kinds
    "a mutation": "mutation { drop }",
    "a subscription": "subscription { figures { value } }",
    "a type system document": "type Query { a: Int }",
    "an unknown field": "{ secrets }",
    "a scalar opened": "{ states { iso3 { iso3 } } }",
    "an object not opened": "{ states }",
    "an unknown argument": '{ state(iso3: "LAO", admin: true) { iso3 } }',
    "nothing": "",
    "not GraphQL": "SELECT * FROM states",
}
