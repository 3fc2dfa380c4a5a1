"""The request rates of a run: limits, pauses, blocks and the budget."""
