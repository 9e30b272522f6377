"""Builds a tiny, real CTranslate2 package whose output is its input: a deterministic engine for tests.

The weights are set by hand. The last attention of the decoder looks at source position t while target position t is
written, and everything else adds nothing, so the model copies its tokens; attention is diagonal.
"""

import json
import zipfile
from pathlib import Path

TEXT = """\
Opening hours of the service centre, Monday to Friday, 9 am to 5 pm.
Apply online for a permit before you visit the office with your documents.
The fee is paid once and is not refunded when an application is withdrawn.
Click the button to save your changes, then close the window.
This page describes how the form works and where to send it.
See the guide for details, or contact us at the address below.
Run the command to install the package and open the settings.
Please use a new form for each person in your household.
"""

WIDTH, HEADS, HIDDEN, POSITIONS, VOCABULARY = 128, 2, 64, 512, 300


def build_copy_model(folder: Path, *, source="en", target="ms", version="1.0", identity=True, prefix="") -> Path:
    """Write `translate-SOURCE_TARGET-VERSION.argosmodel` into `folder`; its path. Takes under a second."""
    name = f"translate-{source}_{target}-{version.replace('.', '_')}"
    work = folder / f"{name}.work"
    work.mkdir(parents=True)
    pieces = _train_pieces(work, [prefix] if prefix else [])
    _write_weights(pieces, work / "model")
    metadata = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": source,
        "to_code": target,
        "to_name": target,
        "identity": identity,
    }
    if prefix:
        metadata["target_prefix"] = prefix
    (work / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    package = folder / f"{name}.argosmodel"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in work.rglob("*") if path.is_file()):
            archive.write(path, f"{name}/{path.relative_to(work).as_posix()}")
    return package


def build_folder(folder: Path, *, symbols=(), tokenizer="sentencepiece.bpe.model") -> Path:
    """A folder as ct2-transformers-converter leaves it: model, vocabulary, and SentencePiece under `tokenizer`'s name.

    `symbols` are tokens of their own in the vocabulary only, like NLLB's language codes: the tokenizer does not know
    them. The model copies what stands at the same place of the source.
    """
    folder.mkdir(parents=True)
    pieces = [*_train_pieces(folder, []), *symbols]
    _write_weights(pieces, folder, add_eos=False)
    (folder / "sentencepiece.model").rename(folder / tokenizer)
    return folder


def _train_pieces(work, symbols):
    import sentencepiece

    corpus = work.with_suffix(".txt")
    corpus.write_text(TEXT, encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(work / "sentencepiece"),
        vocab_size=VOCABULARY,
        hard_vocab_limit=False,
        character_coverage=1.0,
        user_defined_symbols=symbols,
        minloglevel=2,
    )
    (work / "sentencepiece.vocab").unlink()
    processor = sentencepiece.SentencePieceProcessor(model_file=str(work / "sentencepiece.model"))
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def _write_weights(pieces, folder, *, add_eos=True):
    import numpy as np
    from ctranslate2.specs import transformer_spec

    head = WIDTH // HEADS
    code = WIDTH - head  # dimensions that say which token; the last head's say where it stands
    random = np.random.default_rng(0)
    tokens = random.standard_normal((len(pieces), code)).astype(np.float32)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True) / np.sqrt(code)
    embeddings = np.zeros((len(pieces), WIDTH), np.float32)
    embeddings[:, :code] = tokens
    angles = np.arange(POSITIONS)[:, None] * random.uniform(0.05, np.pi - 0.05, head // 2)[None]
    positions = np.zeros((POSITIONS, WIDTH), np.float32)
    positions[:, code:] = np.concatenate([np.sin(angles), np.cos(angles)], axis=1) * np.sqrt(2)

    def norm(spec, scale=1.0):
        spec.gamma, spec.beta = np.full(WIDTH, scale, np.float32), np.zeros(WIDTH, np.float32)

    def linear(spec, weight):
        spec.weight, spec.bias = np.ascontiguousarray(weight, np.float32), np.zeros(weight.shape[0], np.float32)

    def silent(layer):
        norm(layer.ffn.layer_norm)
        linear(layer.ffn.linear_0, np.zeros((HIDDEN, WIDTH)))
        linear(layer.ffn.linear_1, np.zeros((WIDTH, HIDDEN)))
        norm(layer.self_attention.layer_norm)
        linear(layer.self_attention.linear[0], np.zeros((3 * WIDTH, WIDTH)))
        linear(layer.self_attention.linear[1], np.zeros((WIDTH, WIDTH)))

    spec = transformer_spec.TransformerSpec.from_config((1, 1), HEADS, pre_norm=True)
    for part in (spec.encoder, spec.decoder):
        table = part.embeddings[0] if isinstance(part.embeddings, list) else part.embeddings
        table.weight = embeddings / np.sqrt(WIDTH)
        part.scale_embeddings = True
        part.position_encodings.encodings = positions
        norm(part.layer_norm)
        silent(part.layer[0])
    attention = spec.decoder.layer[0].attention
    place = np.zeros((WIDTH, WIDTH), np.float32)
    for i in range(head):
        for h in range(HEADS):
            place[h * head + i, code + i] = 2.0
    copy = np.zeros((WIDTH, WIDTH), np.float32)
    copy[:code, :code] = 5.0 * np.eye(code)
    norm(attention.layer_norm)
    linear(attention.linear[0], place)
    linear(attention.linear[1], np.concatenate([place, np.eye(WIDTH)]))
    linear(attention.linear[2], copy)
    norm(spec.decoder.layer_norm, 16.0 / code)
    linear(spec.decoder.projection, embeddings)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_bos, spec.config.add_source_eos = False, add_eos
    spec.config.decoder_start_token = spec.config.bos_token = "<s>"
    spec.config.eos_token, spec.config.unk_token = "</s>", "<unk>"
    spec.validate()
    spec.optimize(quantization=None)
    folder.mkdir(exist_ok=True)
    spec.save(str(folder))
