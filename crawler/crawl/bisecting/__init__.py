"""Bisection: which capture to request next."""
