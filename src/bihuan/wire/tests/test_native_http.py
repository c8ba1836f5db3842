"""The native upload as an HTTP request."""

import pytest

from bihuan.wire import cipher, native, native_http
from bihuan.wire.errors import WireError
from bihuan.wire.native import Upload
from bihuan.wire.tests.factories import T0, a_batch, rows

KEY = b"secret"
UPLOAD = Upload(a_batch(seqs=(7, 8)), T0)


@pytest.mark.parametrize("form", ["json", "binary"])
@pytest.mark.parametrize("gzip", [True, False])
def test_sealed_and_opened(form, gzip):
    headers, body = native_http.seal(UPLOAD, KEY, form=form, gzip=gzip)
    assert rows(native_http.open_sealed(headers, body, KEY).batch) == rows(UPLOAD.batch)
    assert headers["X-Gateway"] == UPLOAD.batch.gateway


def test_signature_is_verified_before_anything_is_unpacked():
    headers, body = native_http.seal(UPLOAD, KEY)
    for changed in ({}, headers | {"X-Signature": ""}, headers | {"X-Signature": "0" * 64}):
        with pytest.raises(WireError, match="bad_signature"):
            native_http.open_sealed(changed, body, KEY)
    for wrong in ((headers, body + b"x", KEY), (headers, body, b"other")):
        with pytest.raises(WireError, match="bad_signature"):
            native_http.open_sealed(*wrong)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"X-Gateway": "other"}, "wrong_gateway"),
        ({"Content-Type": "text/plain"}, "unknown_format"),
        ({"Content-Encoding": "br"}, "bad_encoding"),
        ({"Content-Encoding": "identity"}, "bad_json"),
        ({"Content-Type": "application/vnd.bihuan.batch"}, "unknown_format"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, code):
    headers, body = native_http.seal(UPLOAD, KEY)
    with pytest.raises(WireError) as caught:
        native_http.open_sealed(headers | change, body, KEY)
    assert caught.value.code == code


def test_a_small_body_cannot_unpack_into_a_large_one():
    headers, body = native_http.seal(UPLOAD, KEY)
    with pytest.raises(WireError, match="too_large"):
        native_http.open_sealed(headers, body, KEY, limit=100)
    headers, body = native_http.seal(UPLOAD, KEY, gzip=False)
    with pytest.raises(WireError, match="too_large"):
        native_http.open_sealed(headers, body, KEY, limit=100)


def test_sign_of_life():
    assert native_http.is_sign_of_life(Upload(a_batch([], [], []), T0))
    assert not native_http.is_sign_of_life(UPLOAD)
    assert not native_http.is_sign_of_life(
        Upload(a_batch([], [], []), T0, events=[native.Event(T0, "birth")])
    )


def test_signature_is_that_of_the_body_as_sent():
    headers, body = native_http.seal(UPLOAD, KEY)
    assert body[:2] == b"\x1f\x8b"
    assert headers["X-Signature"] == cipher.sign(KEY, body)
