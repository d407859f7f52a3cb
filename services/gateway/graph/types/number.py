"""Numbers as the services write them, as a GraphQL scalar."""

from __future__ import annotations

from typing import NewType

import strawberry

Number = NewType("Number", object)
"""A number as the services write it: an integer, or a decimal as a string so that no reader rounds it."""

NUMBER = strawberry.scalar(
    name="Number",
    description="An integer, or a decimal number; decimals may be strings, so that no reader rounds them.",
    serialize=lambda value: value,
)
