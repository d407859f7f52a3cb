"""The GraphQL types, one file a thing of the domain."""
