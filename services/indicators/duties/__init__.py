"""What the Convention asks of each State, and when: obligations, requests to extend them, reports, deadlines.

Pure: everything is computed from the facts of a World and a day by the rules of `shared.treaty`.
"""
