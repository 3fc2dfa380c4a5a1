"""The protocols of web archives: index, replay and Save Page Now.

Nothing here writes to a database.
"""
