"""The two tiny CLIPs of pretrain_tangram_clip.py: architectures, vocabulary, and the files of their checkpoints."""
import json
import re
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

CONTEXT = 40
EMBED = 128
MEAN = [0.48145466, 0.4578275, 0.40821073]
DEVIATION = [0.26862954, 0.26130258, 0.27577711]
START, END = "<|startoftext|>", "<|endoftext|>"


def split_words(text: str) -> list[str]:
    """CLIP's pieces of a text of ASCII letters and signs."""
    return re.findall(r"'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+", text.lower())


def byte_letters() -> dict[int, str]:
    """GPT-2's letter of each byte, in the order in which CLIP numbers them."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + i) for i, byte in enumerate(others)}}


class Vocabulary:
    """Numbered as CLIP's: bytes, bytes at the end of a word, merges, start, end."""

    def __init__(self, merges: list[tuple[str, str]]):
        letters = list(byte_letters().values())
        self.merges = merges
        self.tokens = letters + [each + "</w>" for each in letters] + ["".join(each) for each in merges] + [START, END]
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self.ranks = {pair: i for i, pair in enumerate(merges)}
        self.cache: dict[str, list[int]] = {}

    def encode_word(self, word: str) -> list[int]:
        if word not in self.cache:
            symbols = list(word[:-1]) + [word[-1] + "</w>"]
            while True:
                pairs = [(self.ranks.get(pair, len(self.ranks)), i) for i, pair in enumerate(zip(symbols, symbols[1:]))]
                rank, at = min(pairs, default=(len(self.ranks), 0))
                if rank == len(self.ranks):
                    break
                symbols[at:at + 2] = [symbols[at] + symbols[at + 1]]
            self.cache[word] = [self.ids[each] for each in symbols]
        return self.cache[word]

    def row(self, text: str) -> list[int]:
        """Start, tokens, end, and the end again up to the context. For ASCII."""
        ids = [i for word in split_words(text) for i in self.encode_word(word)]
        if len(ids) > CONTEXT - 2:
            raise ValueError(f"more than {CONTEXT - 2} tokens: {text}")
        end = self.ids[END]
        return [self.ids[START], *ids, *[end] * (CONTEXT - 1 - len(ids))]

    @staticmethod
    def read(folder: Path) -> "Vocabulary":
        """From the merges.txt of a checkpoint."""
        return Vocabulary([tuple(line.split()) for line in (folder / "merges.txt").read_text().splitlines()[1:]])

    def write(self, folder: Path) -> None:
        """tokenizer.json, vocab.json, merges.txt and the configurations beside them."""
        folder.mkdir(parents=True, exist_ok=True)
        start, end = self.ids[START], self.ids[END]
        special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        expression = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
        tokenizer = {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [{"id": start, "content": START, **special}, {"id": end, "content": END, **special}],
            "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}, {"type": "Lowercase"}]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": expression}, "behavior": "Removed", "invert": True},
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]},
            "post_processor": {"type": "RobertaProcessing", "sep": [END, end], "cls": [START, start], "trim_offsets": False,
                               "add_prefix_space": False},
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
            "model": {"type": "BPE", "dropout": None, "unk_token": END, "continuing_subword_prefix": "", "end_of_word_suffix": "</w>",
                      "fuse_unk": False, "byte_fallback": False, "vocab": self.ids, "merges": [" ".join(each) for each in self.merges]}}
        write_json(folder / "tokenizer.json", tokenizer)
        write_json(folder / "vocab.json", self.ids)
        (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in self.merges))
        write_json(folder / "tokenizer_config.json", {
            "tokenizer_class": "CLIPTokenizer", "bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END,
            "model_max_length": CONTEXT, "do_lower_case": True, "errors": "replace", "add_prefix_space": False})
        write_json(folder / "special_tokens_map.json", {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END})


