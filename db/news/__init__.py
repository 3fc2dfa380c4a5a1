"""Changes with their words, written for people: the entries of feeds, mails and terminals."""
