"""Names on paper, in the scripts that people write them in."""

from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from certificates.pdf import lettering

NAMES = {
    "NotoSerifDisplay-Regular": "Łukasz Nguyễn Ωμέγα Їжакевич",
    "NotoNaskhArabic": "محمد الخوارزمي گلی",
    "NotoSerifHebrew": "דוד בן־גוריון",
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
    "DroidSansFallback": "王小明 李小龍 さくら タロウ 김철수",
}


def runs(text: str) -> list[str]:
    return [run for _, run in lettering._runs(text, lettering.ROMAN)]


def shaped(text: str) -> str:
    [(font, run)] = lettering._runs(text, lettering.ROMAN)
    return lettering._shaped(run, 40, font)[0]


def drawn(text: str) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pageCompression=0)
    lettering.draw(canvas, text, 40)
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize(("font", "name"), NAMES.items())
def test_a_name_of_any_script_is_whole_and_its_letters_are_embedded(font, name):
    assert lettering._runs(name, lettering.ROMAN) == [(font, name)]
    assert b"/FontFile2" in drawn(name)


def test_every_font_that_is_shipped_is_used():
    fonts = {file.stem for file in lettering.FONTS.glob("*.ttf")}
    assert fonts == {lettering.ROMAN, lettering.ITALIC, *lettering.SCRIPTS}


def test_letters_join():
    apart = sum(lettering.width(letter, 40) for letter in "प्रिया")
    assert lettering.width("प्रिया", 40) < 0.9 * apart
    assert "م" not in shaped("محمد")


def test_arabic_and_hebrew_are_read_from_right_to_left():
    assert shaped("אב") == "בא"
    assert runs("محمد Smith علي") == ["علي", " ", "Smith", " ", "محمد"]
    assert runs("Ana محمد علي Smith") == ["Ana", " ", "محمد علي", " ", "Smith"]


def test_what_no_font_has_is_left_out_without_a_gap():
    assert runs("Zoë 🎉🚀 Smith 👩‍🚀") == ["Zoë Smith"]
    assert runs("🎉") == []
    assert lettering.width("👩‍🚀", 40) == 0


def test_joiners_stay_between_letters_that_join():
    assert runs("क्\u200dष") == ["क्\u200dष"]
    assert runs("A\u200dB") == ["AB"]


def test_accents_stand_on_their_letters_however_they_were_typed():
    assert runs("Zoe\u0308 Mu\u0308ller") == ["Zoë Müller"]


def test_what_is_copied_is_the_text_as_it_was_written():
    for name in ("محمد الخوارزمي", "प्रिया", "Zoë 🎉 (Smith)"):
        written = "/Span <</ActualText <feff{}>>> BDC".format(name.encode("utf-16-be").hex())
        assert written.encode() in drawn(name)


def test_a_text_is_broken_evenly():
    assert lettering.in_two("one two three four") == ("one two", "three four")
    assert lettering.in_two("分布式系统入门") in {("分布式", "系统入门"), ("分布式系", "统入门")}
    first, second = lettering.in_two("W" * 100)
    assert len(first) == len(second) == 50
