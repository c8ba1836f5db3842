"""Published cipher vectors and the error of damaged texts."""

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from bihuan.wire import cipher
from bihuan.wire.cipher import TextForm
from bihuan.wire.errors import WireError

SM4_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_sm4_block_is_the_one_published_in_the_standard():
    # GB/T 32907-2016, annex A.1
    assert cipher.sm4_ecb(SM4_KEY, SM4_KEY).hex().upper() == "681EDF34D206965E86B3E94F536E4246"


def test_a_thousand_rounds_of_sm4_lead_back_to_the_start():
    text = SM4_KEY
    for _ in range(1000):
        text = cipher.sm4_ecb(SM4_KEY, text)
    for _ in range(1000):
        text = cipher.sm4_ecb(SM4_KEY, text, decrypt=True)
    assert text == SM4_KEY


def test_sm4_cbc_pkcs5_vector():
    data = cipher.sm4_cbc_encrypt(SM4_KEY, bytes(range(16)), b'{"dataId":"t-1","value":1.5}')
    assert data.hex().upper() == "61075CF2808BADD5B5845E4C6D93F60E609C84DA9F6032E60779F971A812F831"


def test_des_chain_vector():
    data = cipher.des_cbc_encrypt(b"testkey1", b"12345678", b'{"qybm":"000000000000"}')
    assert cipher.to_text(data, TextForm.BASE64) == "GYiBX/lywiFngJvnYuxfFFVdfNGCRPwk"
    assert (
        cipher.to_text(data, TextForm.BASE64_HEX)
        == "47596942582F6C797769466E674A766E5975786646465664664E47435250776B"
    )


def test_hmac_sm3_vector():
    # RFC 2104 construction over SM3 (GB/T 32905); test_hmac_is_built_as_in_rfc_2104 rebuilds it from the bare digest.
    assert cipher.sign(b"a" * 32, b"x") == "de4a118e06fb94f5985f8417f8fed5cc0ea4054759d4ebf514463947af05f102"


@given(st.binary(max_size=64), st.binary(max_size=200))
def test_hmac_is_built_as_in_rfc_2104(key, body):
    def sm3(data: bytes) -> bytes:
        digest = hashes.Hash(hashes.SM3())
        digest.update(data)
        return digest.finalize()

    padded = key.ljust(64, b"\0")
    inner = sm3(bytes(b ^ 0x36 for b in padded) + body)
    assert cipher.sign(key, body) == sm3(bytes(b ^ 0x5C for b in padded) + inner).hex()


def test_signature_of_a_changed_body_is_refused():
    signature = cipher.sign(b"secret", b"body")
    cipher.verify(b"secret", b"body", signature)
    for bad in (signature.upper() + "0", "", "é", signature[:-1]):
        with pytest.raises(WireError) as caught:
            cipher.verify(b"secret", b"body", bad)
        assert caught.value.code == "bad_signature"


@given(st.binary(max_size=200), st.sampled_from(TextForm))
def test_text_forms_round_trip(data, form):
    assert cipher.from_text(cipher.to_text(data, form), form) == data


@pytest.mark.parametrize(
    ("encrypt", "decrypt", "size"),
    [
        (cipher.sm4_cbc_encrypt, cipher.sm4_cbc_decrypt, 16),
        (cipher.aes_cbc_encrypt, cipher.aes_cbc_decrypt, 16),
        (cipher.des_cbc_encrypt, cipher.des_cbc_decrypt, 8),
    ],
)
def test_cbc_round_trips_and_refuses_damage(encrypt, decrypt, size):
    key, iv = b"k" * size, b"i" * size
    for length in range(40):
        assert decrypt(key, iv, encrypt(key, iv, b"x" * length)) == b"x" * length
    for damaged in (b"", b"1", b"\0" * size, encrypt(key, iv, b"text")[:-1]):
        with pytest.raises(WireError) as caught:
            decrypt(key, iv, damaged)
        assert caught.value.code == "decrypt_failed"
    for bad_key, bad_iv in ((b"short", iv), (key, b"short")):
        with pytest.raises(WireError) as caught:
            encrypt(bad_key, bad_iv, b"text")
        assert caught.value.code == "bad_key"
