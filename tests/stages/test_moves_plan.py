"""What is dealt to whom, by the numbers of catalogs alone."""

from pipeline.catalog.relocate import key_number
from pipeline.model import Catalog, Message
from pipeline.stages.moves import plan
from pipeline.stages.stock import take_stock


def stock(wanted, *entries):
    """A live catalog whose pages want `wanted`; an entry is "msgid" (untranslated), "msgid=text", or "~msgid=text"."""
    return take_stock(Catalog(messages=tuple(map(entry, entries))), {(None, msgid): None for msgid in wanted})


def orphan(*entries):
    return take_stock(Catalog(messages=tuple(map(entry, entries))))


def entry(text):
    msgid, _, msgstr = text.removeprefix("~").partition("=")
    return Message(msgid=msgid, msgstr=msgstr, obsolete=text.startswith("~"))


def dealt(found):
    """{receiver: [(source, rows, whole)]}."""
    return {target: [(gift.source, gift.rows, gift.whole) for gift in gifts] for target, gifts in found.gifts.items()}


def test_an_orphan_most_of_which_is_wanted_has_moved_with_all_it_has():
    found = plan({"new": stock(["A", "B"])}, {"old": orphan("A=a", "B=b", "C=c", "D", "~E=e")})
    assert dealt(found) == {"new": [("old", (0, 1, 2, 4), True)]}
    assert found.moved == {"old": ("new",)}


def test_an_orphan_little_of_which_is_wanted_gives_just_that():
    found = plan({"new": stock(["A"])}, {"old": orphan("A=a", "Bbbb=b", "Cccc=c")})
    assert dealt(found) == {"new": [("old", (0,), False)]}
    assert found.moved == {}


def test_the_rest_goes_where_its_neighbours_went():
    live = {"one": stock(["A", "C"]), "two": stock(["D", "F"])}
    found = plan(live, {"old": orphan("A=a", "B=b", "C=c", "D=d", "E=e", "F=f")})
    assert dealt(found) == {"one": [("old", (0, 1, 2), True)], "two": [("old", (3, 4, 5), True)]}


def test_what_stands_elsewhere_already_is_no_reason_to_keep_an_orphan():
    found = plan({"page": stock(["A", "B"], "A=a", "B=b")}, {"old": orphan("A=a", "B=b")})
    assert found.moved == {"old": ("page",)}


def test_an_untranslated_string_is_filled_by_an_orphan_only():
    page = stock(["A"], "A")
    assert dealt(plan({"page": page}, {"old": orphan("A=a")})) == {"page": [("old", (0,), True)]}
    assert dealt(plan({"page": page, "other": stock([], "A=a")}, {})) == {}


def test_a_section_takes_along_what_it_shares_with_the_rest():
    giving = stock(["Note", "Rest"], "Note=n", "Rest=r", "A=a", "B=b")
    assert dealt(plan({"from": giving, "to": stock(["Note", "A", "B"])}, {})) == {"to": [("from", (2, 3, 0), False)]}
    assert dealt(plan({"from": giving, "to": stock(["Note", "Rest", "A"])}, {})) == {"to": [("from", (2,), False)]}


def test_a_copy_gets_nothing():
    assert dealt(plan({"from": stock(["A", "B"], "A=a", "B=b"), "copy": stock(["A", "B"])}, {})) == {}


def test_each_string_comes_from_the_best_match_and_no_text_of_an_orphan_is_left_behind():
    orphans = {"a": orphan("Short=x"), "b": orphan("Short=y", "A long one=l")}
    found = plan({"new": stock(["Short", "A long one"])}, orphans)
    assert dealt(found) == {"new": [("b", (0, 1), True), ("a", (0,), True)]}


def test_a_string_of_every_page_relates_no_two_of_them():
    number = 60
    live = {f"new{n:02}": stock(["On every page", f"Own {n}"]) for n in range(number)}
    orphans = {f"old{n:02}": orphan("On every page=e", f"Own {n}=o") for n in range(number)}
    found = plan(live, orphans)
    assert dealt(found) == {f"new{n:02}": [(f"old{n:02}", (0, 1), True)] for n in range(number)}


def test_a_string_of_every_page_comes_from_the_first_that_has_it():
    live = {f"new{n:02}": stock(["On every page"]) for n in range(30)}
    found = plan(live, {"old": orphan("On every page=e")})
    assert set(dealt(found)) == set(live)


def test_a_string_of_every_page_comes_from_another_source_when_the_own_one_lacks_it_too():
    """Else the next run, when the own source is gone, would bring it."""
    live = {f"page{n:02}": stock(["On every page"], "On every page") for n in range(30)}
    live["young"] = stock(["On every page", "Own"])
    orphans = {
        "deleted": orphan("On every page=e", "A long text gone for good=g"),
        "moved": orphan("On every page", "Own=o"),
    }
    found = plan(live, orphans)
    assert dealt(found)["young"] == [("moved", (0, 1), True), ("deleted", (0,), False)]


def test_parted_names_what_went():
    found = plan({"new": stock(["A"])}, {"old": orphan("A=a")})
    assert found.parted() == {"old": {key_number((None, "A"))}}
