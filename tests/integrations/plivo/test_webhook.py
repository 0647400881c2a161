"""Plivo's callbacks: the V3 signature by its vectors, and a hangup out of the body."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plivo.utils.signature_v3 import validate_v3_signature

from integrations.errors import SetAside
from integrations.plivo import addresses, webhook
from tests.integrations.anything import patient
from tests.integrations.vendor_server import FIXTURES

TOKEN, NONCE, URL = "my_auth_token", "12345", "https://answer.url/h"
# (method, url, params, signature): computed with the vendor's own package.
VECTORS = [
    ("POST", URL, {"CallUUID": "abc", "From": "1415", "To": "1212"}, "bI/udZ8MygL2ymoh+pd/QOE2AU7orYCGujfZPruXMTI="),
    ("POST", f"{URL}?src=1", {"CallUUID": "abc", "From": "1415"}, "iWuYvluic8Lp4LGoJYlPI0A675vDzEfKdLID48g0ncU="),
    ("POST", f"{URL}?src=1", {}, "2PEV5EYrpXe4SUpEr7GV8IUmHUvcVC7wChFdDEhH72o="),
    ("GET", f"{URL}?src=1", {"CallUUID": "abc"}, "OhVDEqWOh2+fwVZrqXxgwDII8tZjGUFhtIj0nSvzcS8="),
]


def form(name):
    return parse_qs((FIXTURES / "plivo" / f"{name}.form").read_text(), keep_blank_values=True)


@pytest.mark.parametrize(("method", "url", "params", "signature"), VECTORS)
def test_the_vectors_verify(method, url, params, signature):
    assert webhook.verify(method, url, params, signature, NONCE, [TOKEN])
    assert webhook.verify(method, url, params, ["", f"bm8=, {signature}"], NONCE, ["old", TOKEN]), "lists, and rotation"
    assert webhook.verify(method, url, {key: [value] for key, value in params.items()}, signature, NONCE, [TOKEN])


@pytest.mark.parametrize(("method", "url", "params", "signature"), VECTORS)
def test_anything_else_does_not(method, url, params, signature):
    def holds(method=method, url=url, params=params, signatures=signature, nonce=NONCE, tokens=(TOKEN,)):
        return webhook.verify(method, url, params, signatures, nonce, tokens)

    assert holds()
    assert not holds(tokens=["my_auth_tokens"])
    assert not holds(tokens=[])
    assert not holds(tokens=[""])
    assert not holds(nonce="12346")
    assert not holds(nonce="")
    assert not holds(signatures="")
    assert not holds(signatures=[])
    assert not holds(signatures=signature.lower())
    assert not holds(signatures="ключ")
    assert not holds(url=url.replace("https", "http"))
    assert not holds(url=url.replace("answer", "other"))
    assert not holds(params={**params, "CallStatus": "completed"})


def test_an_empty_token_never_verifies_its_own_signature():
    forged = webhook.signature("POST", URL, {"CallUUID": "abc"}, NONCE, "").decode()
    assert not webhook.verify("POST", URL, {"CallUUID": "abc"}, forged, NONCE, ["", None])


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(st.dictionaries(texts, texts | st.lists(texts, min_size=1, max_size=3), max_size=5), st.booleans())
@patient
def test_the_vendors_own_package_agrees_with_ours(params, with_query):
    url = f"{URL}?b=2&a=1" if with_query else URL
    for method in ("POST", "GET"):
        mine = webhook.signature(method, url, params, NONCE, TOKEN).decode()
        assert validate_v3_signature(method, url, NONCE, TOKEN, mine, dict(params))
        assert webhook.verify(method, url, params, mine, NONCE, [TOKEN])


def test_the_signed_address_is_our_public_one(settings):
    settings.PUBLIC_URL = "https://calls.example/"
    assert addresses.public_url("/hooks/plivo/?a=1") == "https://calls.example/hooks/plivo/?a=1"


def test_a_completed_call_is_read():
    hangup = webhook.parse(form("hangup__completed"), "Asia/Kolkata")
    assert (hangup.from_number, hangup.to_number) == ("+12125550199", "+12125550100")
    assert hangup.call_uuid == "5a1f6c1e-0001-4a6b-9a51-000000000001"
    assert hangup.started_at == datetime(2026, 11, 20, 8, 35, 10, 910772, UTC), "SessionStart is UTC"
    assert hangup.answered_at == datetime(2026, 11, 20, 8, 35, 18, tzinfo=UTC), "AnswerTime is local"
    assert hangup.ended_at == datetime(2026, 11, 20, 8, 36, 23, tzinfo=UTC)
    assert (hangup.status, hangup.seconds, hangup.cause_code) == ("completed", 66, "4000")
    assert (hangup.cause, hangup.source) == ("Normal Hangup", "Callee")


def test_a_busy_line_was_never_answered():
    hangup = webhook.parse(form("hangup__busy"), "Asia/Kolkata")
    assert (hangup.status, hangup.answered_at, hangup.seconds, hangup.cause_code) == ("busy", None, 0, "3010")


def test_the_end_of_a_script_is_read():
    assert webhook.parse(form("hangup__end_of_xml")).cause == "End Of XML Instructions"


def test_unknown_fields_are_kept_and_have_no_effect():
    known = webhook.parse(form("hangup__completed"))
    more = webhook.parse(form("hangup__completed") | {"MoreThanWeKnow": ["1"], "CallUuid": ["other"]})
    assert (more.call_uuid, more.status) == (known.call_uuid, known.status)
    assert more.raw["MoreThanWeKnow"] == ["1"]
    assert set(form("hangup__completed")) <= webhook.KNOWN_FIELDS


def test_a_status_nobody_listed_is_kept():
    assert webhook.parse(form("hangup__completed") | {"CallStatus": ["on-hold"]}).status == "on-hold"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"CallUUID": None}, "No CallUUID"),
        ({"CallUUID": [""]}, "No CallUUID"),
        ({"CallUUID": ["a b"]}, "CallUUID is not one"),
        ({"CallStatus": None}, "No CallStatus"),
        ({"CallStatus": ["completedCallUUID5a1f"]}, "CallStatus is not one"),
        ({"CallStatus": ["<b>"]}, "CallStatus is not one"),
        ({"CallStatus": ["x" * 31]}, "CallStatus is not one"),
    ],
)
def test_a_body_that_cannot_be_used_is_set_aside_with_the_reason(change, reason):
    params = {key: value for key, value in (form("hangup__completed") | change).items() if value is not None}
    with pytest.raises(SetAside, match=reason):
        webhook.parse(params)


def test_a_body_cut_anew_over_a_fields_edge_signs_the_same_and_is_set_aside():
    """RELIABILITY finding 9: `CallStatus=completed` and `Call=Statuscompleted` have one signature."""
    params = form("hangup__completed")
    recut = {key: value for key, value in params.items() if key != "CallStatus"} | {"Call": ["Statuscompleted"]}
    assert webhook.signature("POST", URL, recut, NONCE, TOKEN) == webhook.signature("POST", URL, params, NONCE, TOKEN)
    with pytest.raises(SetAside):
        webhook.parse(recut)


fields = st.sampled_from(sorted(webhook.KNOWN_FIELDS)) | st.text()


@given(st.dictionaries(fields, st.text() | st.lists(st.text())))
@patient
def test_any_body_is_a_hangup_or_set_aside(params):
    try:
        hangup = webhook.parse({"CallUUID": "5a1f6c1e-0001", "CallStatus": "busy"} | params, "No/Where")
    except SetAside:
        return
    assert hangup.call_uuid and hangup.status
