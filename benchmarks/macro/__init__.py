"""Whole servers on loopback, and a client process that connects and leaves."""
