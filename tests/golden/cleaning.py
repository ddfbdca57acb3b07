"""Golden values of the cleaning of texts: what Python makes of them.

Writes cleaning.jsonl:

    python cleaning.py

Made with Python 3.11.7 (Unicode 14), ftfy 6.3.1, regex 2026.11.19. "none" is the cleaning of OpenAI's
tokenizer without ftfy, "basic" the same after ftfy without its repair of encodings.
"""
from __future__ import annotations


import html
import json
from pathlib import Path

import ftfy
import regex

TEXTS = [
    "",
    " \t\n ",
    "A  Photo\tof\n\na CAT ",
    "\x1c a\x1cb \x1d\x1f",
    "a\u00a0b\u1680c\u2003d\u2028e\u2029f\u202fg\u205fh\u3000i\u0085j",
    "zero\u200bwidth",
    "&lt;b&gt; &amp;amp; &amp;amp;amp; &quot;x&quot; &apos; &nbsp;&nbsp;y",
    "&ampx &lt3 &gt &quotation; &apos &unknown; & &;",
    "&#65;&#x42;&#X43; &#0; &#13; &#128; &#129; &#xD800; &#99999999999; &#11; &#xfdd0; &#x1fffe; &# &#x &#68",
    "line <b> &amp;amp; &#8217;",
    "before &#8217; &amp;amp;\nline <b> &#8217; &#8220;",
    "It\u2019s \u201cquoted\u201d \u2018so\u2019 \u201alow\u201b \u201elow\u201f \u02bcn",
    "\uff2c\uff2f\uff35\uff24\u3000\uff4e\uff4f\uff49\uff53\uff45 \uff76\uff9e \uffa1\uffe3\uffe6",
    "o\ufb03ce \ufb02ower \ufb01n \ufb05op \ufb06op \u0132ssel \u0149 \u01c4 \u01f2",
    "a\rb\r\nc\x0bd\x0ce\x00f\x07g\x7fh\ufeffi\u206aj\ufff9k\ufffcl",
    "\x1b[31;1mred\x1b[0m \x1b[x \x1b[1 ",
    "\x80 \x85 \x91q\x92 \x93Q\x94 \x81 \x99",
    "cafe\u0301 e\u0323\u0302 \u1100\u1161\u11a8 \u2126 \u212b \u0958",
    "\u0130stanbul STRASSE stra\u00dfe \u1e9e \u01c5",
    "\u039f\u0394\u039f\u03a3 \u03a3 \u03a3a a\u03a3 a\u03a3b a\u03a3.b a\u03a3'\u0301 .\u03a3 a\u00ad\u03a3 \u00aa\u03a3 \u2160\u03a3 \u24b6\u03a3! 1\u03a3",
    "\u0414\u041e\u041c \u0531\u0532 \u10a0 \u13a0 \uab70 \U00010400 \U0001e900",
    "emoji \U0001f600\u200d\U0001f680 ok",
    "<|ENDOFTEXT|>",
]


def cleaned(text: str) -> str:
    text = html.unescape(html.unescape(text)).strip()
    return regex.sub(r"\s+", " ", text).strip().lower()


with open(Path(__file__).parent / "cleaning.jsonl", "w", encoding="ascii") as out:
    for text in TEXTS:
        basic = cleaned(ftfy.fix_text(text, fix_encoding=False))
        out.write(json.dumps({"text": text, "none": cleaned(text), "basic": basic}) + "\n")
