"""The page of changes, and the form that chooses them."""
