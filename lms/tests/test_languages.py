"""Language tags: valid by IANA's registry, kept in their canonical form."""

import pytest

from lms import languages


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        *[("en", "en"), ("EN", "en"), ("es-419", "es-419"), ("pt-br", "pt-BR")],
        *[("ZH-hans-cn", "zh-Hans-CN"), ("sr-latn", "sr-Latn"), ("de-de-1996", "de-DE-1996")],
        *[("iw", "he"), ("de-dd", "de-DE"), ("zh-yue-hk", "yue-HK"), ("i-klingon", "tlh")],
        *[("en-x-kitchen", "en-x-kitchen"), ("one", "one")],
    ],
)
def test_a_tag_is_brought_into_its_canonical_form(text, tag):
    assert languages.canonical(text) == tag
    assert languages.canonical(tag) == tag


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "-",
            "en-",
            "english",
            "xx",
            "qaa",
            "en_US",
            "en-US-US",
            "en-ZZZZZ",
            "US",
            "x-private",
        ),
        *("ü", "en-\u0661", "en-u", "en-x", "en-" * 500_000, "e" * 36),
    ],
)
def test_what_is_no_tag_of_the_registry_is_refused(text):
    with pytest.raises(ValueError, match="no language tag"):
        languages.canonical(text)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        *[("intro.es-419.vtt", "es-419"), ("INTRO.ZH-HANS.VTT", "zh-Hans"), ("en.vtt", "en")],
        *[("a.b.pt-br.vtt", "pt-BR"), ("lesson-one.vtt", ""), ("lesson_de.vtt", "")],
        *[("captions.vtt", ""), ("intro.v2.vtt", ""), (".vtt", ""), ("", "")],
    ],
)
def test_a_files_name_ends_in_a_language_or_has_none(name, tag):
    assert languages.of_filename(name) == tag
