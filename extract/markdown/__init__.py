"""Write the chosen text as Markdown."""
