import pytest

from pipeline.mt.markers import FORMS, Marker, choose_marker, survival
from pipeline.mt.protect import plan
from pipeline.mt.restore import assemble, restore

MARKER = Marker("§{}")


def texts(text, markup="markdown", marker=MARKER, **options):
    taken = plan(text, markup, "en", marker, **options)
    return [run.text for run in taken.runs()], taken.step


@pytest.mark.parametrize(
    ("text", "expected", "step"),
    [
        ("Opening hours", ["Opening hours"], "plain"),
        ("**Opening hours**", ["Opening hours"], "plain"),
        ("[**Opening hours**](/hours)", ["Opening hours"], "plain"),
        ("  ![](clock.png) Opening hours[^1] ", ["Opening hours"], "plain"),
        ("<br>Opening hours<br>", ["Opening hours"], "plain"),
        ("One here. Two there.", ["One here.", "Two there."], "plain"),
        ("One line\nand the next", ["One line", "and the next"], "plain"),
        ("Run `make` now.", ["Run §1 now."], "markers"),
        ("`make` builds `all`.", ["§1 builds §2."], "markers"),
        ("Hello {{ name }}, welcome!", ["Hello §1, welcome!"], "markers"),
        ("Write to me@x.example today.", ["Write to §1 today."], "markers"),
        ("The `file`s there", ["The §1 s there"], "markers"),
        ("Set snake_case and %(name)s.", ["Set §1 and §2."], "markers"),
        ("Trade™ names", ["Trade §1 names"], "markers"),
        ("Set ${HOME}, %{count}, #{x}, %-5.2f and %@ now.", ["Set §1, §2, §3, §4 and §5 now."], "markers"),
        ("A 100%discount is %in", ["A 100%discount is %in"], "plain"),
        ("See vaccine.gov.sg/covid or setup.cfg or Example.com.", ["See §1 or §2 or §3."], "markers"),
        ("Open at 10.30am and/or within 3.5m, e.g. here", ["Open at 10.30am and/or within 3.5m, e.g. here"], "plain"),
        ("Edit /etc/hosts and press ++ctrl+c++ now :heart: ok", ["Edit §1 and press §2 now §3 ok"], "markers"),
        ("Learn C++ and C# in Notepad++.", ["Learn §1 and §2 in §3."], "markers"),
        ("At 12:30:45 press 1\ufe0f\u20e3 to go", ["At 12:30:45 press §1 to go"], "markers"),
        ("Pay RM10 or 10 USD or S$5 now", ["Pay §1 or §2 or §3 now"], "markers"),
        ("Click *File* &gt; *Save*.", ["Click", "File", "Save"], "split"),
        ("Names &amp; **Addresses**", ["Names", "Addresses"], "split"),
        ("“Total” is _x_ now", ['Total" is', "x", "now"], "split"),
        ("See the [opening hours](/h) of all.", ["See the", "opening hours", "of all"], "split"),
        ("A whole sentence. See [this](/a) now.", ["A whole sentence.", "See", "this", "now"], "split"),
        ("As §1 says, run `make` now.", ["As §1 says, run", "now"], "split"),
        ("`code` only: 12.50", ["§1 only: 12.50"], "markers"),
        ("12.50 & `x`", [], "plain"),
    ],
)
def test_a_segment_is_taken_apart_by_the_gentlest_step(text, expected, step):
    assert texts(text) == (expected, step)


def test_the_engine_sees_bare_characters_for_escapes_and_entities_unless_both_forms_occur():
    assert texts("Terms &amp; \\*star\\*")[0] == ["Terms & *star*"]
    assert texts("R&D in B&amp;B rooms")[0] == ["R&D in B §1 B rooms"]


def test_without_markers_a_sentence_is_cut_at_the_element():
    assert texts("Please run `make` now.", marker=None) == (["Please run", "now"], "split")
    assert texts("Please run `make` now.", cut_atoms=True) == (["Please run", "now"], "split")


def test_backslashes_of_html_are_kept():
    assert texts(r"Open \\server\share now", "html")[0] == [r"Open §1 server\share now"]


def test_numbers_can_be_protected_too():
    assert texts("Pay $12.50 in 3 days", numbers=True)[0] == ["Pay §1 in §2 days"]
    assert texts("Pay S$1,250 or 50% in 3 days")[0] == ["Pay §1 or 50% in 3 days"]


def rebuilt(text, translate, **options):
    taken = plan(text, "markdown", "en", MARKER, **options)
    outputs = [restore(run, translate(run.text), MARKER) for run in taken.runs()]
    return None if None in outputs else assemble(taken.parts, outputs)


@pytest.mark.parametrize(
    ("text", "translated", "expected"),
    [
        ("Run `make` now.", "Sekarang jalankan §1.", "Sekarang jalankan `make`."),
        ("Run `a` and `b` now.", "Now §2 and § 1 run.", "Now `b` and `a` run."),
        ("The `file`s there", "Those § 1 s", "Those `file`s"),
        ("Terms &amp; rules", "Rules & terms", "Rules &amp; terms"),
        ("A \\* star", "Star *", "Star \\*"),
        ("Wait 10\u00a0km more", "More 10 km wait", "More 10\u00a0km wait"),
        ("Run `make` now.", "Run now.", None),
        ("Run `make` now.", "Run §1 §1 now.", None),
        ("Run `make` now.", "Run §2 now.", None),
        ("Run `make` now.", "Run §11 now.", None),
    ],
)
def test_markers_and_escapes_come_back_exactly_or_not_at_all(text, translated, expected):
    assert rebuilt(text, lambda _: translated) == expected


def test_chinese_sentences_are_joined_without_a_space():
    taken = plan("Hello there. Good bye.", "markdown", "en", MARKER)
    assert assemble(taken.parts, ["你好。", "再见。"]) == "你好。再见。"


def test_the_form_of_a_marker_is_chosen_by_what_the_engine_lets_through(function_engine):
    assert choose_marker(function_engine(lambda s: s)) == Marker("§{}")
    assert choose_marker(function_engine(lambda s: s.replace("§", ""))) == Marker("#{}")
    assert choose_marker(function_engine(lambda s: "nothing left")) is None
    assert survival(Marker("[X{}X]"), function_engine(lambda s: s.replace("[X", "[ x"))) == 1.0


@pytest.mark.parametrize("form", FORMS)
def test_a_long_row_of_digits_is_no_marker(form):
    pattern = Marker(form).pattern
    assert pattern.findall(Marker(form)(9999)) == ["9999"]
    assert pattern.findall(Marker(form)("1" * 5_000)) == []


@pytest.mark.parametrize("unit", ["a.", "a_", "\\*", "&amp;", "1,", "§1", "`", "<", "[", "a ", "x_y."])
def test_long_hostile_text_is_taken_apart_whole(unit):
    text = unit * 2_000
    taken = plan(text, "markdown", "en", MARKER)
    assert assemble(taken.parts, [run.source for run in taken.runs()]) == text
