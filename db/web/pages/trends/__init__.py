"""The trends page: its chart, its table, its data."""
