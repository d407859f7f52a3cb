"""Measurements, each beside what it is compared with, in one run: `make bench`. Nothing here is a test."""
