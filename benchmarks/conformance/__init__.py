"""The servers and clients that everybody uses under the conformance kit; see README.md."""
