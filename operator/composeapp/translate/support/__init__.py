"""
SUPPORT: what becomes of each key of the Compose language in Kubernetes, as tables.

The parser understands the whole language; these tables say which part of it has a meaning here. They refuse
what has none, and ``docs/compose.md`` is made of them. A key that is missing is unknown to Compose too.
"""

from __future__ import annotations

from composeapp.translate.support.judge import judge
from composeapp.translate.support.tables import TABLES
from composeapp.translate.support.terms import Support, Table, Verdict

__all__ = ["TABLES", "Support", "Table", "Verdict", "judge"]
