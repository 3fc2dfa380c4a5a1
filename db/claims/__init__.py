"""The claims of texts in the archive file: what each version states."""
