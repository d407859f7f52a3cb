"""The gateway's own refusals, and how a service's problem travels through GraphQL."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLError

from shared.problems import Problem

_NAME = re.compile(r"[A-Za-z0-9._()-]{1,80}")


class PublicError(GraphQLError):
    """An error whose words are meant for the reader; every other error inside GraphQL is masked.

    `code` is the problem type (RFC 9457), so that a client handles one vocabulary over HTTP and GraphQL.
    """

    def __init__(self, code: str, message: str, **more: Any):
        super().__init__(message, extensions={"code": code, **{k: v for k, v in more.items() if v is not None}})


def public(problem: Problem) -> PublicError:
    """A problem as a GraphQL error: the detail as message, the type as `extensions.code`."""
    return PublicError(problem.type, problem.detail or problem.title, status=problem.status, field=problem.field)


def unreachable(service: str, detail: str = "") -> Problem:
    """503 `service-unreachable`, naming the service that did not answer."""
    return Problem(503, "service-unreachable", f"The service {service} does not answer", detail, service=service)


def segment(name: str) -> str:
    """A name that goes into a path at a service. Raises Problem 404 for one that could lead elsewhere."""
    if not _NAME.fullmatch(name) or set(name) == {"."}:
        raise Problem(404, "name-unknown", f"{name[:80]!r} names nothing we know")
    return name


def named(name: str) -> str:
    """A name that goes into a path. Raises PublicError `name-unknown` for one that could lead elsewhere."""
    try:
        return segment(name)
    except Problem as problem:
        raise public(problem) from None
