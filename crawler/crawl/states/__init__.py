"""What answers mean beyond one capture: outages, exclusions that are lifted, failures to give back."""
