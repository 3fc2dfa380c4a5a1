"""Descriptors of exported tables: a Frictionless Data Package and a Croissant file."""
