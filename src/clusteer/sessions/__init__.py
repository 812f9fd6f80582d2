"""Sessions: ask, tell, retract, refit, export, over an append-only ledger of answers that outlives everything else."""
