"""Payload ciphers of the upload profiles: SM4 (GB/T 32907), DES for the one profile that demands it, HMAC-SM3.

Keys come in as bytes from the caller's secret store and are never kept in module state. Padding errors and bad text
encodings look the same to the sender: one code, `decrypt_failed` (decoding of hex and Base64 says `bad_encoding`).
"""

from __future__ import annotations

import base64
import binascii
import hmac as _hmac
from enum import StrEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes

from bihuan.wire.errors import WireError


class TextForm(StrEnum):
    """How ciphertext is written as text."""

    HEX_UPPER = "hex"
    BASE64 = "base64"
    BASE64_HEX = "base64-hex"  # Base64, then each of its characters as two hex digits (Hebei)


def to_text(data: bytes, form: TextForm) -> str:
    """Ciphertext bytes as text."""
    if form is TextForm.HEX_UPPER:
        return data.hex().upper()
    encoded = base64.b64encode(data)
    return encoded.hex().upper() if form is TextForm.BASE64_HEX else encoded.decode("ascii")


def from_text(text: str, form: TextForm) -> bytes:
    """Ciphertext bytes from text; anything outside the alphabet is refused."""
    try:
        if form is TextForm.HEX_UPPER:
            return binascii.unhexlify(text)
        inner = binascii.unhexlify(text) if form is TextForm.BASE64_HEX else text
        return base64.b64decode(inner, validate=True)
    except ValueError:
        raise WireError("bad_encoding", f"ciphertext is not {form.value}") from None


def sm4_cbc_encrypt(key: bytes, iv: bytes, plain: bytes) -> bytes:
    """SM4-CBC with PKCS5 padding; key and IV of 16 bytes."""
    return _pad_encrypt(_sm4(key), iv, plain)


def sm4_cbc_decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Inverse of `sm4_cbc_encrypt`."""
    return _decrypt_unpad(_sm4(key), iv, data)


def sm4_ecb(key: bytes, blocks: bytes, *, decrypt: bool = False) -> bytes:
    """SM4-ECB without padding over whole blocks of 16 bytes (HJ 212-2025)."""
    if len(blocks) % 16:
        raise WireError("decrypt_failed", "length is no multiple of 16")
    # ECB is what HJ 212-2025 prescribes for the CP section.
    cipher = Cipher(_sm4(key), modes.ECB())
    context = cipher.decryptor() if decrypt else cipher.encryptor()
    return context.update(blocks) + context.finalize()


def des_cbc_encrypt(key: bytes, iv: bytes, plain: bytes) -> bytes:
    """DES-CBC with PKCS7 padding; key and IV of 8 bytes. Weak: only for the profile that prescribes it."""
    return _pad_encrypt(_des(key), iv, plain)


def des_cbc_decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Inverse of `des_cbc_encrypt`."""
    return _decrypt_unpad(_des(key), iv, data)


def aes_cbc_encrypt(key: bytes, iv: bytes, plain: bytes) -> bytes:
    """AES-CBC with PKCS7 padding; key of 16, 24 or 32 bytes."""
    return _pad_encrypt(_aes(key), iv, plain)


def aes_cbc_decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Inverse of `aes_cbc_encrypt`."""
    return _decrypt_unpad(_aes(key), iv, data)


def sign(key: bytes, body: bytes) -> str:
    """HMAC-SM3 of a body, lower-case hex (native profile, header X-Signature)."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(body)
    return mac.finalize().hex()


def verify(key: bytes, body: bytes, signature: str) -> None:
    """Raise WireError unless `signature` is that of `body`; constant-time comparison."""
    if not _hmac.compare_digest(sign(key, body).encode(), signature.encode("utf-8", "replace")):
        raise WireError("bad_signature", "the body was changed or signed with another key")


def _sm4(key: bytes) -> CipherAlgorithm:
    if len(key) != 16:
        raise WireError("bad_key", "an SM4 key has 16 bytes")
    return algorithms.SM4(key)


def _des(key: bytes) -> CipherAlgorithm:
    if len(key) != 8:
        raise WireError("bad_key", "a DES key has 8 bytes")
    return TripleDES(key * 3)  # three equal keys make triple DES plain DES


def _aes(key: bytes) -> CipherAlgorithm:
    if len(key) not in (16, 24, 32):
        raise WireError("bad_key", "an AES key has 16, 24 or 32 bytes")
    return algorithms.AES(key)


def _cbc(algorithm: CipherAlgorithm, iv: bytes) -> tuple[Cipher[modes.CBC], int]:
    bits: int = getattr(algorithm, "block_size")  # noqa: B009 - not in the base class's type
    if len(iv) * 8 != bits:
        raise WireError("bad_key", f"the IV has {bits // 8} bytes")
    return Cipher(algorithm, modes.CBC(iv)), bits


def _pad_encrypt(algorithm: CipherAlgorithm, iv: bytes, plain: bytes) -> bytes:
    cipher, bits = _cbc(algorithm, iv)
    padder = padding.PKCS7(bits).padder()
    context = cipher.encryptor()
    return context.update(padder.update(plain) + padder.finalize()) + context.finalize()


def _decrypt_unpad(algorithm: CipherAlgorithm, iv: bytes, data: bytes) -> bytes:
    cipher, bits = _cbc(algorithm, iv)
    unpadder = padding.PKCS7(bits).unpadder()
    context = cipher.decryptor()
    try:
        return unpadder.update(context.update(data) + context.finalize()) + unpadder.finalize()
    except ValueError:
        raise WireError("decrypt_failed", "wrong key or damaged text") from None
