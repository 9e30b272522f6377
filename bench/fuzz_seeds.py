"""Seeds of bench/fuzz.py that are no files: small pages, settings, packages and caches with all that their formats know."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable

SOURCES = (
    (
        b"---\ntitle: Opening hours\ndescription: 'Our hours'\ntags: [one, two]\n---\n# Opening hours {#hours}\n\nWe are **open** on [weekdays](/days \"Days\").\n\n"
        b'* First item\n* ![A map](map.png)\n\n| Fee | Cost |\n|---|---|\n| Adult fee | 5 dollars |\n\n<div class="x"><p>Text in <b>HTML</b> here.</p></div>\n\n> Quoted words,\n> two lines\n'
    ),
    b'+++\ntitle = "Opening hours"\nsummary = \'Our hours\'\n+++\nPlease {{< ref >}} read `code` here.\n\n!!! note "A title"\n    Body text\n',
    b'---\ntitle: "Opening hours"\n---\n<a href="/x" title="Go there">Link text</a> and <img src="a.png" alt="A map">\n\nTerm\n: Definition text\n',
)
EVIL = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onload="alert(1)', "' onload='x", "[x](javascript:alert(1))", "<javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "[x](data:text/html,x)", "{{ site.x }}", "{% include x %}", "{{< x >}}", "{{% x %}}", "{x}", "{alert(1)}", "<!-- x", "-->",
    "{::nomarkdown}<b onclick=x>{:/}", "{: onclick='x'}", "{:.x}", "{#x}", "\nimport x from 'y'\n", "\nexport const x = 1\n", "\n[a]: javascript:alert(1)\n", "[a][b]",
    "\n---\nx: y\n---\n", "\nlayout: x", '": x\n', "' #", '"\nx = 1\n', '", "x": "', "\\", "\\\\", '\\"', "\u2028", "\u0085", "\r", "\n\n# x\n", "```", "`", "<iframe src=x>",
    "&lt;script&gt;", "&#106;avascript:", "<svg/onload=x>", "]]>", "</div>", "</script>", "<style>", "![x](x)", "|", "\n|-|-|\n", "<br>", "**", "*[x]: y", "$$", ":::", "!!! x", "[^1]", "[^2]", "{/*", "*/}",
    "java\tscript:", "jAvAsCrIpT&colon;", "%{", "${x}", "#{x}", "<%= x %>", "<?php x ?>", "\u202e", "\x1b[31m", "\0",
)  # fmt: skip

JSON_PAGE = (
    b'{"title": "A title", "menu": {"main": {"name": "x"}}, "tags": ["a b", "c"], "n": 1.5, "t": true}\n\nBody\n',
)
TOML_PAGE = (
    b'+++\ntitle = "A title"\ndate = 2024-01-01\n[menu.main]\nname = \'x\'\n[[resources]]\ntitle = """a\nb"""\nlist = ["a", "b"]\n+++\nBody\n',
)
YAML_PAGE = (
    b'---\ntitle: A title\nlist:\n  - a: b\n    c: "d"\nfold: >-\n  one\n  two\nflow: {a: b, c: [d]}\nanchor: &x y\nalias: *x\n---\nBody\n',
)
CACHE = (
    b'["a.md","0123",[["c","m","heading 1",3,"note"]],[["rule","error",1,"message"]]]\n["a.po","stamp"]\n',
    b'["a.md","0123","markdown",null,[],{"ms":["d",false,[{"rule":"r","severity":"error","path":"a","line":1,"msgctxt":null,"msgid":"m","message":"x"}],"d",["/x"],"d"]}]\n["ms","d","d"]\n',
    b'{"version": 1, "language": "ms", "pages": [{"path": "a.md", "output": "ms/a.md", "source": "0", "policy": "reviewed", "counts": {}, "fallbacks": []}], "files": ["ms/a.md"], "findings": []}\n',
)
CONFIG = (
    (
        b'format = 1\nname = "x"\ngenerator = "hugo"\nlanguages = ["ms", "zh-Hans"]\nlocales = "locales"\noutput = "out"\n[source]\nroot = "content"\ninclude = ["**/*.md"]\n[keys]\ntranslate = ["title"]\n'
        b'[build]\npolicy = "reviewed"\nmin_reviewed = 0.5\n[[build.paths]]\nglob = "a/**"\npolicy = "machine"\n[mt]\nengine = "argos"\nbeam = 2\n[mt.languages.ms]\nmodel = "en-ms 1.9"\n'
    ),
)

METADATA = json.dumps(
    {
        "package_version": "1.9",
        "from_code": "en",
        "to_code": "ms",
        "from_name": "English",
        "to_name": "Malay",
        "type": "translate",
        "target_prefix": "",
    }
).encode()


def package(metadata: bytes = METADATA, extra: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The bytes of a small .argosmodel."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("en_ms/metadata.json", metadata)
        for name in ("model/model.bin", "model/config.json", "model/shared_vocabulary.json", "sentencepiece.model"):
            archive.writestr(f"en_ms/{name}", b"{}")
        for name, content in extra:
            archive.writestr(name, content)
    return out.getvalue()
