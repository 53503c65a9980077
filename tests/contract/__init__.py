"""Handshakes, field values and answers as data: a second, independent reading of the RFCs."""
