"""Limits for the SQL of visitors: values, memory, threads, and functions."""
