import pytest

from pipeline.mt import sentences


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Mr. Tan paid $3.50.  He left at 5 p.m. today!", ["Mr. Tan paid $3.50.  ", "He left at 5 p.m. today!"]),
        ("zh-Hans", "你好。今天天气很好！走吧", ["你好。", "今天天气很好！", "走吧"]),
        ("ms", "Datang awal.\nJangan lambat.", ["Datang awal.", "\n", "Jangan lambat."]),
        ("en", "", []),
        ("en", "No full stop", ["No full stop"]),
    ],
)
def test_sentences_keep_the_white_space_after_them(language, text, expected):
    assert sentences.split(text, language) == expected


def test_line_separators_that_make_the_library_panic_are_survived():
    text = '55\x0bB\u2028.””]…\ufeff😀"?)A'
    assert "".join(sentences.split(text, "en")) == text


@pytest.mark.parametrize("broken", [["too short"], RuntimeError("no")])
def test_a_splitter_that_loses_text_or_fails_is_replaced_by_the_plain_rule(monkeypatch, broken):
    def segment(language, text):
        if isinstance(broken, Exception):
            raise broken
        return broken

    monkeypatch.setattr("sentencex.segment", segment)
    assert sentences.split("One here. Two there. 三。四。", "en") == ["One here. ", "Two there. ", "三。", "四。"]


@pytest.mark.parametrize(
    ("source_left", "separator", "source_right", "left", "right", "expected"),
    [
        ("Hello.", " ", "Bye.", "你好。", "再见。", ""),
        ("Hello.", " ", "Bye.", "Helo.", "Selamat jalan.", " "),
        ("你好。", "", "再见。", "Hello.", "Bye.", " "),
        ("你好。", " ", "再见。", "你好。", "再见。", " "),
        ("said.", "", "“Really", "said.", "“Really", ""),
        ("你好。", "", "再见。", "你好。", "再见。", ""),
    ],
)
def test_between_sentences_stands_what_their_script_wants(source_left, separator, source_right, left, right, expected):
    assert sentences.between(source_left, separator, source_right, left, right) == expected


@pytest.mark.parametrize("space", [chr(c) for c in range(0x10000) if chr(c).isspace()])
def test_no_space_makes_the_library_panic(space, capfd):
    text = f"Ask Mr{space}B. Lee or J.{space}K. Tan. Then{space}A. B. goes."
    assert "".join(sentences.split(text, "en")) == text
    assert capfd.readouterr().err == ""
