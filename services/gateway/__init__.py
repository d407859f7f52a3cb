"""The gateway: one door to the services. It holds no truth and no rules: it forwards, joins, and renders.

Its rooms, each of which uses only those above it:

- `limits`: what a request may ask for, and what a query costs
- `asking`: asks the services, each question once
- `graph`: the GraphQL schema and its types
- `answering`: operations over HTTP and WebSocket, the short way, kept answers
- `pages`: pages, calendars, spreadsheets, the explorer
"""
