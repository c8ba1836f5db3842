"""Money: kept in fen (分, whole numbers), shown in yuan (元) or ten-thousand yuan (万元).

Binary floats are refused everywhere: an amount that went through one is no longer the amount that was decided.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
_CENT = Decimal("0.01")
_MOST_DIGITS = 15  # more places before or after the point are a slip of the hand, or an attack (1e999999)


def fen_to_yuan(fen: int) -> Decimal:
    """Return the amount in yuan, exact, two places."""
    return (Decimal(fen) / FEN_PER_YUAN).quantize(_CENT)


def yuan_to_fen(yuan: Decimal | int | str) -> int:
    """Return the amount in fen; ValueError (Chinese) when it is no number or finer than one fen."""
    return _whole_fen(yuan, FEN_PER_YUAN)


def fen_to_wan(fen: int) -> Decimal:
    """Return the amount in ten-thousand yuan (万元), two places, half up, as the returns print it."""
    return (Decimal(fen) / FEN_PER_WAN).quantize(_CENT, rounding=ROUND_HALF_UP)


def wan_to_fen(wan: Decimal | int | str) -> int:
    """Return the amount in fen; ValueError (Chinese) when it is no number or finer than one fen."""
    return _whole_fen(wan, FEN_PER_WAN)


def _whole_fen(amount: Decimal | int | str, factor: int) -> int:
    if isinstance(amount, (bool, float)):
        raise TypeError("money is Decimal, int or text, never float")
    text = amount.replace(",", "").replace("\uff0c", "").strip() if isinstance(amount, str) else amount
    try:
        value = Decimal(text)
    except InvalidOperation as fault:
        raise ValueError(f"“{amount}”不是金额，请填写数字。") from fault
    if (
        not value.is_finite()
        or value.adjusted() > _MOST_DIGITS
        or int(value.as_tuple().exponent) < -_MOST_DIGITS
    ):
        raise ValueError(f"“{amount}”不是金额，请填写数字。")
    numerator, denominator = value.as_integer_ratio()
    fen, rest = divmod(numerator * factor, denominator)
    if rest:
        raise ValueError(f"金额“{amount}”精确到了分以下，请只填到分。")
    return fen
