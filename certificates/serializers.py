"""The public form of a certificate."""

from rest_framework import serializers

from certificates import credential
from certificates.models import Certificate
from certificates.queries import page_url, pdf_url
from lms.drf import DateTimeField, ModelSerializer, ObjectIdField


class CertificateCourseSerializer(serializers.Serializer):
    """The course of a certificate, with the title that it had."""

    id = ObjectIdField(source="course_id")
    title = serializers.CharField(source="course_title")


class CertificateSerializer(ModelSerializer):
    """A certificate as everybody who knows its code sees it."""

    name = serializers.CharField(source="person_name", help_text="Of the person, as it was.")
    course = CertificateCourseSerializer(source="*")
    instructor = serializers.CharField(source="instructor_name", help_text="Their name, as it was.")
    valid = serializers.BooleanField(source="is_valid", help_text="False once it was revoked.")
    revoked_at = DateTimeField(read_only=True, allow_null=True, help_text="Null while it is valid.")
    url = serializers.SerializerMethodField(help_text="The public page.")
    pdf = serializers.SerializerMethodField(help_text="The PDF, while the certificate is valid.")
    credential = serializers.SerializerMethodField(
        help_text="A signed Open Badges 3.0 credential (JWT, Ed25519); the public keys are at "
        f"`/{credential.KEYS_PATH}`. Null once revoked."
    )

    class Meta:
        model = Certificate
        fields = (
            "code",
            "name",
            "course",
            "instructor",
            "issued_at",
            "valid",
            "revoked_at",
            "url",
            "pdf",
            "credential",
        )
        read_only_fields = fields
        help_texts = {
            "code": "Nobody can guess it: who knows it may see the certificate.",
            "issued_at": "When the course was completed.",
        }

    def get_url(self, certificate: Certificate) -> str:
        return page_url(certificate)

    def get_pdf(self, certificate: Certificate) -> str | None:
        return pdf_url(certificate) if certificate.is_valid else None

    def get_credential(self, certificate: Certificate) -> str | None:
        return credential.sign(certificate) if certificate.is_valid else None
