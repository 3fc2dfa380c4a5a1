"""Rules that classify a page or a link, only by texts and addresses."""
