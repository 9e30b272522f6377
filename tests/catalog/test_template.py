"""Pages → template."""

from pipeline.catalog.pofile import format_po
from pipeline.catalog.template import make_template
from pipeline.model import Page, Segment


def segment(msgid, *, line=1, note="", msgctxt=None):
    return Segment(msgid=msgid, msgctxt=msgctxt, kind="paragraph", pieces=((0, 1),), line=line, note=note)


PAGES = [
    Page(
        path="guide/fees.md",
        data=b"",
        format="markdown",
        segments=(
            segment("Fees", note="heading 1"),
            segment("Pay here", line=3),
            segment("Fees", line=5, note="table cell, column Fee\nKeep it short"),
            segment("Fees", line=6, msgctxt="menu"),
            segment("", line=7),
        ),
    ),
    Page(path="about us.md", data=b"", format="markdown", segments=(segment("Fees", line=9, note="heading 1"),)),
]


def test_one_message_per_string_in_order_of_pages():
    assert format_po(make_template(PAGES)).decode().partition('Format: 1\\n"\n')[2] == (
        "\n#. heading 1\n#. table cell, column Fee\n#. Keep it short\n#: guide/fees.md\n#: \u2068about us.md\u2069\n"
        'msgid "Fees"\nmsgstr ""\n\n#. paragraph\n#: guide/fees.md\nmsgid "Pay here"\nmsgstr ""\n'
        '\n#. paragraph\n#: guide/fees.md\nmsgctxt "menu"\nmsgid "Fees"\nmsgstr ""\n'
    )


def test_line_references():
    template = make_template(PAGES, line_references=True)
    assert template.messages[0].references == ("guide/fees.md:1", "guide/fees.md:5", "about us.md:9")
    assert "\u2068about us.md\u2069:9" in format_po(template).decode()


def test_a_handful_of_comments_is_enough():
    many = Page(
        path="a.md", data=b"", format="markdown", segments=tuple(segment("x", note=f"cell {n}") for n in range(50))
    )
    assert len(make_template([many]).messages[0].extracted_comments) == 5


def test_no_pages():
    template = make_template(iter(()))
    assert template.messages == ()
    assert template.language is None
