"""What a change means: the statements that appeared, vanished or changed between two texts."""
