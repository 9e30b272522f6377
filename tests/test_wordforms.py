"""Words with endings, and words without spaces."""

import pytest

from pipeline.wordforms import stands_in


@pytest.mark.parametrize(
    ("text", "form", "there"),
    [
        ("Kebenarannya", "kebenaran", True),
        ("Satu permit", "lesen", False),
        ("disediakan", "Dis", False),
        ("pada 3 Dis 2024", "Dis", True),
        ("Jangan", "Jan", False),
        ("சிங்கப்பூரில் உள்ள", "சிங்கப்பூர்", True),
        ("நாடாளுமன்றத்தில்", "நாடாளுமன்றம்", True),
        ("சுகாதார அமைச்சிடம்", "சுகாதார அமைச்சு", True),
        ("மலேசியா", "சிங்கப்பூர்", False),
        ("十二月五日", "二月", False),
        ("在二月", "二月", True),
        ("12月", "2月", False),
        ("卫生部长", "卫生部", True),
        ("x", "", False),
    ],
)
def test_a_form_stands_in_a_text_or_not(text, form, there):
    assert stands_in(text, form) is there


def test_a_kept_name_is_written_as_it_is():
    assert stands_in("dengan SingPass", "SingPass", exact=True)
    assert not stands_in("dengan singpass", "SingPass", exact=True)
