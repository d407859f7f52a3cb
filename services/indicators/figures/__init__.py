"""Figures and what is said of them: explanations, print beside them, baselines, breakdowns, trends. Pure."""
