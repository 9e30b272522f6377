import pytest

from pipeline.mt import checks, copies


def refusal(source, target, script="Latn", **more):
    return checks.refusal(source, target, source_script="Latn", target_script=script, **more)


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("Save it", "  ", "empty"),
        ("The average rate of it", "kadar purata purata purata itu", "repeats itself"),
        ("Annual report", "laporan tonantonantonantonan", "repeats itself"),
        ("See the rules for it", "untuk itu dan untuk itu dan untuk itu dan", "repeats itself"),
        ("Set group to 26", "Tetapkan kumpulan kepada 2", "loses the number 26"),
        ("Set the group", "Tetapkan 3 kumpulan", "adds the number 3"),
        ("Fee: $12.50", "Yuran: $12.05", "loses the number 12.50"),
        ("1,000 people", "1 orang", "loses the number 1,000"),
        ("0 cases", "kes", "loses the number 0"),
        ("It was -5 degrees", "Suhu 5 darjah", "loses the number -5"),
        ("About 5.3 metres", "Kira-kira 3.5 meter", "loses the number 5.3"),
        ("About 5.3 metres", "Kira-kira 53 meter", "loses the number 5.3"),
        ("Pay S$50", "Bayar US$50", "loses the sign S$ of an amount"),
        ("Pay $50", "Bayar 50", "loses the sign $ of an amount"),
        ("Save 50% now", "Jimat 50 sekarang", "loses the sign % of an amount"),
        (
            "Hi",
            "abcdefghijklmnopqrstuvwxyz0".replace("0", "") + " and all the letters there are",
            "far longer than the source",
        ),
        (
            "A long sentence with very many words that says a great deal about it all.",
            "Ya",
            "far shorter than the source",
        ),
        ("Opening hours", "Часы работы", "not in the script of the target language"),
    ],
)
def test_broken_translations_are_refused_with_the_reason(source, target, reason):
    assert refusal(source, target) == reason


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Fee: $1,000.50", "Yuran: $1.000,50"),
        ("Open at 9 am", "Dibuka pada 9.00 pagi"),
        ("Open at 9:30 am", "Ouvert à 9h30 le matin"),
        ("1,000 people in 2024", "Pada 2024, 1 000 orang"),
        ("1,000 people", "1000 orang"),
        ("₹1,00,000 for all", "₹100000 untuk semua"),
        ("From 2010-2015", "Dari 2010 hingga 2015"),
        ("Save 50%", "Jimat ％50"),
        ("Bora Bora Bora", "Bora Bora Bora"),
        ("Name: ________", "Nama: ________"),
        ("Children's books", "Buku kanak-kanak"),
        ("Tan Ah Kow", "Tan Ah Kow"),
    ],
)
def test_good_translations_are_not(source, target):
    assert refusal(source, target) is None


def test_other_scripts_have_their_own_rules():
    assert refusal("Opening hours are listed on this page", "开放时间列于本页", "Hans") is None
    assert refusal("About 2 million people on 5 January 2026", "2026年1月5日约200万人", "Hans") is None
    assert refusal("On 5 January 2026", "2026年1月5日", "Hans") is None
    assert refusal("Opening hours of the service centre", "Waktu operasi pusat", "Hans") is not None
    assert refusal("Opening hours of the service centre", "Opening hours of the service centre", "Taml") is not None
    assert (
        refusal("Opening hours of the service centre", "Opening hours of the service centre", "Taml", identity=True)
        is None
    )
    assert refusal("Singapore", "Singapore", "Taml") is None
    assert refusal("Pay 25 dollars", "௨௫ டாலர் செலுத்தவும்", "Taml") is None


@pytest.mark.parametrize(
    ("source", "target", "script"),
    [
        ("Citizens, residents, students", "குடிமக்களுக்கும் நிரந்தரவாசிகளுக்கும் மாணவர்களுக்கும் சேவைகள் கிடைக்கும்.", "Taml"),
        ("Open to children, adults and the old", "बच्चों के लिए, बड़ों के लिए और बुज़ुर्गों के लिए खुला है।", "Deva"),
        ("About 2 million people and 15 dollars in 2023", "2023年约200万人，15元", "Hans"),
        ("About 1.5 billion people", "约15亿人", "Hans"),
        ("More than 2 million people", "200多万人", "Hans"),
        ("Over 2 million people", "200여만 명", "Kore"),
        ("From 2 to 3 million people", "200至300万人", "Hans"),
        ("Some 1.25 billion people", "约12亿5000万人", "Hans"),
        ("All 12,500 people", "1万2500人", "Jpan"),
        ("5 million people within 10 miles", "500万人居住在10英里以内", "Hans"),
        ("2 billion people", "2.000 millones de personas", "Latn"),
        ("About 2 million people", "20 லட்சம் மக்கள்", "Taml"),
        ("About 2 million people", "2 மில்லியன் மக்கள்", "Taml"),
        ("A million people", "约1000000人", "Hans"),
        ("The track is 400 m long", "跑道长400米", "Hans"),
        ("Two hundred people", "200 orang", "Latn"),
        ("$5m in all", "$5 juta semuanya", "Latn"),
        ("US$14 each", "US $14 setiap satu", "Latn"),
        ("See ... it", "Lihat ... itu", "Latn"),
    ],
)
def test_what_people_write_in_these_scripts_is_fine(source, target, script):
    assert refusal(source, target, script) is None


