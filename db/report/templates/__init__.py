"""Templates: texts and sentences that several shops share."""
