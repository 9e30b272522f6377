"""What happens to a translation when its source changes, moves, goes or comes back."""

import pytest

from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, parse_po
from pipeline.catalog.state import state, with_provenance
from pipeline.model import Catalog, Message, Provenance, State

HEADER = Message(msgid="", msgstr="Language: ms\nContent-Type: text/plain; charset=UTF-8\nX-Pipeline-Format: 1\n")
OFFICE = "The office opens at nine every weekday except on public holidays."
PEJABAT = "Pejabat dibuka pukul sembilan setiap hari bekerja kecuali cuti umum."


def entry(msgid, msgstr="", **fields):
    return Message(msgid=msgid, msgstr=msgstr, **{"references": ("a.md",), **fields})


def catalog(*messages):
    """As read from a file, so that every entry has bytes to keep."""
    return parse_po(format_po(Catalog(language="ms", header=HEADER, messages=messages)))


def template(*msgids, **fields):
    return Catalog(messages=tuple(Message(msgid=msgid, **{"references": ("a.md",), **fields}) for msgid in msgids))


def draft(msgid, msgstr):
    made = Message(msgid=msgid, msgstr=msgstr, flags=("fuzzy",), references=("a.md",))
    return with_provenance(made, Provenance(origin="machine", engine="argos", model="en-ms 0.1", score=0.5))


def only(result):
    (message,) = result.messages
    return message


def test_nothing_changed_gives_the_very_same_catalog():
    old = catalog(entry("A", "a"), entry("B"), draft("C", "c"), entry("D", "d", obsolete=True, references=()))
    assert merge(old, template("A", "B", "C")) is old


def test_order_and_references_follow_the_template():
    old = catalog(entry("A", "a"), entry("B", "b", flags=("fuzzy",)))
    result = merge(old, template("B", "A", references=("b.md",)))
    assert result.messages == (
        entry("B", "b", flags=("fuzzy",), references=("b.md",)),
        entry("A", "a", references=("b.md",)),
    )
    swapped = merge(old, template("B", "A"))
    assert [message.raw for message in swapped.messages] == [message.raw for message in old.messages[::-1]]


def test_one_word_makes_exactly_one_fuzzy():
    old = catalog(entry("Title", "Tajuk"), entry(OFFICE, PEJABAT), entry("Closed today", "Tutup hari ini"))
    new = OFFICE.replace("nine", "eight")
    result = merge(old, template("Title", new, "Closed today"))
    assert result.messages == (
        old.messages[0],
        entry(new, PEJABAT, flags=("fuzzy",), previous_msgid=OFFICE),
        old.messages[2],
    )


def test_an_inserted_paragraph_is_new():
    old = catalog(entry("A notice is here", "Notis di sini"), entry(OFFICE, PEJABAT))
    new = "A short notice was placed here today."
    result = merge(old, template(new, "A notice is here", OFFICE))
    assert result.messages == (entry(new), *old.messages)


def test_a_string_that_goes_is_kept_and_comes_back_approved():
    old = catalog(entry("A", "a"), entry("Boats over twelve metres", "Bot", extracted_comments=("note",)))
    without = merge(old, template("A"))
    assert without.messages[1] == Message(msgid="Boats over twelve metres", msgstr="Bot", obsolete=True)
    again = merge(parse_po(format_po(without)), template("A", "Boats over twelve metres"))
    assert again.messages[1] == entry("Boats over twelve metres", "Bot")
    assert state(again.messages[1]) is State.reviewed


def test_obsolete_entries_stand_last_in_their_old_order():
    old = catalog(
        entry("One is gone", "1"),
        entry("Kept", "k"),
        entry("Three are missing", "3", flags=("fuzzy",)),
        entry("Older", "o", obsolete=True, references=()),
    )
    result = merge(old, template("Kept", "Quite new"))
    assert [(m.msgid, m.obsolete) for m in result.messages] == [
        ("Kept", False),
        ("Quite new", False),
        ("One is gone", True),
        ("Three are missing", True),
        ("Older", True),
    ]
    assert result.messages[3].fuzzy


def test_an_obsolete_text_is_offered_for_a_similar_string_and_stays():
    old = catalog(entry(OFFICE, PEJABAT, obsolete=True, references=()))
    new = OFFICE.replace("nine", "eight")
    result = merge(old, template(new))
    assert result.messages == (entry(new, PEJABAT, flags=("fuzzy",), previous_msgid=OFFICE), *old.messages)


