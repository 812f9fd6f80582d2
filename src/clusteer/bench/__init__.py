"""Benchmarks: specifications, resumable runs that write JSON, tables and figures."""

from clusteer.bench.results import Results
from clusteer.bench.spec import Case, Spec, load_spec, spec_names

__all__ = ["Case", "Results", "Spec", "load_spec", "spec_names"]
