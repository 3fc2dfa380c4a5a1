"""Settings of all tests: a property may take its time, for a busy machine is no bug."""

from hypothesis import settings

settings.register_profile("policytrail", deadline=None)
settings.load_profile("policytrail")
