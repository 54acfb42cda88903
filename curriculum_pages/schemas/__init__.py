"""What the API says about a curriculum: every structured field, evidence and approval.

Schemas only describe and convert; they read nothing that was not fetched before.
"""

from .curriculum import CurriculumDetail

__all__ = ["CurriculumDetail"]
