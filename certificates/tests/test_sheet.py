"""The certificate as a PDF."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import credential
from certificates.models import Certificate
from certificates.pdf import lettering, sheet
from certificates.pdf.typefaces import ITALIC, ROMAN, SMALL, has
from certificates.services import issue, new_code
from courses.models import Course
from lms.locales import format_day


def url(certificate) -> str:
    return f"/api/v1/certificates/{certificate.code}/pdf"


def test_the_pdf_is_a_pdf_with_the_signed_credential_in_it(certificate, visitor):
    response = visitor.get(url(certificate))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert certificate.code in response["Content-Disposition"]
    assert response.content.startswith(b"%PDF-")
    assert response.content == sheet.draw(certificate)
    assert credential.sign(certificate).encode() in response.content.replace(b"\\\n", b"")


@pytest.mark.parametrize("accept", ["application/pdf", "image/png", "application/json"])
def test_the_pdf_may_be_requested_by_its_type(accept, certificate, visitor):
    response = visitor.get(url(certificate), headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    response = visitor.get("/api/v1/certificates/nothing/pdf", headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Ada", "C"),
        ("W" * 100, "M" * 120),
        ("Nguyễn Thị Ωμέγα Łukasz Дмитрий", "A title of many words " * 5),
        ("李小龙 まこと 김철수", "データベース入門 " * 10),
        ("محمد", "😀 <b>&amp;</b>"),
        ("🎉" * 100, "分" * 120),
        ("", " "),
    ],
)
def test_any_name_can_be_drawn(name, title):
    certificate = Certificate(
        code=new_code(),
        person_name=name,
        course_title=title,
        instructor_name=name,
        issued_at=timezone.now(),
    )
    assert sheet.draw(certificate).startswith(b"%PDF-")


def test_a_certificate_is_in_the_language_of_its_course_and_its_page_in_the_readers(
    student, course, visitor
):
    Course.objects.filter(pk=course.pk).update(language="de-AT")
    certificate = Certificate.objects.get(code=issue(student.pk, course.pk))
    Course.objects.filter(pk=course.pk).update(language="fr")
    with override("es"):  # the reader's
        pdf = sheet.draw(certificate)
    assert b"/Lang (de)" in pdf
    assert pdf == visitor.get(url(certificate), headers={"Accept-Language": "fr"}).content
    assert credential.badge(certificate)["credentialSubject"]["achievement"]["criteria"] == {
        "narrative": "Every lecture of the course was completed."
    }
    page = Client().get(f"/certificates/{certificate.code}", headers={"Accept-Language": "fr-CA"})
    assert page["Content-Language"] == "fr"
    assert '<html lang="fr">' in page.text
    assert "Ce certificat est valide" in page.text


@pytest.mark.parametrize("language", [code for code, name in settings.LANGUAGES])
def test_the_words_of_every_language_fit_the_sheet(language):
    with override(language):
        widths = {
            _("Certificate of Completion"): (40, ROMAN),
            _("has completed every lecture of the course"): (15, ITALIC),
            _("This is to certify that"): (15, ITALIC),
        }
        for text, (size, font) in widths.items():
            assert lettering.width(text, size, font) < 640
        day = format_day(date(2026, 9, 30))
        assert lettering.width(day, 16) * 0.75 < 150
        assert all(has(SMALL, letter) for letter in _("DATE") + _("VERIFY"))
