"""One-time passwords (动态口令, RFC 6238: SHA-1, six digits, 30 seconds) and the codes for a lost device.

SHA-1 is what every authenticator app computes; HMAC-SHA-1 is not affected by collisions of SHA-1.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

from bihuan.foundation.lib.problems import Problem

STEP_SECONDS = 30
SKEW_STEPS = 1
RECOVERY_CODES = 10


def new_secret() -> bytes:
    """160 bits, as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), STEP_SECONDS)


def code_at(secret: bytes, at: datetime) -> str:
    """The six digits shown at that time."""
    return _totp(secret).generate(int(at.timestamp())).decode("ascii")


def step_of(secret: bytes, code: str, at: datetime) -> int | None:
    """The time step whose digits these are, one step early or late allowed (clocks differ); None when none fits."""
    digits = "".join(code.split())
    now = int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - SKEW_STEPS, now + SKEW_STEPS + 1):
        if hmac.compare_digest(_totp(secret).generate(step * STEP_SECONDS), digits.encode("utf-8")):
            found = step
    return found


def address(secret: bytes, login: str) -> str:
    """What the QR code says to the authenticator app."""
    return _totp(secret).get_provisioning_uri(login, "闭环")


def base32(secret: bytes) -> str:
    """The secret to type where no camera is at hand, in groups of four."""
    text = base64.b32encode(secret).decode("ascii")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _box() -> Fernet:
    key = hashlib.sha256(b"bihuan.accounts.one_time:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def locked(secret: bytes) -> bytes:
    """Encrypted for the database."""
    return _box().encrypt(secret)


def opened(stored: bytes | memoryview) -> bytes:
    """Decrypted; a Problem where the server's key was changed since."""
    try:
        return _box().decrypt(bytes(stored))
    except InvalidToken:
        raise Problem("accounts.factor_unreadable", "服务器密钥已更换，动态口令须由系统运维人员重置。", status=409) from None


def new_recovery_codes() -> list[str]:
    """Spare codes to write down, such as 7f3k-92qd."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return ["-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(2)) for _ in range(RECOVERY_CODES)]


def digest_of(code: str) -> str:
    """What is kept of a spare code."""
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    return hmac.new(settings.SECRET_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()
