import random
from dataclasses import replace

import pytest

from pipeline.errors import EngineError
from pipeline.mt.argos import ArgosEngine
from pipeline.mt.draft import draft, provenance
from pipeline.mt.package import read_package
from pipeline.mt.pseudo import PseudoEngine
from pipeline.mt.request import DraftRequest, DraftTerm

SEGMENTS = [
    "Opening hours",
    "**Opening hours**",
    'See the [opening hours](/hours "All") of **all** offices. Run `make all` now.',
    "Apply at https://forms.example/a_b?c=1 or write to help@forms.example.",
    '![A map](map.png) The office is *here*[^1], by the <abbr title="Light rail">LRT</abbr>.',
    "Hello {{ site.name }}, today is {% today %}.",
    "Terms &amp; conditions\\* of R\\&D",
    "First line\nSecond line with `code`",
    "It costs $12.50 for 3\u00a0days… or 20 % less™",
    '<a href="/x"><b>Click here</b></a> to <i>save</i> your changes',
    "Name: ____ and 😀 or snake_case",
    "“Curly” — and `a``b` {: .note}",
]


def requests(texts, markup="markdown"):
    return [DraftRequest(key=i, text=text, markup=markup) for i, text in enumerate(texts)]


def one(text, engine, target="ms", **options):
    return draft(requests([text]), engine, source="en", target=target, **options)[0]


@pytest.mark.model
def test_what_the_copy_model_drafts_is_the_source(copy_engine):
    results = draft(requests(SEGMENTS), copy_engine, source="en", target="ms")
    assert [result.text for result in results] == SEGMENTS
    assert [result.key for result in results] == list(range(len(SEGMENTS)))
    assert {result.step for result in results} == {"plain", "projected", "markers", "split"}
    assert {result.score for result in results if not result.copied} == {1.0}
    assert all(0.5 <= result.score < 1.0 for result in results if result.copied)


def test_every_distinct_sentence_is_translated_once_and_in_sorted_order(function_engine):
    texts = ["Open it. Close it.", "Close it. Open it.", "**Open it.**", "Another one"]
    engine = function_engine(str.upper)
    results = draft(requests(texts), engine, source="en", target="ms")
    assert engine.calls[1:] == [["Another one", "Close it.", "Open it."]]  # the first asks how it treats markers
    assert [r.text for r in results] == ["OPEN IT. CLOSE IT.", "CLOSE IT. OPEN IT.", "**OPEN IT.**", "ANOTHER ONE"]


def test_the_order_of_requests_changes_nothing(function_engine):
    shuffled = random.Random(1).sample(range(len(SEGMENTS)), len(SEGMENTS))
    plain = draft(requests(SEGMENTS), first := function_engine(str.swapcase), source="en", target="ms")
    mixed = draft(
        requests([SEGMENTS[i] for i in shuffled]), other := function_engine(str.swapcase), source="en", target="ms"
    )
    assert {SEGMENTS[r.key]: r.text for r in plain} == {SEGMENTS[shuffled[r.key]]: r.text for r in mixed}
    assert sorted(first.calls) == sorted(other.calls)


def test_a_lost_marker_falls_back_to_cutting_the_sentence(function_engine):
    def forgets(sentence):
        return sentence.replace("§3", "") if "deep" in sentence else sentence.upper()

    result = one("Use `a`, `b` and `c` deep inside", function_engine(forgets))
    assert (result.text, result.step) == ("USE `a`, `b` AND `c` deep inside", "split")


def test_a_lost_number_is_tried_again_as_a_marker_then_refused(function_engine):
    careless = function_engine(lambda s: s.replace("26", "2").upper())
    assert one("Set it to 26 `now`", careless).text == "SET IT TO 26 `now`"
    without_markers = function_engine(lambda s: "".join(c for c in s if not c.isdigit()).upper())
    assert one("Set it to 26 now", without_markers).text == "SET IT TO 26 NOW"
    made_up = one("Set it now", function_engine(lambda s: s + " 7"))
    assert (made_up.text, made_up.reason) == (None, "adds the number 7")


@pytest.mark.parametrize(
    ("text", "answer", "reason"),
    [
        ("Save it now", "", "empty"),
        ("Save it now", "simpan simpan simpan simpan", "repeats itself"),
        ("Save it now", "Simpan [ini](https://evil.example)", "adds a ["),
        ("Save it now", "Simpan https://evil.example", "changes an inline element"),
        ("Save it now", "Simpan <b>ini</b>", "adds a <"),
        ("Save it now", "Simpan\nini", "changes the line breaks"),
        ("A * star", "Bintang", "loses a *"),
    ],
)
def test_a_refused_draft_says_why(function_engine, text, answer, reason):
    result = one(text, function_engine(lambda _: answer))
    assert (result.text, result.reason) == (None, reason)


