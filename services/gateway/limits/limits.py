"""What one GraphQL request may ask for: each limit once, and all of them in words for the schema."""

from __future__ import annotations

LARGEST_BODY = 100_000
"""Bytes of a request; a query has at most `LONGEST_QUERY` characters, the rest is variables."""

LONGEST_QUERY = 20_000
"""Characters of a query; our own longest has some 1,200."""

SHORT_QUERY = 4_000
"""Characters of a query that is worth remembering: what is made of it is some hundred times as large as its text."""

TOKENS = 2_000
COMMENTS = 100

NESTING = 40
"""Brackets open at once: fields, arguments and values together."""

SELECTIONS = 2_000
"""Selections looked at, fragments counted at each use: bounds the work of the cost rule itself."""

FIELDS_IN_ONE_PLACE = 100
"""Selections of one object. Our largest type has some 20 fields; validation compares same-named ones pairwise."""

NESTED_FRAGMENTS = 20
"""Fragments opened inside one another at one place of the answer."""

ROOT_FIELDS = 30
"""Fields at the root of one operation; aliases make any number of them, each a question to a service."""

DEPTH = 14
"""Levels of objects in an answer (model §11)."""

OBJECTS = 50_000
"""Objects one operation may answer with (model §11)."""

CALLS = 24
"""Questions one operation may ask of the services; our whole plan table at four meetings asks five."""

SECONDS = 30.0
"""Seconds an operation may take before it is given up."""

IN_WORDS = (
    f"Limits of one request, judged before it runs: {LARGEST_BODY:,} bytes; {LONGEST_QUERY:,} characters,"
    f" {TOKENS:,} tokens and {COMMENTS} comments of query; {NESTING} brackets in one another; {ROOT_FIELDS} root"
    f" fields; {FIELDS_IN_ONE_PLACE} fields in one place; {SELECTIONS:,} selections in all, fragments counted at each"
    f" use and opened {NESTED_FRAGMENTS} deep; {DEPTH} levels of objects; {OBJECTS:,} objects, counted by the usual"
    f" length of each list and again as the answer grows. While it runs: {CALLS} different questions to the services"
    f" and {SECONDS:.0f} seconds. One operation a request; what goes beyond is refused with a code (`too-costly`,"
    " `too-large`, `too-slow`, `graphql-syntax`, `graphql-invalid`)."
)
"""As the schema states them."""
