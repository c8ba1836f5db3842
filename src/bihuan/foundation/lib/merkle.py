"""Merkle trees over SM3, with proofs that need no other leaf's content."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.foundation.lib.sm3 import sm3

EMPTY = sm3(b"").hex()


def _leaf(value: str) -> bytes:
    return sm3(b"\x00" + value.encode())


def _node(left: bytes, right: bytes) -> bytes:
    return sm3(b"\x01" + left + right)


def _next(level: list[bytes]) -> list[bytes]:
    # An odd last node moves up unchanged; pairing it with itself would let two trees share a root.
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs


def merkle_root(leaves: Sequence[str]) -> str:
    """Root of the tree over `leaves`, in their order; leaves and inner nodes are hashed in separate domains."""
    if not leaves:
        return EMPTY
    level = [_leaf(value) for value in leaves]
    while len(level) > 1:
        level = _next(level)
    return level[0].hex()


def proof(leaves: Sequence[str], index: int) -> list[tuple[str, str]]:
    """The siblings from leaf to root, as (side of the sibling, hash)."""
    level = [_leaf(value) for value in leaves]
    steps: list[tuple[str, str]] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            steps.append(("left" if sibling < index else "right", level[sibling].hex()))
        index //= 2
        level = _next(level)
    return steps


def check_proof(leaf: str, steps: Sequence[tuple[str, str]], root: str) -> bool:
    """Whether `leaf` lies under `root`."""
    here = _leaf(leaf)
    for side, other in steps:
        sibling = bytes.fromhex(other)
        here = _node(sibling, here) if side == "left" else _node(here, sibling)
    return here.hex() == root