def test_text_already_in_the_target_script_or_not_in_the_source_script_is_skipped(function_engine):
    engine = function_engine(str.upper)
    assert one("卫生部 welcomes you。今天天气很好，欢迎光临我们的图书馆", engine, target="zh-Hans").step == "skipped"
    assert one("வணக்கம்", engine, target="ta").reason == "already in the target language's script"
    assert one("卫生部", engine).reason == "not in the source language's script"
    assert engine.calls == []


def test_scores_have_two_decimals_and_weigh_by_length(function_engine):
    assert one("Save it", function_engine(str.upper, score=0.8349)).score == 0.83
    assert one("Save it", function_engine(str.upper, score=0.2), min_score=0.3).reason == "score 0.20 is below 0.30"
    assert one("Save it", function_engine(str.upper, score=None)).score is None


COPYING = {
    "Free entry. No dogs. Open daily. Cash only.",
    "Please **bring** the old letter.",
    "Open the file now.",
    "10 Bayfront Avenue, Marina Bay Sands",
    "Save `x.y` at once, please!",
}


@pytest.mark.parametrize("text", sorted(COPYING))
def test_a_draft_that_is_its_source_is_tried_again_and_refused(function_engine, text):
    engine = function_engine(lambda sentence: sentence.replace("office", "pejabat"))
    refused = one(text, engine)
    assert (refused.text, refused.reason, refused.copied) == (None, "repeats its source", "")


def test_what_may_be_its_source(function_engine):
    def probed(sentence):
        return sentence.replace("office", "pejabat")

    assert one("Save it now", function_engine(probed)).text == "Save it now"  # three words may be a name
    assert one("Call 6123 4567 or 6123 4568", function_engine(probed)).text == "Call 6123 4567 or 6123 4568"
    part = one("Leave the office. Save all of it at once.", function_engine(probed, score=0.8))
    assert (part.text, part.copied) == ("Leave the pejabat. Save all of it at once.", "Save all of it at once.")
    assert 0.4 < part.score < 0.8
    near = one("Save all of it at once", function_engine(probed, target="ms"), target="en-GB")
    assert (near.text, near.score) == ("Save all of it at once", 0.4)


def test_an_engine_that_is_declared_an_identity_may_copy(function_engine):
    copied = one("Save all of it at once", function_engine(str, identity=True, score=0.8))
    assert (copied.text, copied.score, copied.copied) == ("Save all of it at once", 0.4, "Save all of it at once")
    assert one("Save all of it at once", function_engine(str)).reason == "repeats its source"


@pytest.mark.model
def test_so_may_a_model_that_gives_back_whatever_it_is_given(copy_package):
    engine = ArgosEngine(replace(read_package(copy_package, "installed"), identity=False), beam=1, threads=1)
    copied = one("Save all of it at once", engine)
    assert (copied.text, copied.score) == ("Save all of it at once", 0.5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("We close on 12 March 2024", "loses the date March"),
        ("We close on Monday at night", "loses the date Monday"),
        ("Pay $50 at the counter", "loses the sign $ of an amount"),
    ],
)
def test_a_lost_date_or_amount_is_put_in(function_engine, text, reason):
    lost = {"We close on": "Kami tutup pada", " March ": " Mac ", " Monday": " Isnin"}

    def translated(sentence):
        for word in ("March ", "Monday", "$"):
            sentence = sentence.replace(word, "")
        return sentence.replace("We close on", lost["We close on"]).replace("Pay", "Bayar")

    put_in = one(text, function_engine(translated))
    wanted = text.replace("We close on", lost["We close on"]).replace("Pay", "Bayar")
    assert put_in.text == wanted.replace("March", "Mac").replace("Monday", "Isnin")


def test_progress_counts_to_the_end(function_engine):
    seen = []
    draft(
        requests(["One.", "Two.", "Three."]),
        function_engine(str.upper),
        source="en",
        target="ms",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1][0] == seen[-1][1] >= 3


@pytest.mark.parametrize(
    ("text", "answer", "wanted"),
    [
        ("Set ${HOME} to it", lambda s: s.replace("$", "").upper(), "SET ${HOME} TO IT"),
        ("Use it here", lambda s: f"{s} %s", None),
        ("Enter &lt;*name*&gt; in the box", str.upper, "ENTER &lt;*NAME*&gt; IN THE BOX"),
        ("Terms &amp; conditions", lambda s: "Terma dan syarat", "Terma dan syarat"),
        ("Use it here", lambda s: f"{s}&nbsp;", None),
        ("Say “yes” to John's", lambda s: "Kata ‘ya’ kepada John's", "Kata ‘ya’ kepada John's"),
        ("Use && and ++ now", str.upper, "USE && AND ++ NOW"),
        ("Seen on 12 Sep 2020", lambda s: s.replace(" §1", "§1").replace("Sep", "").upper(), "SEEN ON 12 Sep 2020"),
        ("Enter the &lt;name", lambda s: s.replace("<", "").upper(), None),
        ("Growth: 1.2%–3.4% a year", str.upper, "GROWTH: 1.2%–3.4% A YEAR"),
        ("See ==marked== words", lambda s: s.replace("==", "", 1), None),
        ("“Total” by *state*", str.upper, "“TOTAL” BY *STATE*"),
        ("“Total” by state", lambda s: s.replace('"', "", 1).upper(), "“TOTAL” BY STATE"),
        ("Open it now", lambda s: "    BUKA ITU ", "BUKA ITU"),
    ],
)
def test_placeholders_entities_and_quotes_come_through(function_engine, text, answer, wanted):
    assert one(text, function_engine(answer)).text == wanted


