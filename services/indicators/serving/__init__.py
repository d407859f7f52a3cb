"""The figures served: routes, and what gathers facts for the rules below.

The only room with input and output beside the facts' store.
"""
