"""The gateway: one door to the services. It holds no truth and no rules: it forwards, joins, and renders."""
