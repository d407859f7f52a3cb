"""How every service speaks HTTP: strict JSON in, problem details out, one POST route per command, health."""
