"""Turn stored bytes into text: compression, character set, file type, PDF."""
