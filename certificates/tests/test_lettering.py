"""Names on paper, in the scripts that people write them in."""

# ruff: noqa: RUF001  (letters that look like others are what is tested)

from io import BytesIO

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from certificates.pdf import lettering, typefaces
from certificates.pdf.typefaces import BOX, CJK, ROMAN

HEBREW, ARABIC = "NotoSerifHebrew", "NotoNaskhArabic"
NAMES = {
    ROMAN: "Łukasz Nguyễn Ωμέγα Їжакевич",
    ARABIC: "محمد الخوارزمي گلی",
    HEBREW: "דוד בן־גוריון",
    "NotoSerifArmenian": "Արմեն",
    "NotoSerifGeorgian": "გიორგი",
    "NotoSerifDevanagari": "प्रिया शर्मा",
    "NotoSerifBengali": "রবীন্দ্রনাথ",
    "NotoSerifGurmukhi": "ਗੁਰਪ੍ਰੀਤ",
    "NotoSerifGujarati": "મહાત્મા",
    "NotoSerifTamil": "தமிழ்",
    "NotoSerifTelugu": "తెలుగు",
    "NotoSerifKannada": "ಕನ್ನಡ",
    "NotoSerifMalayalam": "മലയാളം",
    "NotoSerifSinhala": "සිංහල",
    "NotoSerifThai": "สมชาย ใจดี",
    "NotoSerifLao": "ສົມສັກ",
    "NotoSerifMyanmar": "အောင်ဆန်း",
    "NotoSerifKhmer": "សុខា",
    "NotoSerifEthiopic": "ኃይለ ሥላሴ",
    CJK: "王小明 李小龍 さくら タロウ 김철수",
}


def runs(text: str) -> list[str]:
    return [run for _, run in lettering._runs(text, ROMAN)]


def words(text: str) -> list[str]:
    return [run.strip() for run in runs(text) if run.strip()]


def shaped(text: str) -> str:
    [(font, run)] = lettering._runs(text, ROMAN)
    return typefaces.shape(run, 40, font)[0]


def drawn(text: str) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pageCompression=0, invariant=True)
    lettering.draw(canvas, text, 40)
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize(("font", "name"), NAMES.items())
def test_a_name_of_any_script_is_whole_and_its_letters_are_embedded(font, name):
    assert lettering._runs(name, ROMAN) == [(font, name)]
    assert b"/FontFile2" in drawn(name)


def test_every_font_that_is_shipped_is_used():
    fonts = {file.stem for file in typefaces.FONTS.glob("*.ttf")}
    assert fonts == {ROMAN, typefaces.ITALIC, *typefaces.SCRIPTS, CJK}


def test_letters_join():
    apart = sum(lettering.width(letter, 40) for letter in "प्रिया")
    assert lettering.width("प्रिया", 40) < 0.9 * apart
    assert "م" not in shaped("محمد")


def test_arabic_and_hebrew_are_read_from_right_to_left():
    assert shaped("אב") == "בא"
    assert words("محمد Smith علي") == ["علي", "Smith", "محمد"]
    assert words("Ana محمد علي Smith") == ["Ana", "محمد علي", "Smith"]


def test_mixed_names_are_set_in_the_fonts_of_their_scripts_in_visual_order():
    assert lettering._runs("שלום Cohen-לוי", ROMAN) == [
        (HEBREW, "לוי"),
        (ROMAN, "-"),
        (ROMAN, "Cohen"),
        (HEBREW, "שלום "),
    ]
    assert lettering._runs("مرحبا 123 abc", ROMAN) == [
        (ROMAN, "abc"),
        (ROMAN, " "),
        (ROMAN, "123"),
        (ARABIC, "مرحبا "),
    ]
    assert words("Ana לוי Smith") == ["Ana", "לוי", "Smith"]


def test_digits_are_read_from_left_to_right_in_every_script():
    assert shaped("۲۳") == "۲۳"
    assert words("سلام ۲۳") == ["۲۳", "سلام"]
    assert words("שלום 2026") == ["2026", "שלום"]


def test_brackets_open_towards_what_they_hold():
    assert "".join(runs("(אב)")) == "(אב)"
    assert words("abc (אב)") == ["abc (", "אב", ")"]


@pytest.mark.parametrize(
    "unknown",
    ["🎉", "𓀀", "\U0001f170", "ߒ", "\ue000", "\ufdd0"],  # emoji, hieroglyph, N'Ko, private, none
)
def test_what_no_font_has_prints_a_box(unknown):
    assert lettering._runs(unknown, ROMAN) == [(BOX, unknown)]
    assert lettering.width(unknown, 40) > 10
    assert (BOX, unknown) in lettering._runs(f"Zoë{unknown}Smith", ROMAN)


def test_the_box_is_drawn_with_lines():
    assert typefaces.has(BOX, "א")  # loads the font
    box = pdfmetrics.getFont(BOX).hbFont().get_glyph_extents(0)
    assert box.width > 300
    assert abs(box.height) > 500


def test_joined_emoji_print_a_box_each():
    assert words("Zoë 🎉🚀 Smith 👩\u200d🚀") == ["Zoë", "🎉", "🚀", "Smith", "👩", "🚀"]


def test_joiners_stay_between_letters_that_join():
    assert runs("क्\u200dष") == ["क्\u200dष"]
    assert runs("می\u200cخواهم") == ["می\u200cخواهم"]
    assert runs("A\u200dB") == ["AB"]


def test_accents_stand_on_their_letters_however_they_were_typed():
    assert runs("Zoe\u0308 Mu\u0308ller") == ["Zoë Müller"]
    assert lettering.width("x\u0331", 40) == lettering.width("x", 40)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("𝒜𝒹𝒶 𝔏𝔬𝔳𝔢𝔩𝔞𝔠𝔢", "Ada Lovelace"),
        ("Ｍａｒｙ　Ｓｍｉｔｈ", "Mary Smith"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("𝟚𝟘𝟚𝟞", "2026"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("ﬁnal ①", "final 1"),
        ("E = mc²", "E = mc²"),
        ("น้ำ", "น้ำ"),
        (" Ada\u200b \n\t Love\u00adlace\u202e ", "Ada Lovelace"),
    ],
)
def test_letters_of_another_look_are_printed_as_plain_letters(written, printed):
    assert lettering.printable(written) == printed


def test_what_is_copied_is_the_text_as_it_was_written():
    for name in ("محمد الخوارزمي", "प्रिया", "Zoë 🎉 (Smith)", "שלום Cohen-לוי", "𝒜𝒹𝒶"):
        written = "/Span <</ActualText <feff{}>>> BDC".format(name.encode("utf-16-be").hex())
        assert written.encode() in drawn(name)


def test_the_same_text_gives_the_same_bytes_whatever_was_drawn_before():
    def drawn_after(*others: str) -> bytes:
        typefaces._characters.cache_clear()
        for other in others:
            drawn(other)
        return drawn("محمد प्रिया")

    assert drawn_after() == drawn_after("الخوارزمي ابن سينا", "शर्मा", "Zoë")


def test_a_text_is_broken_evenly():
    assert lettering.in_two("one two three four") == ("one two", "three four")
    assert lettering.in_two("分布式系统入门") in {("分布式", "系统入门"), ("分布式系", "统入门")}
    first, second = lettering.in_two("W" * 100)
    assert len(first) == len(second) == 50
