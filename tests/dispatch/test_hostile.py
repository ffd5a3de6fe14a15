"""A few hundred generated bad inputs; `make hostile` drives 100,000."""

from tests.hostile import drive

FEW = 400


def test_bad_input_gets_a_sentence_never_a_traceback(room):
    tally = drive(room, FEW)

    assert tally.broken == []
    assert tally.inputs >= FEW * 0.95