def test_a_machine_draft_is_dropped_when_its_source_changes_or_goes():
    new = OFFICE.replace("nine", "eight")
    assert merge(catalog(draft(OFFICE, PEJABAT)), template(new)).messages == (entry(new),)
    assert merge(catalog(draft(OFFICE, PEJABAT)), template()).messages == ()


def test_a_draft_that_a_person_touched_is_a_person_s():
    touched = draft(OFFICE, PEJABAT).changed(msgstr="Pejabat buka.")
    new = OFFICE.replace("nine", "eight")
    result = only(merge(catalog(touched), template(new)))
    assert result == entry(new, "Pejabat buka.", flags=("fuzzy",), previous_msgid=OFFICE)
    assert merge(catalog(touched), template()).messages[0].obsolete


def test_an_approved_draft_never_becomes_a_machine_draft_again():
    approved = draft(OFFICE, PEJABAT).changed(flags=())
    there = merge(catalog(approved), template(OFFICE.replace("nine", "eight")))
    back = only(merge(there, template(OFFICE)))
    assert (back.msgid, back.msgstr, back.fuzzy, back.previous_msgid) == (OFFICE, PEJABAT, True, None)
    assert state(back) is State.fuzzy


def test_a_string_made_from_a_draft_does_not_get_another_person_s_text():
    other = OFFICE.replace("office", "library").replace("weekday", "Sunday")
    old = catalog(entry(other, "Perpustakaan"), draft(OFFICE, PEJABAT))
    new = OFFICE.replace("nine", "eight")
    result = merge(old, template(new))
    assert result.messages[0] == entry(new)
    assert result.messages[1].msgstr == "Perpustakaan"
    assert result.messages[1].obsolete


def test_an_empty_entry_is_simply_replaced():
    assert merge(catalog(entry(OFFICE)), template(OFFICE + " Really.")).messages == (entry(OFFICE + " Really."),)


def test_the_previous_msgid_is_the_one_the_translation_was_made_for():
    first, second = OFFICE.replace("nine", "eight"), OFFICE.replace("nine", "seven")
    there = merge(catalog(entry(OFFICE, PEJABAT)), template(first))
    assert only(merge(there, template(second))).previous_msgid == OFFICE


@pytest.mark.parametrize("flags", [(), ("fuzzy",)])
def test_a_link_change_is_carried(flags):
    old = catalog(entry("See [fees](/old).", "Lihat [yuran](/old).", flags=flags))
    assert only(merge(old, template("See [fees](/new)."))) == entry(
        "See [fees](/new).", "Lihat [yuran](/new).", flags=flags
    )


def test_a_carried_change_finds_the_nearest_of_equal_texts():
    old = catalog(entry("[More](/1)", "[Lagi](/1)"), entry("Kept", "Kekal"), entry("[More](/2)", "[Lanjut](/2)"))
    result = merge(old, template("Kept", "[More](/3)"))
    assert result.messages[1] == entry("[More](/3)", "[Lanjut](/3)")
    assert result.messages[2].msgid == "[More](/1)"


def test_a_link_change_that_cannot_follow_is_fuzzy():
    old = catalog(entry("See [fees](/old) today.", "Lihat yuran hari ini."))
    result = only(merge(old, template("See [fees](/new) today.")))
    assert (result.fuzzy, result.previous_msgid) == (True, "See [fees](/old) today.")


def test_a_context_that_comes_or_goes_keeps_approval():
    old = catalog(entry("Home page", "Laman utama"))
    within = merge(old, template("Home page", msgctxt="menu"))
    assert only(within) == entry("Home page", "Laman utama", msgctxt="menu")
    assert only(merge(within, template("Home page"))) == entry("Home page", "Laman utama")


def test_a_second_place_with_a_context_needs_a_look():
    both = Catalog(messages=(*template("Home page").messages, *template("Home page", msgctxt="menu").messages))
    result = merge(catalog(entry("Home page", "Laman utama")), both)
    assert result.messages == (
        entry("Home page", "Laman utama"),
        entry("Home page", "Laman utama", msgctxt="menu", flags=("fuzzy",), previous_msgid="Home page"),
    )


