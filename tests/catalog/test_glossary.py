import pytest

from pipeline.catalog.glossary import Glossary, Term, comment, forbidden, missing
from pipeline.catalog.glossarycsv import format_csv, parse_csv
from pipeline.catalog.starter import starter_terms
from pipeline.errors import CatalogError
from pipeline.langtag import parse

FILE = """\ufeffterm,translation,forbidden,pos,case,keep,note
permit,permit|kebenaran,lesen,noun,,,Not a driving licence
work permit,permit kerja,,,,,
SingPass,,,,yes,yes,
May,Mei,,,yes,,The month
Ministry of Health,Kementerian Kesihatan,,,,,
"""


@pytest.fixture
def glossary():
    return parse_csv(FILE.encode())


def terms(glossary, text):
    return [(use.term.term, *use.spellings) for use in glossary.find(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Get a permit", [("permit", "permit")]),
        ("Permits and a work permit", [("permit", "Permits"), ("work permit", "work permit")]),
        ("Log in with SingPass, not singpass", [("SingPass", "SingPass")]),
        ("You may pay in May", [("May", "May")]),
        ("The ministry of health's Permit", [("Ministry of Health", "ministry of health"), ("permit", "Permit")]),
        ("Permitted, permitting", []),
        ("**Ministry  of Health**", []),
        ("Type `permit` or go to [the fees](/permit)", []),
        ("[A permit](/x) for permit@example.org", [("permit", "permit")]),
        ("", []),
    ],
)
def test_terms_are_found_as_words_the_longest_first(glossary, text, wanted):
    assert terms(glossary, text) == wanted


def test_what_a_translation_does_with_a_term(glossary):
    (permit,) = glossary.find("A permit")
    assert not missing(permit, "Sebuah permit")
    assert not missing(permit, "Kebenarannya")
    assert missing(permit, "Sebuah lesen")
    assert forbidden(permit, "Sebuah Lesen") == "lesen"
    assert forbidden(permit, "Sebuah permit") is None
    (name,) = glossary.find("SingPass")
    assert missing(name, "singpass")
    assert not missing(name, "Log masuk dengan SingPass")


def test_a_forbidden_word_inside_an_allowed_one_is_allowed():
    (use,) = Glossary([Term(term="fee", translations=("学费",), forbidden=("费",))]).find("The fee")
    assert forbidden(use, "学费") is None
    assert forbidden(use, "费用") == "费"


def test_a_reviewer_reads_the_terms(glossary):
    assert comment(glossary.find("A permit by SingPass")) == (
        "glossary: permit → permit|kebenaran (not: lesen); SingPass → SingPass (not translated)"
    )
    assert comment(()) == ""


def test_what_is_written_is_read_again(glossary):
    assert parse_csv(format_csv(glossary.terms)).terms == glossary.terms


def test_two_lines_for_one_term_are_one():
    (term,) = parse_csv(b"source;target\nfee;yuran\nFee;bayaran\n").terms
    assert term.translations == ("yuran", "bayaran")


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"a,b\n", 1, "one is `term`"),
        (b"term,colour\n", 1, "unknown column 'colour'"),
        (b"term,keep\nx,perhaps\n", 2, "keep is yes or empty"),
        (b"term,translation\n,x\n", 2, "without a term"),
        (b"term,translation\nx,\xff\n", 2, "not UTF-8"),
        (b'term,translation\n"x,y\n', 2, "malformed CSV"),
        (b"", 1, "one is `term`"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(data, line, message):
    with pytest.raises(CatalogError, match=message) as caught:
        parse_csv(data, path="ms.csv")
    assert (caught.value.path, caught.value.line) == ("ms.csv", line)


def test_the_csv_that_weblate_exports_is_read():
    """All columns of Translate Toolkit's CSV class; a line that is not approved is left out."""
    data = (
        '"location","source","target","ID","fuzzy","context","translator_comments","developer_comments"\n'
        '"","permit","kebenaran","","False","","not a licence",""\n'
        '"","fee","yuran","","True","","",""\n'
    )
    (term,) = parse_csv(data.encode()).terms
    assert (term.term, term.translations, term.note) == ("permit", ("kebenaran",), "not a licence")


def test_the_starter_has_places_and_no_test_locales():
    for tag in ("ms", "zh-Hans", "ta"):
        terms = {term.term: term.translations for term in starter_terms(parse(tag))}
        assert "Japan" in terms
        assert not {"Pseudo-Accents", "Pseudo-Bidi", "May"} & terms.keys()
    assert "Dominican Republic" not in {term.term for term in starter_terms(parse("ms"))}
