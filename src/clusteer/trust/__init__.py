"""How far answers and groups can be trusted."""

from clusteer.trust.reliability import Reliability, reliability

__all__ = ["Reliability", "reliability"]