def write_json(path: Path, content) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def waves(grid: int, width: int) -> torch.Tensor:
    """Sines and cosines of the row and of the column [grid * grid, width]."""
    rates = 100.0 ** -torch.linspace(0, 1, width // 4)
    angles = torch.arange(grid)[:, None] * rates
    axis = torch.cat([angles.sin(), angles.cos()], 1)
    return torch.cat([axis[:, None].expand(-1, grid, -1), axis[None].expand(grid, -1, -1)], 2).reshape(grid * grid, width)


class Vit:
    """A ViT in the layout of transformers."""
    library = "transformers"
    self_test_pictures = 8

    @staticmethod
    def build(vocabulary: Vocabulary, side: int):
        from transformers import CLIPConfig, CLIPModel
        start, end = vocabulary.ids[START], vocabulary.ids[END]
        text = dict(vocab_size=len(vocabulary.tokens), hidden_size=128, intermediate_size=512, num_hidden_layers=2, num_attention_heads=2,
                    max_position_embeddings=CONTEXT, bos_token_id=start, eos_token_id=end, pad_token_id=end, projection_dim=EMBED)
        vision = dict(hidden_size=128, intermediate_size=512, num_hidden_layers=4, num_attention_heads=2, image_size=side, patch_size=8,
                      projection_dim=EMBED)
        model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=EMBED))
        with torch.no_grad():  # begins with places that can be told apart, else forms are learned late
            model.vision_model.embeddings.position_embedding.weight[1:] = 0.4 * waves(side // 8, 128)
        model.set_attn_implementation("eager")  # on a CPU twice as fast as the fused one, backward
        return model

    @staticmethod
    def image_features(model, pixels):
        return model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)

    @staticmethod
    def text_features(model, ids):
        return model.text_projection(model.text_model(input_ids=ids).pooler_output)

    @staticmethod
    def take_text_tower(model, teacher) -> None:
        """Gives the text tower of a CLIP of open_clip to one of transformers, and freezes it."""
        old, new = teacher.state_dict(), {"text_projection.weight": teacher.text_projection.T, "logit_scale": teacher.logit_scale}
        inner = {"attn.out_proj": "self_attn.out_proj", "ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2"}
        renamed = {"token_embedding.weight": "embeddings.token_embedding.weight", "positional_embedding": "embeddings.position_embedding.weight",
                   "ln_final.weight": "final_layer_norm.weight", "ln_final.bias": "final_layer_norm.bias"}
        for layer in range(model.config.text_config.num_hidden_layers):
            for end in ("weight", "bias"):
                for a, b in inner.items():
                    renamed[f"transformer.resblocks.{layer}.{a}.{end}"] = f"encoder.layers.{layer}.{b}.{end}"
                stacked = old[f"transformer.resblocks.{layer}.attn.in_proj_{end}"].chunk(3)
                for part, value in zip("qkv", stacked):
                    new[f"text_model.encoder.layers.{layer}.self_attn.{part}_proj.{end}"] = value
        new.update({"text_model." + b: old[a] for a, b in renamed.items()})
        unexpected = model.load_state_dict(new, strict=False).unexpected_keys
        assert not unexpected, unexpected
        for each in (*model.text_model.parameters(), model.text_projection.weight, model.logit_scale):
            each.requires_grad_(False)

    @staticmethod
    def save(model, folder: Path, vocabulary: Vocabulary, side: int) -> None:
        model.half().save_pretrained(folder)
        write_json(folder / "preprocessor_config.json", {
            "crop_size": {"height": side, "width": side}, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True,
            "do_rescale": True, "do_resize": True, "image_mean": MEAN, "image_processor_type": "CLIPImageProcessor", "image_std": DEVIATION,
            "resample": 3, "rescale_factor": 1 / 255, "size": {"shortest_edge": side}})

    @staticmethod
    def load(folder: Path):
        from transformers import CLIPModel
        return CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()

    @staticmethod
    def tokens(folder: Path, texts: list[str]) -> torch.Tensor:
        from transformers import CLIPTokenizer
        tokenizer = CLIPTokenizer.from_pretrained(folder)
        return tokenizer(texts, padding="max_length", max_length=CONTEXT, return_tensors="pt")["input_ids"]


