"""Measures progress: owns definitions, cycles, coverage and printed figures, and computes every figure from facts.

It hears the ledgers of reports and meetings and its own. Answers are a pure function of facts, cut and definition.
"""
