"""What to ask next: strategies propose questions, oracles stand in for people. Never torch, never methods."""

from clusteer.queries._base import STRATEGIES, Strategy, get_strategy

__all__ = ["STRATEGIES", "Strategy", "get_strategy"]
