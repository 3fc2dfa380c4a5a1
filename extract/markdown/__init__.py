"""Write the chosen text of a page as Markdown."""
