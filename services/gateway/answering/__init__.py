"""Answers GraphQL operations over HTTP and WebSocket; the short way and the kept answers."""
