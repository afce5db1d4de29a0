"""One form of an e-mail address, whatever way it is typed."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.addresses import canonical_address

# Hypothesis' own domains read a list of all top-level domains, which takes seconds.
DOMAINS = st.from_regex(r"[A-Za-z0-9]{3,20}(-[A-Za-z0-9]{1,20})?\.[A-Za-z]{2,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        (" Sam@Example.TEST\n", "sam@example.test"),
        ("\uff53am\uff20example.test", "sam@example.test"),
        ("sam@xn--bcher-kva.example", "sam@xn--bcher-kva.example"),
        ("sam@B\u00dcCHER.example", "sam@xn--bcher-kva.example"),
        ("sam@bu\u0308cher.example", "sam@xn--bcher-kva.example"),
        ("sam@stra\u00dfe.example", "sam@xn--strae-oqa.example"),
        ("sam@strasse.example", "sam@strasse.example"),
        ("sam@\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", "sam@xn--r8jz45g.xn--zckzah"),
        ("s.a+m'o@example.test", "s.a+m'o@example.test"),
        ("\u212aim@example.test", "kim@example.test"),
        ("a" * 64 + "@example.test", "a" * 64 + "@example.test"),
    ],
)
def test_an_address_has_one_form(typed, canonical):
    assert canonical_address(typed) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sam",
        "sam@",
        "@example.test",
        "sam@example",
        "sam@example.test\u202c",
        "sam\u202e@example.test",
        "sam\u200b@example.test",
        "sam@" + "\u00fc" * 60 + ".test",
        "a" * 65 + "@example.test",
        "sam@" + ".".join(["a" * 60] * 5) + ".test",
        "sam@example.test" + "\u200b" * 600,
        "jos\u00e9@example.test",
        "\u0131da@example.test",
        '"sam adams"@example.test',
        '"sam"@example.test',
        "sam adams@example.test",
        "sam@exa mple.test",
        ".sam@example.test",
        "sam.@example.test",
        "s..am@example.test",
        "sam@.example.test",
        "sam@example.test.",
        "sam@example..test",
        "sam@-example.test",
        "sam@xn--a.test",
        "sam@\u2603.test",
        "sam@[192.0.2.1]",
        "sam@192.0.2.1",
        "sam@example.test\r\nBcc: all@example.test",
        "sam@example.test,olga@example.test",
        "sam\x00@example.test",
        "sam\x7f@example.test",
        "x" * 100_000,
    ],
)
def test_what_no_mail_can_be_sent_to_is_refused_with_a_sentence(typed):
    with pytest.raises(ValidationError, match="Enter an e-mail address") as error:
        canonical_address(typed)
    assert error.value.code == "invalid"


def form_of(text):
    try:
        return canonical_address(text)
    except ValidationError:
        return None


@given(st.text(max_size=40), st.text(max_size=40))
@settings(deadline=None)
def test_the_form_of_a_form_is_the_same_and_forms_normalize_text_before_us(local, domain):
    typed = f"{local}@{domain}.test"
    once = form_of(typed)
    assert form_of(unicodedata.normalize("NFKC", typed)) == once
    assert once is None or (canonical_address(once) == once and once.isascii())


@given(st.emails(domains=DOMAINS))
@settings(deadline=None)
def test_addresses_that_differ_only_in_case_are_the_same(email):
    assert form_of(email.upper()) == form_of(email.lower()) == form_of(f" {email} ")
