"""How many retailers state something, and changed what they state, period by period."""
