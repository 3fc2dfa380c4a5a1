"""Verification: is an archive what it was when it was written? Each module looks at one layer; none writes anything."""
