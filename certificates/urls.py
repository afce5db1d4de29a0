from django.urls import path

from certificates import views

verification = views.VerificationViewSet.as_view

urlpatterns = [
    path("certificates", views.CertificateViewSet.as_view({"get": "list"}), name="certificates"),
    path("certificates/<str:code>", verification({"get": "retrieve"}), name="certificate"),
    path("certificates/<str:code>/pdf", verification({"get": "pdf"}), name="certificate-pdf"),
]
