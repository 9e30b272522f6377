import pytest

from pipeline.catalog.glossary import Glossary, Term, comment, forbidden, missing
from pipeline.catalog.glossarycsv import appended, format_csv, parse_csv
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


@pytest.mark.parametrize(
    ("term", "text", "spelling"),
    [
        ("C++", "Learn C++ and C", "C++"),
        ("C++", "Learn C++11", None),
        ("C++", "Learn C", None),
        ("U.S.", "In the U.S. of old", "U.S."),
        ("U.S.", "In the U.S.A. of old", None),
        ("Yahoo!", "**Yahoo!** mail", "Yahoo!"),
        (".NET", "The .NET way", ".NET"),
        (".NET", "The ASP.NET way", None),
        (".NET", "The net way", None),
        ("Myanmar (Burma)", "From Myanmar (Burma).", "Myanmar (Burma)"),
        ("children's room", "The children\u2019s rooms", "children\u2019s rooms"),
        ("children\u2019s room", "The children's room", "children's room"),
        ("library", "Public Libraries", "Libraries"),
        ("library", "A librarian", None),
        ("holding company", "holding companies", "holding companies"),
        ("key", "Keys and kies", "Keys"),
    ],
)
def test_terms_with_marks_at_their_edges_and_plurals_are_found(term, text, spelling):
    assert terms(Glossary([Term(term=term, translations=("x",))]), text) == ([(term, spelling)] if spelling else [])


def test_the_longest_of_terms_that_differ_in_marks_is_found():
    both = Glossary([Term(term="C", keep=True), Term(term="C++", keep=True)])
    assert terms(both, "C++ is not C") == [("C++", "C++"), ("C", "C")]


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


def test_code_and_link_targets_of_a_translation_say_nothing(glossary):
    (permit,) = glossary.find("Get a [permit](/lesen/apply/) today.")
    assert forbidden(permit, "Dapatkan [permit](/lesen/apply/) hari ini.") is None
    assert missing(permit, "Guna arahan `permit` dan [lulus](/permit/).")


def test_an_apostrophe_is_an_apostrophe():
    (name,) = Glossary([Term(term="O'Brien", keep=True)]).find("By O\u2019Brien")
    assert not missing(name, "Oleh O'Brien")
    assert not missing(name, "Oleh O\u2019Brien")
    assert name.term.target_for("O\u2019Brien") == "O\u2019Brien"


@pytest.mark.parametrize(
    ("term", "spelling", "language", "wanted"),
    [
        (Term(term="fee", translations=("yuran",)), "fees", "ms", "yuran"),
        (Term(term="fee", translations=("yuran",)), "Fees", "ms", "Yuran"),
        (Term(term="fee", translations=("yuran",)), "FEE", "ms", "YURAN"),
        (Term(term="fee", translations=("费用",)), "FEE", "zh-Hans", "费用"),
        (Term(term="fee", translations=("საფასური",)), "FEE", "ka", "საფასური"),
        (Term(term="permit", translations=("izin",)), "Permit", "tr", "İzin"),
        (Term(term="permit", translations=("izin",)), "PERMIT", "tr", "İZİN"),
        (Term(term="permit", translations=("izin",)), "Permit", "id", "Izin"),
        (Term(term="Fee", translations=("yuran",)), "Fee", "ms", "yuran"),
        (Term(term="Fee", translations=("yuran",), case_sensitive=True), "Fee", "ms", "yuran"),
        (Term(term="app", keep=True), "App", "ms", "app"),
        (Term(term="app", forbidden=("x",)), "App", "ms", ""),
    ],
)
def test_a_translation_takes_the_capitals_of_its_place(term, spelling, language, wanted):
    assert term.target_for(spelling, language) == wanted


def test_a_forbidden_word_inside_an_allowed_one_is_allowed():
    (use,) = Glossary([Term(term="fee", translations=("学费",), forbidden=("费",))]).find("The fee")
    assert forbidden(use, "学费") is None
    assert forbidden(use, "费用") == "费"


def test_a_reviewer_reads_the_terms(glossary):
    assert comment(glossary.find("A permit by SingPass")) == (
        "glossary: permit → permit|kebenaran (not: lesen); SingPass → SingPass (not translated)"
    )
    assert comment(()) == ""
    bare = Glossary([Term(term="app", forbidden=("aplikasi",)), Term(term="fee")])
    assert comment(bare.find("The app fee")) == "glossary: app (not: aplikasi)"
    assert comment(bare.find("The fee")) == ""


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
        (b"term,translation\nfee,yuran,,\npermit,lesen, izin\n", 3, "more cells than the 2 columns"),
        (b"sep=;\nterm;keep\nfee;perhaps\n", 3, "keep is yes or empty"),
        (b"\xff\xfet\0e\0r\0m\0,\0\n", 1, "not UTF-16"),
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


@pytest.mark.parametrize(
    "data",
    [
        b"sep=;\r\nterm;translation\r\nfee;yuran\r\n",
        '"sep=;"\nterm;translation\nfee;yuran\n'.encode("utf-8-sig"),
        "term\ttranslation\r\nfee\tyuran\r\n".encode("utf-16"),
        b"\xfe\xff" + "term\ttranslation\r\nfee\tyuran\r\n".encode("utf-16-be"),
        b'"term", "translation"\n"fee", "yuran"\n',
    ],
)
def test_what_spreadsheets_write_is_read(data):
    assert [(term.term, term.translations) for term in parse_csv(data).terms] == [("fee", ("yuran",))]


NEW = [Term(term="permit", translations=("izin", "permit"), forbidden=("lesen",), note="a, b; c")]


@pytest.mark.parametrize(
    ("data", "added"),
    [
        (b"term,translation,forbidden\nfee,yuran,\n", b"permit,izin|permit,lesen\n"),
        (b"term;forbidden;translation;note\r\nfee;;yuran;\r\n", b'permit;lesen;izin|permit;"a, b; c"\r\n'),
        (b"sep=;\nforbidden;source;target\n;fee;yuran", b"\nlesen;permit;izin|permit\n"),
        ("\ufeffterm,translation,forbidden,\rfee,yuran,,\r".encode(), b"permit,izin|permit,lesen,\r"),
        (
            b'"source","target","fuzzy","translator_comments","forbidden"\n"fee","yuran","True","",""\n',
            b'"permit","izin|permit","","a, b; c","lesen"\n',
        ),
        (
            "term\tforbidden\ttranslation\n".encode("utf-16"),
            "permit\tlesen\tizin|permit\n".encode("utf-16")[2:],
        ),
    ],
)
def test_terms_are_added_as_the_file_is_written(data, added):
    assert appended(data, NEW) == data + added
    before = {term.term: term.translations for term in parse_csv(data).terms}
    after = {term.term: term.translations for term in parse_csv(data + added).terms}
    assert after == before | {"permit": ("izin", "permit")}
    assert appended(data, []) == data


def test_a_file_without_a_column_that_a_term_needs_gets_none():
    with pytest.raises(CatalogError, match="no column `forbidden`, which 'permit' needs") as caught:
        appended(b"term,translation\n", NEW, path="ms.csv")
    assert (caught.value.path, caught.value.line) == ("ms.csv", 1)
