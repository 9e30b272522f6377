"""Where the ends of elements go in a translation, by an alignment that is known."""

import pytest

from pipeline.mt.alignment import Link, from_attention, offsets, pack, shifted, unpack
from pipeline.mt.markers import Marker
from pipeline.mt.project import project
from pipeline.mt.protect import plan
from pipeline.mt.restore import NoPlaceError, restore


def links(source, target, pairs):
    """Links from (word of the target, word of the source) pairs; each word stands once."""
    return [
        Link(target.index(a), target.index(a) + len(a), source.index(b), source.index(b) + len(b), 1.0)
        for a, b in pairs
    ]


# (segment, translation of its bare text, word pairs, expected; None where no place can be told)
CASES = [
    (
        "Click <b>here</b> to save.",
        "Untuk simpan klik sini.",
        "Untuk=to simpan=save klik=Click sini=here",
        "Untuk simpan klik <b>sini</b>.",
    ),
    (
        'See the [new **defence** policy](/p "T") today.',
        "Hari ini lihat dasar pertahanan baharu.",
        "Hari=today ini=today lihat=See dasar=policy pertahanan=defence baharu=new",
        'Hari ini lihat [dasar **pertahanan** baharu](/p "T").',
    ),
    ("**Note:** read it", "Nota: bacalah", "Nota=Note bacalah=read", "**Nota:** bacalah"),
    ("*One* and **two**", "dua dan satu", "dua=two dan=and satu=One", "**dua** dan *satu*"),
    ("a *big red* car", "besar kereta merah", "besar=big kereta=car merah=red", None),
    ("a *big* car", "kereta", "kereta=car", None),
    ("Use `x` in *all* files", "Semua fail guna §1", "Semua=all fail=files guna=Use", "*Semua* fail guna `x`"),
    ("See “*this*” now", "Segera lihat “ini”", "Segera=now ini=this lihat=See", "Segera lihat “*ini*”"),
    ("Press *OK\\_1* now", "Kini OK_1 tekan", "Kini=now OK_1=OK_1 tekan=Press", "Kini *OK\\_1* tekan"),
]


@pytest.mark.parametrize(("segment", "translated", "pairs", "wanted"), CASES)
def test_elements_go_around_the_words_they_stood_around(segment, translated, pairs, wanted):
    marker = Marker("§{}")
    (run,) = (part for part in plan(segment, "markdown", "en", marker, spans=True).parts if not isinstance(part, str))
    alignment = pack(links(run.text, translated, [pair.split("=") for pair in pairs.split()]))
    if wanted is None:
        with pytest.raises(NoPlaceError):
            restore(run, translated, marker, alignment)
    else:
        assert restore(run, translated, marker, alignment) == wanted


def test_elements_end_after_the_vowel_signs_of_a_word():
    source, target = "Open the services page now", "இப்போது சேவைகளின் பக்கத்தை திறக்கவும்"
    pairs = [("இப்போது", "now"), ("சேவைகளின்", "services"), ("பக்கத்தை", "page"), ("திறக்கவும்", "Open")]
    start = target.index("சேவைகளின்")
    wanted = (start, target.index("பக்கத்தை") + len("பக்கத்தை"))
    assert project(source, target, links(source, target, pairs), [(9, 22)]) == [wanted]


def test_a_script_without_spaces_is_taken_token_by_token():
    source, target = "Please click here now", "请立即点击这里"
    pairs = [("请", "Please"), ("立即", "now"), ("点击", "click"), ("这里", "here")]
    assert project(source, target, links(source, target, pairs), [(13, 17)]) == [(5, 7)]


def test_a_blurred_alignment_tells_nothing():
    source, target = "Click here", "Klik sini"
    sure = links(source, target, [("Klik", "Click"), ("sini", "here")])
    assert project(source, target, sure, [(6, 10)]) == [(5, 9)]
    assert project(source, target, [link._replace(weight=0.1) for link in sure], [(6, 10)]) is None


def test_without_an_alignment_there_is_no_place():
    (run,) = plan("Click *here* now", "markdown", "en", None, spans=True).runs()
    with pytest.raises(NoPlaceError):
        restore(run, "Klik sini kini", None, None)


@pytest.mark.parametrize(
    ("segment", "step"),
    [
        ("**All of it**", "plain"),
        ("Click *here* now", "projected"),
        ("[![logo](a.png)](/home) Welcome", "plain"),
        ("Water is H<sub>2</sub>O here", "markers"),
        ("un<b>believ</b>able things", "split"),
        ("One *two. Three* four", "split"),
        ("Use `code` and *this* now", "projected"),
        ("Use `code` twice", "markers"),
    ],
)
def test_the_gentlest_step_is_taken(segment, step):
    taken = plan(segment, "markdown", "en", Marker("§{}"), spans=True)
    assert taken.step == step
    assert any(run.spans for run in taken.runs()) == (step == "projected")


def test_offsets_follow_normalisation():
    assert offsets(["▁See", "▁it"], "See it") == [(0, 3), (4, 6)]
    assert offsets(["▁TM", "▁here"], "™ here")[1] == (2, 6)
    assert offsets(["▁wait", "...", "▁now"], "wait… now")[2] == (6, 9)


def test_links_are_packed_and_shifted():
    packed = from_attention(
        "a b", ["▁a", "▁b"], "B A", ["▁B", "▁A"], [[0.1, 0.9, 0.0], [0.8, 0.1, 0.1], [0.0, 0.0, 1.0]]
    )
    got = [(link.start, link.end, link.source_start, link.source_end) for link in unpack(packed)]
    assert got == [(0, 1, 2, 3), (2, 3, 0, 1)]
    assert [link.start for link in unpack(shifted(packed, 5, 7))] == [5, 7]
    assert pack([Link(0, 1 << 17, 0, 1, 1.0)]) is None
