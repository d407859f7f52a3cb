"""Measures progress: owns definitions, cycles, coverage and printed figures, and computes every figure from facts.

It hears the ledgers of reports and meetings and its own. Answers are a pure function of facts, cut and definition.

Its rooms, each of which uses only those above it:

- `grammar`: the words figures are written in
- `plans`: definitions as data, the crosswalk (the files are in `catalogues`)
- `facts`: what was recorded, where it is kept, which facts stand at a cut
- `world`: the facts of a cut, ready to be asked; coverage
- `duties`: what the Convention asks of each State, and when
- `evaluation`: populations, sets and measures
- `figures`: a figure, its explanation, print beside it, baselines, trends
- `questions`: questions in words
- `history`: replays, seals, restatements
- `serving`: routes, and what gathers facts for the rules above
"""
