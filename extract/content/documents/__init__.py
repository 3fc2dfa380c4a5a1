"""The documents of a page that contains several: how they are named, and which of them are in tabs."""
