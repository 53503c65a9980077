"""Coverage-guided fuzzing: what a fuzzer found to reach new code is kept in `corpus`.

`targets` are the properties, `run` fuzzes them with atheris, `test_corpus` replays the corpus
without it.
"""
