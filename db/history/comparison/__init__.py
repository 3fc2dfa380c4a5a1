"""Two texts compared: blocks and tokens, their alignment, and a reason for each difference."""
