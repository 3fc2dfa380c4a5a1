"""What keeps work on long texts linear in time and memory."""
