"""How far answers and groups can be trusted."""
