"""The certificate as a PDF."""

import pytest
from django.utils import timezone

from certificates import credential
from certificates.models import Certificate
from certificates.pdf import sheet
from certificates.services import new_code


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
