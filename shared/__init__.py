"""The published language and the machinery: events, treaty rules, ledger, bus, projecting. It imports no service."""
