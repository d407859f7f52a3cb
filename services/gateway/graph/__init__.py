"""The GraphQL schema: its root fields, and what many fields share."""
