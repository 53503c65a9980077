"""The command line: what it reads, what it prints, and what it does with connections."""