SENTENCES = ("The ferry leaves at nine.", "Dogs travel free of charge.")
AYAT = ("Feri bertolak pukul sembilan.", "Anjing tidak dikenakan bayaran.")


def test_a_string_split_in_two_shows_the_whole_translation_with_both():
    old = catalog(entry(" ".join(SENTENCES), " ".join(AYAT)))
    result = merge(old, template(*SENTENCES))
    shown = {"flags": ("fuzzy",), "previous_msgid": " ".join(SENTENCES)}
    assert result.messages == (
        entry(SENTENCES[0], " ".join(AYAT), **shown),
        entry(SENTENCES[1], " ".join(AYAT), **shown),
        entry(" ".join(SENTENCES), " ".join(AYAT), obsolete=True, references=()),
    )
    assert merge(result, template(" ".join(SENTENCES))).get((None, " ".join(SENTENCES))) == old.messages[0]


@pytest.mark.parametrize("gap", [" ", "; ", "<br>"])
def test_two_strings_joined_show_both_translations(gap):
    old = catalog(*(entry(*pair) for pair in zip(SENTENCES, AYAT, strict=True)))
    result = merge(old, template(gap.join(SENTENCES)))
    assert result.messages == (
        entry(gap.join(SENTENCES), gap.join(AYAT), flags=("fuzzy",), previous_msgid="\n".join(SENTENCES)),
        *(message.changed(obsolete=True, references=()) for message in old.messages),
    )
    assert merge(result, template(gap.join(SENTENCES))) is result


def test_people_s_comments_and_flags_stay():
    old = catalog(entry(OFFICE, PEJABAT, translator_comments=(" ask Bob",), flags=("no-wrap",)))
    result = only(merge(old, template(OFFICE.replace("nine", "eight"))))
    assert result.translator_comments == (" ask Bob",)
    assert result.flags == ("fuzzy", "no-wrap")


def test_plurals_of_other_people_s_files():
    one = Message(msgid="%d boat", msgid_plural="%d boats", msgstr_plural=("%d bot", "%d bot-bot"))
    old = Catalog(messages=(one,))
    plural = Message(msgid="%d boat", msgid_plural="%d ships")
    result = only(merge(old, Catalog(messages=(plural,))))
    assert (result.msgstr_plural, result.fuzzy, result.previous_msgid_plural) == (one.msgstr_plural, True, "%d boats")
    single = only(merge(old, template("%d boat")))
    assert (single.msgstr, single.fuzzy) == ("%d bot", True)
    assert single.translator_comments == ("msgstr[1]: %d bot-bot",)
    again = only(merge(Catalog(messages=(single,)), Catalog(messages=(plural,))))
    assert again.msgstr_plural == ("%d bot",)


def test_the_header_says_the_format_only_when_the_file_is_written_anyway():
    bare = Message(msgid="", msgstr="Language: ms\nX-Poedit-Basepath: .")
    old = parse_po(format_po(Catalog(header=bare, messages=(entry("A", "a"),))))
    assert merge(old, template("A")) is old
    changed = merge(old, template("A", "B"))
    assert changed.header.msgstr == "Language: ms\nX-Poedit-Basepath: .\nX-Pipeline-Format: 1\n"
    assert merge(changed, template("A", "B")) is changed
    assert changed.language == "ms"


def test_a_first_merge_makes_a_header():
    made = merge(Catalog(language="ms"), template("A"))
    assert "Language: ms\n" in made.header.msgstr
    assert made.language == "ms"


def test_a_template_may_be_any_pot_file():
    pot = parse_po(
        b'#, fuzzy\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=CHARSET\\n"\n\n#, c-format, fuzzy\nmsgid "%s"\nmsgstr "x"\n'
    )
    assert merge(catalog(), pot).messages == (Message(msgid="%s", flags=("c-format",)),)
    assert merge(catalog(entry("%s", "y", references=())), pot).messages == (
        Message(msgid="%s", msgstr="y", flags=("c-format",)),
    )


def test_cutoff():
    old = catalog(entry("The office opens at nine", "Pejabat"))
    new = template("The counter opens at ten")
    assert only(merge(old, new, cutoff=0.5)).fuzzy
    assert [m.obsolete for m in merge(old, new, cutoff=0.95).messages] == [False, True]
