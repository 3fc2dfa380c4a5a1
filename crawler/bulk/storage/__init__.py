"""Where results are: folders on a disk and at addresses, and servers that refuse for now."""
