"""What is tried again, and when."""
