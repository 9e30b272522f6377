"""TMX in and out: what other tools write is read, what is written other tools read, and no file does harm."""

import pytest
from translate.storage.tmx import tmxfile

from pipeline.catalog.memory import Unit
from pipeline.catalog.tmx import LONGEST, languages, read_tmx, write_tmx
from pipeline.errors import CatalogError, WriteError
from pipeline.langtag import parse

EN, MS, ZH = parse("en"), parse("ms"), parse("zh-Hans")

UNITS = [
    Unit("Opening hours", "Waktu operasi", "heading"),
    Unit("Read **this** [now](a.html)", "Baca **ini** [sekarang](a.html)", "paragraph", "button"),
    Unit("a < b & c > d \"e\" 'f' ]]>", "<b>x</b> {{ y }} `z`"),
    Unit("two\nlines\t and\r spaces ", " dua\nbaris"),
    Unit("emoji 🙂 and \u00a0 and \u2028", "图书馆 நூலகம் \u200b"),
]


def tmx(body, header="", srclang="en", declaration='<?xml version="1.0"?>'):
    return (
        f"{declaration}{header}<tmx version='1.4'><header creationtool='x' creationtoolversion='1' segtype='sentence'"
        f" o-tmf='x' adminlang='en' srclang='{srclang}' datatype='plaintext'/><body>{body}</body></tmx>"
    )


def tu(source, target, source_tag="en", target_tag="ms"):
    return (
        f"<tu><tuv xml:lang='{source_tag}'><seg>{source}</seg></tuv><tuv xml:lang='{target_tag}'><seg>{target}</seg>"
        "</tuv></tu>"
    )


@pytest.fixture
def read(tmp_path):
    def call(text, source=EN, target=MS):
        path = tmp_path / "in.tmx"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read_tmx(path, source, target))

    return call


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "new" / "out.tmx"
    assert write_tmx(path, UNITS, EN, MS) == (len(UNITS), 0)
    assert list(read_tmx(path, EN, MS)) == UNITS
    assert next(read_tmx(path, MS, EN)) == Unit("Waktu operasi", "Opening hours", "heading")
    assert languages(path) == {"en": 5, "ms": 5}
    first = path.read_bytes()
    write_tmx(path, iter(UNITS), EN, MS)
    assert path.read_bytes() == first


def test_marks_stand_in_elements_of_their_own(tmp_path):
    write_tmx(tmp_path / "x.tmx", [Unit("Read **this** `code`", "x")], EN, MS)
    assert '<seg>Read <bpt i="1">**</bpt>this<ept i="1">**</ept> <ph>`code`</ph></seg>' in (
        tmp_path / "x.tmx"
    ).read_text("utf-8")


def test_units_that_xml_cannot_hold_are_left_out(tmp_path):
    units = [Unit("a\x00b", "x"), Unit("good", "baik"), Unit("x", "\ud800"), Unit("y", "\uffff")]
    assert write_tmx(tmp_path / "x.tmx", units, EN, MS) == (1, 3)
    assert list(read_tmx(tmp_path / "x.tmx", EN, MS)) == [Unit("good", "baik")]


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(WriteError):
        write_tmx(tmp_path / "x" / "y.tmx", UNITS, EN, MS)


def test_codes_are_text_and_empty_ones_make_a_unit_unusable(read):
    body = (
        tu("<bpt i='1'>&lt;b&gt;</bpt>Fees<ept i='1'>&lt;/b&gt;</ept>", "<hi>Bayaran</hi>")
        + tu("Call <ph x='1'/> now", "Telefon <ph x='1'/> sekarang")
        + tu("An <it pos='begin'>*</it>image <ph>![<sub>alt</sub>](x)</ph>", "Imej")
    )
    assert read(tmx(body)) == [Unit("<b>Fees</b>", "Bayaran"), Unit("An *image ![alt](x)", "Imej")]


def test_languages_are_matched_by_tag(read):
    body = "".join(
        tu("Fees", tag, "EN-us", tag) for tag in ("ms_MY", "ms", "zh-CN", "zh-TW", "zh", "no such tongue", "")
    )
    assert [unit.target for unit in read(tmx(body))] == ["ms_MY", "ms"]
    assert [unit.target for unit in read(tmx(body), target=ZH)] == ["zh-CN"]
    assert [unit.target for unit in read(tmx(body), target=parse("zh"))] == ["zh-CN", "zh"]
    assert read(tmx(body), source=parse("fr")) == []


def variants(**texts):
    return tmx(
        "<tu>" + "".join(f"<tuv xml:lang='{tag}'><seg>{text}</seg></tuv>" for tag, text in texts.items()) + "</tu>"
    )


def test_every_variant_of_the_source_is_known_and_none_translates_itself(read):
    text = variants(**{"en-GB": "The colour", "en-US": "The color", "ms": "Warna"})
    assert read(text) == [Unit("The colour", "Warna"), Unit("The color", "Warna")]
    assert read(text, target=parse("en-GB")) == [Unit("The color", "The colour")]
    assert read(variants(**{"en-GB": "The colour", "ms": "Warna"}), target=parse("en-GB")) == []


