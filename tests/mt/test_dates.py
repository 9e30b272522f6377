"""Months and days that a translation must have."""

import pytest

from pipeline.mt.dates import lost, names, translations


@pytest.mark.parametrize(
    ("language", "source", "target", "name"),
    [
        ("ms", "On 12 March 2024", "Pada 12 Mac 2024", None),
        ("ms", "On 12 March 2024", "Pada 12/3/2024", None),
        ("ms", "On 12 March 2024", "Pada 12 Jun 2024", "March"),
        ("ms", "On 12 March 2024", "Pada 12 macam 2024", "March"),
        ("ms", "Open on 5 May 2024", "Buka pada 5 Jun 2024", "May"),
        ("es", "On 3 March 2024", "El 3 Marcha 2024", "March"),
        ("ms", "Updated on 12 Sep 2020", "Dikemas kini pada 12 2020", "Sep"),
        ("ms", "Updated on 12 Sept 2020", "Dikemas kini pada 12 Sep 2020", None),
        ("ms", "Jan 2024", "Feb 2024", "Jan"),
        ("ms", "Mar the paint", "Rosakkan cat", None),
        ("ms", "They march in May", "Mereka berarak", None),
        ("ms", "In January", "Pada Mac", "January"),
        ("ms", "Every Monday", "Setiap Selasa", "Monday"),
        ("ms", "On Black Friday", "Pada Black Friday", None),
        ("zh-Hans", "By 2 February 2024", "2024年2月2日前", None),
        ("zh-Hans", "In January", "十一月", "January"),
        ("zh-Hans", "In January", "一月", None),
        ("ta", "On Monday", "திங்கட்கிழமை", None),
        ("ta", "In April", "ஏப்ரலில்", None),
        ("ta", "In April", "மே மாதத்தில்", "April"),
        ("xx", "In April", "x", None),
    ],
)
def test_a_date_is_lost_or_not(language, source, target, name):
    assert lost(source, target, names("en", language)) == name


def test_other_sources_have_dates_beside_a_number_only():
    known = names("fr", "ms")
    assert lost("le 3 mars 2024", "pada 3.3.2024", known) is None
    assert lost("le 3 mars 2024", "pada 3 2024", known) == "mars"
    assert lost("le 4 mars 2024", "pada 4 2024", known) == "mars"
    assert lost("la planète mars", "planet itu", known) is None


def test_what_they_are_called():
    assert translations("On Monday 12 March", names("en", "ms")) == {"Monday": "Isnin", "March": "Mac"}
