"""Golden values of byte pair encoding with a small vocabulary, by the package tokenizers.

Writes small_bpe.json: merges trained on the few sentences below, numbered as CLIP numbers its own, and the ids
of some texts.

    python small_bpe.py

Made with tokenizers 0.23.3.
"""
from __future__ import annotations

import json
import random
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

SENTENCES = [
    "seven pieces make a fox that looks at the moon",
    "the small fox jumps over seven stones and sleeps under the tree",
    "a tall house with a pointed roof stands beside the river",
    "two swans swim where the river bends, and one of them turns its head",
    "don't look back, it's only the wind; we'll see what they've made",
    "a dancer leans forward, one leg raised and both arms spread",
    "the cat's tail bends like the handle of a teapot",
]
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]


def pipeline(model: models.Model) -> Tokenizer:
    out = Tokenizer(model)
    out.normalizer = normalizers.Sequence([normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    out.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PATTERN), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    return out


def trained_merges() -> list[list[str]]:
    tokenizer = pipeline(models.BPE(end_of_word_suffix="</w>"))
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(vocab_size=256 + 160, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False))
    return [list(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def byte_symbols() -> list[str]:
    return [chr(b) for b in PRINTABLE] + [chr(256 + i) for i in range(68)]


merges = trained_merges()
tokens = byte_symbols() + [s + "</w>" for s in byte_symbols()] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
assert len(set(tokens)) == len(tokens)
tokenizer = pipeline(
    models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=[tuple(m) for m in merges], end_of_word_suffix="</w>", unk_token="<|endoftext|>")
)
generator = random.Random(7)
texts = SENTENCES + ["A fox, a FOX and 2024 foxes!", "caf\u00e9 \u65e5\u672c\u8a9e \U0001f98a", "x", "", "thethethe seven7seven ''s it''s"]
texts += ["".join(generator.choice("the sandorvl'") for _ in range(40)) for _ in range(20)]
texts += ["".join(generator.choice("thesandr") for _ in range(200)) for _ in range(5)]
cases = [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]
with open(Path(__file__).parent / "small_bpe.json", "w", encoding="ascii") as out:
    json.dump({"merges": [" ".join(m) for m in merges], "cases": cases}, out, indent=None)
    out.write("\n")
print(len(merges), "merges,", len(cases), "cases")