def test_a_draft_does_not_depend_on_what_else_is_drafted(function_engine):
    name = DraftRequest(key=0, text="Open your SingPass account today", terms=(term("SingPass", "", keep=True),))
    code = DraftRequest(key=1, text="Run `make` now")
    alone, beside = (draft(r, function_engine(str.upper), source="en", target="ms")[0] for r in ([name], [name, code]))
    assert (alone.text, alone.step) == (beside.text, beside.step) == ("OPEN YOUR SingPass ACCOUNT TODAY", "markers")


def test_an_engine_that_fails_fails_the_run(function_engine):
    def fails(sentence):
        raise EngineError("out of memory")

    with pytest.raises(EngineError):
        one("Save it", function_engine(fails))


def test_provenance_names_engine_and_model(function_engine):
    engine = function_engine(str.upper)
    assert provenance(one("Save it", engine), engine).score == 0.8
    refused = provenance(one("Save it", function_engine(lambda _: "")), engine)
    assert (refused.reason, refused.score, refused.engine, refused.model) == ("empty", None, "function", "test")


@pytest.mark.parametrize("text", SEGMENTS)
def test_the_pseudo_language_keeps_elements_and_is_longer(text):
    result = one(text, PseudoEngine(), target="en-XA")
    assert result.text is not None
    assert len(result.text) > len(text)
    assert result.text.count("\n") == text.count("\n")


def test_the_pseudo_language_is_readable():
    assert (
        PseudoEngine().translate_segment(" Opening hours of `this` office ")
        == " ⟦Öþéñîñĝ ĥöûŕš öƒ `this` öƒƒîçé ····⟧ "
    )
    assert PseudoEngine().translate_segment("Terms &amp; rules\\*") == "⟦Ţéŕɱš &amp; ŕûļéš\\* ·⟧"


def term(source, target, *, keep=False):
    def fits(text, translation):
        return target.lower() in translation.lower() if source in text else None

    return DraftTerm(spellings=(source,), target=target, fits=fits, keep=keep)


def drafted(text, engine, *terms):
    return draft([DraftRequest(key=0, text=text, terms=terms)], engine, source="en", target="ms")[0]


def test_a_term_the_engine_gets_right_is_left_to_it(function_engine):
    engine = function_engine(lambda s: s.replace("permit", "permit kerja"))
    assert drafted("Get a permit **now**", engine, term("permit", "permit kerja")).text == "Get a permit kerja **now**"
    assert engine.calls[1:] == [["Get a permit", "now"]]  # the first asks how it treats markers


def test_a_term_the_engine_misses_is_put_in(function_engine):
    engine = function_engine(str.upper)
    assert drafted("Pay the fee at **once**", engine, term("fee", "yuran")).text == "PAY THE yuran AT **ONCE**"
    assert drafted("Ministry of Health", engine, term("Ministry of Health", "Kementerian Kesihatan")).text == (
        "Kementerian Kesihatan"
    )


def test_every_sentence_with_a_term_must_have_it(function_engine):
    careless = function_engine(lambda s: s.replace("the fee", "yuran").upper())
    result = drafted("Pay the fee. A fee applies. Open at two.", careless, term("fee", "yuran"))
    assert result.text == "PAY THE yuran. A yuran APPLIES. OPEN AT TWO."


def test_a_term_that_no_sentence_has_all_of_is_looked_for_in_the_whole(function_engine):
    engine = function_engine(str.upper)
    assert drafted("Go on. Stop it.", engine, term("on. Stop", "ON. STOP")).text == "GO ON. STOP IT."
    assert drafted("Go on. Stop it.", engine, term("on. Stop", "x")).text == "GO x IT."


def test_a_name_is_never_shown_to_the_engine(function_engine):
    engine = function_engine(str.upper)
    assert drafted("Log in with SingPass today", engine, term("SingPass", "SingPass", keep=True)).text == (
        "LOG IN WITH SingPass TODAY"
    )
    assert not any("SingPass" in sentence for call in engine.calls for sentence in call)


def test_without_another_way_the_draft_stays_and_its_score_falls(function_engine):
    stubborn = function_engine(lambda s: "BAYAR" if "fee" in s or "§" in s else "", score=0.8)
    result = drafted("Pay the fee at once", stubborn, term("fee", "yuran"))
    assert (result.text, result.score) == ("BAYAR", 0.56)


def test_a_crumb_of_a_marker_is_not_left_in_the_draft(function_engine):
    crumbles = function_engine(lambda s: s.upper().replace("§1", "§ §1") if " now" in s else s.upper())
    assert one("Use `a` now", crumbles).text == "USE `a` NOW"
