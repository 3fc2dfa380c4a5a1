"""Ask Save Page Now to capture pages."""
