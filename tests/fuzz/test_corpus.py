"""What a fuzzer once found to reach all that there is, without the fuzzer."""

from __future__ import annotations

import pytest

from ws_handshake.testing import request_cases

from . import corpus
from .targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus(target: str) -> None:
    inputs = corpus.read(target)
    assert len(inputs) > 20
    for data in inputs:
        try:
            TARGETS[target](data)
        except Exception as error:
            error.add_note(f"the input was {data!r}")
            raise


def test_all_doors_judge_the_catalogue_as_its_bytes_are_judged() -> None:
    for case in request_cases():
        try:
            TARGETS["doors"](case.data)
        except Exception as error:
            error.add_note(f"the case was {case.id}")
            raise


def test_every_file_of_the_corpus_has_a_target() -> None:
    assert {path.stem for path in corpus.FOLDER.iterdir()} == TARGETS.keys()


def test_the_corpus_stays_small() -> None:
    assert sum(path.stat().st_size for path in corpus.FOLDER.iterdir()) < 200_000
