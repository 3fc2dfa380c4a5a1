"""Since when policies have something, where each moment is only known to lie between two captures."""
