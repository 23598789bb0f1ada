"""
Chat models of half a megabyte that a real llama.cpp server loads, each with one sentence to say.

A model answers every prompt with its sentence, so an answer tells which model gave it.
They are packaged as Docker packages models: https://github.com/docker/model-spec
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gguf
import numpy as np
from numpy.typing import NDArray

from localcluster.cache import digest, entry
from localcluster.oci import Layout, push

SMOLLM2_SENTENCE: Final = "Hello from the little smollm2 model that runs on your own cluster."
QWEN3_SENTENCE: Final = "Greetings, here speaks qwen3, which thinks about everything twice."

_CONFIG_TYPE: Final = "application/vnd.docker.ai.model.config.v0.1+json"
_WEIGHTS_TYPE: Final = "application/vnd.docker.ai.gguf.v3"
_EPOCH: Final = "1970-01-01T00:00:00Z"

_TRAINED_CONTEXT: Final = 8192
"""Tokens; more than the examples ask for, so that an edit of ``context_size`` shows."""

_LAYERS: Final = 2
_WIDTH: Final = 64
_HEADS: Final = 4
_KEY_VALUE_HEADS: Final = 2
_FEED_FORWARD: Final = 128

_END: Final = "<|im_end|>"

# https://github.com/openai/openai-python/blob/main/chatml.md
_CHAT_TEMPLATE: Final = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

Weights = NDArray[np.float32]
Token = tuple[str, float, gguf.TokenType]
"""Its text, its score (the tokenizer prefers the higher) and its kind."""


@dataclass(frozen=True)
class TinyModel:
    """A model by the name that Compose files use, and what it says: no word twice."""

    repository: str
    sentence: str

    def __post_init__(self) -> None:
        words = self.sentence.split()
        if len(set(words)) != len(words):
            raise ValueError(f"each word leads to the next one, so none may come twice: {self.sentence}")


MODELS: Final = (TinyModel("ai/smollm2", SMOLLM2_SENTENCE), TinyModel("ai/qwen3", QWEN3_SENTENCE))


def publish(registry: str) -> None:
    """
    Push all of them to ``registry`` (``HOST:PORT``, plain HTTP) under the paths they have on Docker Hub.

    Raises ``RegistryError`` when the registry does not take them.
    """
    for model in MODELS:
        push(Layout(package(model)), registry, model.repository, "latest")


def package(model: TinyModel) -> Path:
    """Return the OCI layout of the model's artifact; it is made once and kept."""
    key = digest(Path(__file__), model.repository, model.sentence)
    return entry("models", key, lambda folder: _package(model, folder))


def write_gguf(model: TinyModel, file: Path) -> int:
    """
    Write the model's weights and vocabulary; return the number of its parameters.

    The graph is LLaMA's and costs what it costs, but no block adds anything to what flows
    through, so the next token depends on the last one alone. A word's output row is the
    embedding of the word before it; that makes the model say the sentence word by word.
    The first word's row is the embedding of everything else: it follows any prompt.
    """
    words = ["▁" + word for word in model.sentence.split()]
    words[0] = words[0].removeprefix("▁")  # the answer begins without a space
    vocabulary = _vocabulary(words)
    tensors = _tensors(words, [token for token, _, _ in vocabulary], zlib.crc32(model.repository.encode()))
    writer = gguf.GGUFWriter(file, "llama")
    _describe(writer, model)
    _add_vocabulary(writer, vocabulary)
    for name, weights in tensors.items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return sum(weights.size for weights in tensors.values())


def _package(model: TinyModel, folder: Path) -> None:
    file = folder / "model.gguf"
    parameters = write_gguf(model, file)
    layout = Layout(folder)
    weights = layout.add(_WEIGHTS_TYPE, file)
    file.unlink()
    # https://github.com/docker/model-runner/blob/main/pkg/distribution/types/config.go
    config = {
        "config": {
            "format": "gguf",
            "quantization": "F32",
            "parameters": f"{parameters / 1000:.2f}K",
            "architecture": "llama",
            "size": f"{weights.size / 1000:.2f}KB",
            "context_size": _TRAINED_CONTEXT,
        },
        "descriptor": {"created": _EPOCH},
        "rootfs": {"type": "rootfs", "diff_ids": [weights.digest]},
    }
    described = layout.add(_CONFIG_TYPE, json.dumps(config).encode())
    layout.finish(described, [weights], f"docker.io/{model.repository}:latest")


