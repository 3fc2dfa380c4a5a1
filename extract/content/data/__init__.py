"""Text in the data that scripts would show: JSON, JavaScript, rich text of content systems."""
