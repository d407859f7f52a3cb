"""Asks the services: what one operation needs, each question once, and how far everything is."""