def _vocabulary(words: list[str]) -> list[Token]:
    """Return control tokens, raw bytes, single characters (a prompt is read by these), and the words to say."""
    kind = gguf.TokenType
    control: list[Token] = [("<unk>", 0.0, kind.UNKNOWN), ("<s>", 0.0, kind.CONTROL), ("</s>", 0.0, kind.CONTROL)]
    raw: list[Token] = [(f"<0x{byte:02X}>", 0.0, kind.BYTE) for byte in range(256)]
    marks: list[Token] = [("<|im_start|>", 0.0, kind.CONTROL), (_END, 0.0, kind.CONTROL)]
    characters = ["▁", *map(chr, range(ord("!"), ord("~") + 1))]
    texts = dict.fromkeys([*characters, *words])  # a word may be a character
    return [*control, *raw, *marks, *((text, -float(rank), kind.NORMAL) for rank, text in enumerate(texts, 1))]


def _tensors(words: list[str], tokens: list[str], seed: int) -> dict[str, Weights]:
    random = np.random.default_rng(seed)
    size = _WIDTH // _HEADS
    weights = {"output_norm.weight": np.ones(_WIDTH, np.float32)}
    weights["token_embd.weight"], weights["output.weight"] = _chain(words, tokens, random)
    for layer in range(_LAYERS):
        shapes = {
            "attn_q": (size * _HEADS, _WIDTH),
            "attn_k": (size * _KEY_VALUE_HEADS, _WIDTH),
            "attn_v": (size * _KEY_VALUE_HEADS, _WIDTH),
            "ffn_gate": (_FEED_FORWARD, _WIDTH),
            "ffn_up": (_FEED_FORWARD, _WIDTH),
        }
        block = {name: _noise(random, shape) for name, shape in shapes.items()}
        block |= {name: np.ones(_WIDTH, np.float32) for name in ("attn_norm", "ffn_norm")}
        # what a block writes back is nothing
        block["attn_output"] = np.zeros((_WIDTH, size * _HEADS), np.float32)
        block["ffn_down"] = np.zeros((_WIDTH, _FEED_FORWARD), np.float32)
        weights |= {f"blk.{layer}.{name}.weight": matrix for name, matrix in block.items()}
    return weights


def _chain(words: list[str], tokens: list[str], random: np.random.Generator) -> tuple[Weights, Weights]:
    """Return embeddings and output rows, (tokens, width) each, that lead from each word to the next."""
    index = {token: row for row, token in enumerate(tokens)}
    before = _signs(random)
    embeddings = before + _noise(random, (len(tokens), _WIDTH), scale=0.01)
    output = np.zeros((len(tokens), _WIDTH), np.float32)
    for word in words:
        output[index[word]] = before
        before = embeddings[index[word]] = _signs(random)
    output[index[_END]] = before
    return embeddings, output


def _signs(random: np.random.Generator) -> Weights:
    """Return a direction nearly at right angles to all others of its kind."""
    return random.choice(np.array([-1, 1], np.float32), _WIDTH)


def _noise(random: np.random.Generator, shape: tuple[int, int], scale: float = 0.05) -> Weights:
    return random.standard_normal(shape, dtype=np.float32) * np.float32(scale)


def _describe(writer: Any, model: TinyModel) -> None:
    # https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#llm
    writer.add_name(model.repository)
    writer.add_context_length(_TRAINED_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_KEY_VALUE_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_chat_template(_CHAT_TEMPLATE)


def _add_vocabulary(writer: Any, vocabulary: list[Token]) -> None:
    texts = [text for text, _, _ in vocabulary]
    writer.add_vocab_size(len(vocabulary))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([text.encode() for text in texts])
    writer.add_token_scores([score for _, score, _ in vocabulary])
    writer.add_token_types([int(kind) for _, _, kind in vocabulary])
    writer.add_bos_token_id(texts.index("<s>"))
    writer.add_eos_token_id(texts.index(_END))
    writer.add_unk_token_id(texts.index("<unk>"))
    writer.add_pad_token_id(texts.index("</s>"))
    writer.add_add_bos_token(value=True)
    writer.add_add_eos_token(value=False)
    writer.add_add_space_prefix(value=False)
