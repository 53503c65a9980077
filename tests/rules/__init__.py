"""The nineteen rules that past advisories teach, the tests of each, and proof that these can fail.

`table` names them, `test_table` checks that what it names exists, `run` takes the code that
protects away, in a copy, and wants the tests to fail.
"""
