"""Projections: read models kept equal to a fold of the ledgers, through duplicates, gaps, crashes and poison."""

from shared.projecting.projection import Projection
from shared.projecting.runner import NotProjected, ProjectionRunner

__all__ = ["NotProjected", "Projection", "ProjectionRunner"]