@pytest.mark.parametrize(
    ("source", "target", "script", "reason"),
    [
        ("A track of 400 m with 8 lanes", "跑道长500米，有3条", "Hans", "loses the number 400"),
        ("About 2 million people in 2023", "2032年约200万人", "Hans", "loses the number 2"),
        ("About 2 million people", "约90万人", "Hans", "loses the number 2"),
        ("The library lends books to all", "图书馆借书给图书馆借书给图书馆借书给所有人", "Hans", "repeats itself"),
        ("All is well", "好的好的好的", "Hans", "repeats itself"),
        (
            "We close it",
            "kita tutup pintu itu pada hari ini kita tutup pintu itu pada hari ini",
            "Latn",
            "repeats itself",
        ),
        ("Opening hours", "Waktu , , , , , , , , , buka", "Latn", "repeats itself"),
        ("Opening hours", "\ufeff", "Latn", "empty"),
        ("Opening hours", "...", "Latn", "empty"),
        ("Opening hours", "Waktu \u2047 operasi", "Latn", "has the character U+2047"),
        ("Opening hours", "Waktu\x00operasi", "Latn", "has the character U+0000"),
        ("Opening hours", "Waktu \u202eoperasi", "Latn", "has the character U+202E"),
        ("Opening hours", "Waktu\u200c operasi", "Latn", "has the character U+200C"),
        ("Pay RM10 now", "Bayar 10 sekarang", "Latn", "loses the sign RM of an amount"),
        ("Pay 10 USD now", "Bayar 10 sekarang", "Latn", "loses the sign USD of an amount"),
    ],
)
def test_what_no_script_has(source, target, script, reason):
    assert refusal(source, target, script) == reason


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("1.234 m", "1,234 m", "loses the number 1.234"),
        ("1,000 people", "1.000 orang", "loses the number 1,000"),
        ("Version 2.10", "Versi 2.1", "loses the number 2.10"),
        ("Agent 007", "Ejen 7", "loses the number 007"),
        ("1,000 people", "1000 orang", None),
        ("At 9:00", "Jam 9.00", None),
        ("At 9 am", "Jam 9.00 pagi", None),
        ("On 05 May", "Pada 5 Mei", None),
    ],
)
def test_numbers_are_written_alike_where_the_languages_do(source, target, reason):
    assert refusal(source, target, decimal=".") == reason
    assert refusal(source, target) is None


def test_what_is_only_suspicious_lowers_the_score():
    assert checks.doubt("Opening hours", "Waktu buka") == 1.0
    assert checks.doubt("the rules", "peraturan yang yang baik") == checks.STUTTER_PENALTY
    assert checks.doubt("the rules (all)", "peraturan semua)") == checks.UNPAIRED_PENALTY
    assert checks.doubt("the rules", 'peraturan"') == checks.UNPAIRED_PENALTY
    assert checks.doubt("a) rules", "a) peraturan") == checks.doubt('"a" (b)', '"a" （b）') == 1.0


@pytest.mark.parametrize(
    ("source", "target", "copied"),
    [
        ("Opening hours of libraries", "opening hours of libraries", True),
        ("Opening hours of libraries.", "Opening hours of libraries", True),
        ("Opening hours", "Opening hours", False),
        ("16 5 2026 9", "16 5 2026 9", False),
        ("Opening hours of libraries", "Opening hours of library", False),
        ("राष्ट्रीय पुस्तकालय", "राष्ट्रीय पुस्तकालय", False),
        ("राष्ट्रीय पुस्तकालय आज बंद है", "राष्ट्रीय पुस्तकालय आज बंद है", True),
        ("图书馆星期一休息", "图书馆星期一休息。", True),
        ("图书馆", "图书馆", False),
    ],
)
def test_a_copy_has_four_words_or_more(source, target, copied):
    assert copies.is_copy(source, target) is copied
