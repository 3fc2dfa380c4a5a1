"""What surrounds a command in its process: signals, its output, and its log."""
