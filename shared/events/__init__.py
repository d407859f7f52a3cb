"""The published language: every event the services record, one short class each, and the envelope they travel in."""