def test_the_nearest_of_several_targets_is_taken(read):
    text = variants(**{"en": "Bus", "pt-PT": "Autocarro", "pt": "Ônibus"})
    assert read(text, target=parse("pt")) == [Unit("Bus", "Ônibus")]
    assert read(text, target=parse("pt-PT")) == [Unit("Bus", "Autocarro")]
    assert read(variants(**{"en": "Bus", "pt-PT": "Autocarro"}), target=parse("pt")) == [Unit("Bus", "Autocarro")]


def test_several_translations_the_old_lang_attribute_and_properties(read):
    body = (
        "<tu><note>n</note><prop type='x-kind'>heading</prop><tuv lang='en'><prop type='x-kind'>no</prop><seg>Fees</seg></tuv>"
        "<tuv lang='ms'><seg>Yuran</seg></tuv><tuv lang='ms'><seg>Bayaran</seg></tuv><tuv lang='ms'><seg> </seg></tuv></tu>"
    )
    assert read(tmx(body)) == [Unit("Fees", "Yuran", "heading"), Unit("Fees", "Bayaran", "heading")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252", "gb18030"])
def test_encodings_that_the_file_names_or_shows(read, encoding):
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = tmx(tu("Café", "Kafé"), declaration=f'<?xml version="1.0" encoding="{name}"?>')
    assert read(text.encode(encoding)) == [Unit("Café", "Kafé")]


@pytest.mark.parametrize("declared", ["utf-8", "utf8", "windows-1252", "iso-8859-1"])
def test_a_byte_order_mark_stands_above_what_is_declared(read, declared):
    text = tmx(tu("Café", "Kafé"), declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(text.encode("utf-8-sig")) == [Unit("Café", "Kafé")]


LAUGHS = (
    "<!DOCTYPE tmx [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{'&' + chr(97 + n) + ';' + '&' + chr(97 + n) + ';'}'>" for n in range(20))
    + "]>"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (tmx(tu("&u;", "x"), LAUGHS), "declares the entity"),
        (tmx(tu("&x;", "x"), "<!DOCTYPE tmx [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"), "declares the entity"),
        (
            tmx(tu("x", "x"), "<!DOCTYPE tmx [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x.dtd'> %x;]>"),
            "declares the entity",
        ),
        (tmx(tu("&nothing;", "x")), "undefined entity"),
        (tmx(tu("x" * (LONGEST + 1), "x")), "a segment of more than"),
        (tmx(tu("<hi>" * 200 + "x" + "</hi>" * 200, "x")), "nested too deeply"),
        (tmx(tu("x", "y"))[:-20], "no element found|unclosed"),
        ("", "no element found"),
        ("not XML at all", "not well-formed"),
        ("<html><body/></html>", "not TMX: its root element is <html>"),
        (tmx(tu("Café", "x")).encode("latin-1"), "not well-formed"),
        (
            tmx(tu("x", "y"), declaration='<?xml version="1.0" encoding="klingon"?>'),
            "unknown encoding|cannot be decoded",
        ),
        (tmx(tu("x", "y"), declaration='<?xml version="1.0" encoding="rot13"?>'), "cannot be decoded"),
        (
            tmx(tu("Caf\xe9", "y"), declaration='<?xml version="1.0" encoding="big5"?>').encode("latin-1"),
            "cannot be decoded",
        ),
        (tmx(tu("&nothing;", "x"), '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'), "the unknown entity 'nothing'"),
        (tmx(tu("x", "y"), declaration='<?xml version="1.0" encoding="utf-16"?>'), "encod"),
        (b"\x00" * 1000, "not well-formed"),
    ],
)
def test_hostile_and_broken_files_are_refused(read, text, message):
    with pytest.raises(CatalogError, match=message) as caught:
        read(text)
    assert caught.value.path.endswith("in.tmx")


def test_a_doctype_is_nothing_to_fetch(read):
    header = '<!DOCTYPE tmx SYSTEM "http://127.0.0.1:9/tmx14.dtd">'
    assert read(tmx(tu("Fees&nbsp;&mdash; caf&eacute;", "Yuran"), header)) == [Unit("Fees\xa0— café", "Yuran")]


def test_a_long_file_is_read_as_a_stream(tmp_path):
    path = tmp_path / "long.tmx"
    write_tmx(path, (Unit(f"Text number {n}", f"Teks {n}") for n in range(3000)), EN, MS)
    units = read_tmx(path, EN, MS)
    assert next(units) == Unit("Text number 0", "Teks 0")
    assert sum(1 for _ in units) == 2999


def test_translate_toolkit_reads_ours_and_we_read_its(tmp_path):
    ours, theirs = tmp_path / "ours.tmx", tmp_path / "theirs.tmx"
    units = [unit for unit in UNITS if "\r" not in unit.source]
    write_tmx(ours, units, EN, MS)
    store = tmxfile.parsefile(str(ours))
    assert [(unit.source, unit.target) for unit in store.units] == [(unit.source, unit.target) for unit in units]

    store = tmxfile()
    for unit in units:
        store.addtranslation(unit.source, "en", unit.target, "ms")
    theirs.write_bytes(bytes(store))
    assert [(u.source, u.target) for u in read_tmx(theirs, EN, MS)] == [(u.source, u.target) for u in units]
