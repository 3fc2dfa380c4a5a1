"""The tables that an export can write: their columns, each with its meaning, and their rows."""
