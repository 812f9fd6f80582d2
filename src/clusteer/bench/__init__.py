"""Benchmarks: specifications, resumable runs that write JSON, tables."""

from clusteer.bench.spec import Case, Spec, load_spec, spec_names

__all__ = ["Case", "Spec", "load_spec", "spec_names"]
