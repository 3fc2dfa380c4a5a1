"""Choose which part of a page is the text."""
