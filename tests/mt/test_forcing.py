"""Making a model write what it lost, and what it then thinks of the translation."""

from pipeline.mt.argos import ArgosEngine
from pipeline.mt.engine import Forced
from pipeline.mt.forcing import prefix_before
from pipeline.mt.models import list_models

SPACE = "\u2581"


def test_the_space_before_what_was_lost_is_kept_where_it_is_a_piece_of_its_own():
    tokens = [f"{SPACE}type", SPACE, "§", "1", "."]
    attention = [[1.0, 0, 0, 0, 0], [0, 0, 0, 0, 1.0]]
    prefix = prefix_before("type §1.", (5, 7), tokens, [f"{SPACE}taip", "."], attention)
    assert prefix[-3:] == [SPACE, "§", "1"]


def test_a_forced_translation_scores_no_more_than_the_usual_one():
    sentence = "Launch your terminal, and navigate into the iOS folder of your app and type §1."
    (starter,) = [package for package in list_models() if package.origin == "starter"]
    engine = ArgosEngine(starter, threads=1)
    (usual,) = engine.translate([sentence])
    place = sentence.index("§1")
    (forced,) = engine.translate_forced([Forced(sentence=sentence, keep=((place, place + 2),))])
    assert " §1" in forced.text
    assert "§1" not in usual.text
    assert forced.score <= usual.score
