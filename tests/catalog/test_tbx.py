import pytest

from pipeline.catalog.starter import starter_terms
from pipeline.catalog.tbx import read_tbx
from pipeline.errors import CatalogError
from pipeline.langtag import parse

NEW = """<?xml version="1.0"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><text><body>
<conceptEntry id="1"><descrip type="definition">Leave to do something</descrip>
 <langSec xml:lang="en-SG"><termSec><term>permit</term><termNote type="partOfSpeech">noun</termNote></termSec></langSec>
 <langSec xml:lang="ms">
  <termSec><term>kebenaran</term></termSec>
  <termSec><term>permit</term><termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec>
  <termSec><term>lesen</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
 </langSec></conceptEntry>
<conceptEntry id="2"><langSec xml:lang="en"><termSec><term>fee</term></termSec></langSec></conceptEntry>
</body></text></tbx>"""
NAMED = """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
  xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic"><text><body>
<conceptEntry id="1"><basic:definition>Leave to do something</basic:definition>
 <langSec xml:lang="en"><termSec><term>permit</term><min:partOfSpeech>noun</min:partOfSpeech></termSec></langSec>
 <langSec xml:lang="ms">
  <termSec><term>kebenaran</term></termSec>
  <termSec><term>lesen</term><min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec>
  <termSec><term>permit</term><min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
 </langSec></conceptEntry>
</body></text></tbx>"""
OLD = """<martif type="TBX"><text><body><termEntry>
<langSet xml:lang="en"><tig><term>fee</term></tig></langSet>
<langSet xml:lang="ms"><ntig><termGrp><term>yuran</term></termGrp></ntig></langSet>
</termEntry></body></text></martif>"""


def read(tmp_path, text):
    path = tmp_path / "terms.tbx"
    path.write_text(text, encoding="utf-8")
    return read_tbx(path, source=parse("en"), target=parse("ms"))


@pytest.mark.parametrize("text", [NEW, NAMED])
def test_a_concept_is_a_line(tmp_path, text):
    (term,) = read(tmp_path, text)
    assert (term.term, term.translations, term.forbidden) == ("permit", ("permit", "kebenaran"), ("lesen",))
    assert (term.part_of_speech, term.note) == ("noun", "Leave to do something")


def test_the_older_form_is_read(tmp_path):
    assert [(term.term, term.translations) for term in read(tmp_path, OLD)] == [("fee", ("yuran",))]


REGIONS = """<tbx type="TBX-Basic"><text><body><conceptEntry>
<langSec xml:lang="en"><termSec><term>file</term></termSec></langSec>
<langSec xml:lang="pt-PT"><termSec><term>ficheiro</term>
 <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec></langSec>
<langSec xml:lang="pt"><termSec><term>documento</term>
 <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec></langSec>
<langSec xml:lang="pt-BR"><termSec><term>arquivo</term></termSec></langSec>
</conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("pt-BR", ("arquivo", "documento")),
        ("pt-PT", ("ficheiro", "documento")),
        ("pt", ("documento", "ficheiro", "arquivo")),
    ],
)
def test_another_region_is_another_language_and_the_nearest_is_preferred(tmp_path, target, wanted):
    path = tmp_path / "terms.tbx"
    path.write_text(REGIONS, encoding="utf-8")
    (term,) = read_tbx(path, source=parse("en-SG"), target=parse(target))
    assert term.translations == wanted
    assert read_tbx(path, source=parse("en"), target=parse("es")) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<!DOCTYPE tbx [<!ENTITY a "aaaa">]><tbx>&a;</tbx>', "declares the entity 'a'"),
        ("<tmx></tmx>", "not TBX"),
        ("<tbx>", "not well-formed"),
        ("<tbx>" + "<p>" * 100 + "</p>" * 100 + "</tbx>", "nested too deeply"),
        ("<tbx><text><term>" + "x" * 20_000 + "</term></text></tbx>", "a text of more than"),
    ],
)
def test_what_is_not_to_be_trusted_is_refused(tmp_path, text, message):
    with pytest.raises(CatalogError, match=message):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("language", "term", "wanted"),
    [
        ("ms", "January", "Januari"),
        ("ms", "Germany", "Jerman"),
        ("ms", "English language", "bahasa Inggeris"),
        ("zh-Hans", "Singapore", "新加坡"),
        ("zh-Hans-SG", "Ministry of Health", "卫生部"),
        ("ta", "Tamil language", "தமிழ்"),
        ("ta", "Monday", "திங்கள்"),
    ],
)
def test_the_starter_knows_public_names(language, term, wanted):
    found = {own.term: own.translations for own in starter_terms(parse(language))}
    assert found[term][0] == wanted
    assert "May" not in found
    assert "English" not in found
