"""Every way to turn an index and constraints into a clustering: one estimator per file."""