class ResNet:
    """A ResNet with attention pooling in the layout of open_clip."""
    library = "open_clip"
    self_test_pictures = 3

    @staticmethod
    def config(vocabulary_size: int, side: int) -> dict:
        return {"embed_dim": EMBED, "quick_gelu": True,
                "vision_cfg": {"image_size": side, "layers": [1, 1, 1, 1], "width": 12, "head_width": 64, "patch_size": None},
                "text_cfg": {"context_length": CONTEXT, "vocab_size": vocabulary_size, "width": 128, "heads": 2, "layers": 2}}

    @staticmethod
    def build(vocabulary: Vocabulary, side: int):
        import open_clip
        return open_clip.CLIP(**ResNet.config(len(vocabulary.tokens), side)).to(memory_format=torch.channels_last)

    @staticmethod
    def image_features(model, pixels):
        return model.encode_image(pixels.contiguous(memory_format=torch.channels_last))

    @staticmethod
    def text_features(model, ids):
        """As encode_text, for rows of any number of columns."""
        columns = ids.shape[1]
        x = model.token_embedding(ids) + model.positional_embedding[:columns]
        x = model.ln_final(model.transformer(x, attn_mask=model.attn_mask[:columns, :columns]))
        return x[torch.arange(len(ids)), ids.argmax(-1)] @ model.text_projection

    @staticmethod
    def save(model, folder: Path, vocabulary: Vocabulary, side: int) -> None:
        tensors = {name: value.half().contiguous() for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")}
        save_file(tensors, folder / "open_clip_model.safetensors", {"format": "pt"})
        write_json(folder / "open_clip_config.json", {
            "model_cfg": ResNet.config(len(vocabulary.tokens), side),
            "preprocess_cfg": {"size": side, "mode": "RGB", "mean": MEAN, "std": DEVIATION, "interpolation": "bicubic",
                               "resize_mode": "shortest", "fill_color": 0}})

    @staticmethod
    def load(folder: Path):
        import open_clip
        return open_clip.create_model(f"local-dir:{folder}", precision="fp32").eval()

    @staticmethod
    def tokens(folder: Path, texts: list[str]) -> torch.Tensor:
        from open_clip.tokenizer import HFTokenizer
        return HFTokenizer(str(folder), context_length=CONTEXT)(texts)

SELF_TEST = "fewclip_selftest.safetensors"
SENTENCES = ["a photo of a boat.", "a photo of a giraffe.", "a red boat", "a dog with a head, a body, and a tail",
             "a blue arrow above a green heart", "three yellow lamps", "a small white bird", "Words it has never seen: x-ray, 42!"]


def pixels_of(images: torch.Tensor) -> torch.Tensor:
    """Bytes [n, side, side, 3] as the towers read them; nothing is resized."""
    mean, deviation = (torch.tensor(each).view(1, 3, 1, 1) for each in (MEAN, DEVIATION))
    return (images.permute(0, 3, 1, 2).float() / 255 - mean) / deviation


def write_self_test(kind, folder: Path, images: torch.Tensor, vocabulary: Vocabulary) -> None:
    """Features of the stored weights, computed in double precision by the library of the dialect."""
    model = kind.load(folder).double()
    pixels = pixels_of(images).contiguous()
    ids = torch.tensor([vocabulary.row(text) for text in SENTENCES])
    with torch.no_grad():
        save_file({"pixels": pixels, "image_features": kind.image_features(model, pixels.double()).float().contiguous(),
                   "token_ids": ids.int(), "text_features": kind.text_features(model, ids).float().contiguous()}, folder / SELF_TEST)


def check(folder: Path) -> bool:
    """Loads a checkpoint with the library of its dialect, tokenizer included, and compares in single precision with its self-test."""
    kind = ResNet if (folder / "open_clip_config.json").exists() else Vit
    stored, model = load_file(folder / SELF_TEST), kind.load(folder)
    ids = kind.tokens(folder, SENTENCES)
    same_ids = torch.equal(ids, stored["token_ids"].long())
    print(f"{folder}: {sum(each.stat().st_size for each in folder.iterdir())} bytes; token ids of {kind.library} "
          f"{'are' if same_ids else 'ARE NOT'} those of the self-test")
    good = same_ids
    with torch.no_grad():
        for name, got in (("image_features", kind.image_features(model, stored["pixels"])), ("text_features", kind.text_features(model, ids))):
            cosine = torch.cosine_similarity(got, stored[name]).min().item()
            off = ((got - stored[name]).abs().max() / stored[name].abs().max()).item()
            print(f"  {name}: cosine {cosine:.8f}, largest difference {off:.1e} of the largest value")
            good = good and cosine > 0.999999 and off < 1e-4
    return good


KINDS = {"vit": Vit, "resnet": ResNet}
