"""The GraphQL schema; run as a module it writes the checked-in SDL, so that a change of it shows in a diff."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
)
from graphql.language import TokenKind
from strawberry.extensions import MaskErrors, SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document
from strawberry.types import ExecutionContext

from services.gateway.asking.operation import Listening
from services.gateway.graph.queries import Query
from services.gateway.graph.subscriptions import Subscription
from services.gateway.graph.types.number import NUMBER, Number
from services.gateway.limits.cost import cost_of
from services.gateway.limits.limits import COMMENTS, IN_WORDS, LONGEST_QUERY, NESTING, SHORT_QUERY, TOKENS
from services.gateway.problems import PublicError

SDL = Path(__file__).parents[3] / "docs" / "schema.graphql"

Admission = tuple[DocumentNode | None, list[GraphQLError]]


def admit(query: str) -> Admission:
    """The parsed query, or why it is not run: too long, not GraphQL, too costly, not valid; in that order of cost."""
    return _admit_cached(query) if len(query) <= SHORT_QUERY else _admit(query)


def _admit(query: str) -> Admission:
    try:
        document = parse(query, max_source_length=LONGEST_QUERY, max_lexical_tokens=TOKENS, max_comments=COMMENTS)
        _refuse_nesting(document)
        cost_of(schema._schema, document)
    except GraphQLError as refused:
        return None, [coded(refused)]
    return document, [coded(error) for error in validate_document(schema._schema, document, _RULES)]


def coded(error: GraphQLError) -> GraphQLError:
    """The error with its code: ours, or that of the GraphQL rule that the text breaks."""
    if not (error.extensions or {}).get("code"):
        code = "graphql-syntax" if isinstance(error, GraphQLSyntaxError) else "graphql-invalid"
        error.extensions = {**(error.extensions or {}), "code": code}
    return error


# Few and short ones only: a parsed query is some hundred times as large as its text.
_admit_cached = lru_cache(maxsize=64)(_admit)


def _refuse_nesting(document: DocumentNode) -> None:
    token = document.loc.start_token if document.loc else None
    depth = 0
    while token is not None:
        if token.kind in (TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L):
            depth += 1
        elif token.kind in (TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R):
            depth -= 1
        if depth > NESTING:
            raise PublicError("too-costly", f"the query opens more than {NESTING} brackets in one another")
        token = token.next


class Admitted(SchemaExtension):
    """Gives the executor the document that was admitted, so that it is parsed and validated once."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        if isinstance(context.context, Listening):
            document, refused = admit(context.query or "")
            errors = [*refused, *_not_listening(document)]
            context.graphql_document = document if document and not errors else _NEVER_RUN
            context.pre_execution_errors = errors
            if errors:
                context._provided_operation_name = None  # of a text that is not looked at any further
        else:
            context.graphql_document = context.context.document
            context.pre_execution_errors = []  # an empty list, not None: validated already
        yield


def listens(document: DocumentNode) -> bool:
    """Whether a document holds a subscription."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    return any(one.operation is OperationType.SUBSCRIPTION for one in operations)


_NEVER_RUN = parse("subscription { __typename }")
"""Stands for a text that is refused: errors come first, but the kind of operation is looked up before they are told."""


def _not_listening(document: DocumentNode | None) -> list[GraphQLError]:
    """A connection listens; questions go by POST, where they have a deadline."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)] if document else []
    if all(one.operation is OperationType.SUBSCRIPTION for one in operations):
        return []
    return [PublicError("subscription-only", "only subscriptions go over a connection; queries go by POST")]


def _is_internal(error: GraphQLError) -> bool:
    """Errors of our own code say nothing outside; refusals and the words of the GraphQL rules do.

    A variable that does not fit is told before any field is resolved, so that its error has no path.
    """
    cause = error.original_error
    of_the_request = error.path is None and isinstance(cause, GraphQLError)
    return cause is not None and not isinstance(cause, PublicError) and not of_the_request


class Masked(MaskErrors):
    """Hides the words of our own failures and gives them a code like any other error."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=_is_internal, error_message="Something failed on our side.")

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        hidden = super().anonymise_error(error)
        hidden.extensions = {"code": "internal"}
        return hidden


class Schema(strawberry.Schema):
    """Logs what is masked: a refusal is an answer, a failure of ours is not."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        for error in errors:
            if _is_internal(error):
                _LOG.error("a field of a GraphQL query failed: %s", error.path, exc_info=error.original_error)


_LOG = logging.getLogger(__name__)

_RULES = tuple(specified_rules)

schema = Schema(
    Query,
    subscription=Subscription,
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map={Number: NUMBER}),
    extensions=[Admitted, Masked],
)
schema._schema.description = IN_WORDS  # strawberry has no argument for it


@cache
def sdl() -> str:
    """The schema as it is checked in."""
    return schema.as_str() + "\n"


if __name__ == "__main__":
    SDL.write_text(sdl(), encoding="utf-8")
