"""The schema is a contract: what is checked in is what is served."""

from services.gateway.schema import SDL, schema, sdl


def test_the_checked_in_schema_is_the_one_served() -> None:
    assert SDL.read_text(encoding="utf-8") == sdl(), "run: python -m services.gateway.schema"


def test_there_are_no_mutations_and_no_subscriptions() -> None:
    assert (schema._schema.mutation_type, schema._schema.subscription_type) == (None, None)
