from django.apps import apps
from django.contrib import admin

from lms.admin import ModelAdmin

APPS = {"accounts", "media", "courses", "learning", "payments"}


def test_no_list_of_the_staff_joins_what_its_rows_refer_to():
    ours = [model for model in apps.get_models() if model._meta.app_label in APPS]
    pages = [admin.site.get_model_admin(model) for model in ours if admin.site.is_registered(model)]
    assert len(pages) > 10
    for page in pages:
        assert isinstance(page, ModelAdmin)
        assert page.list_select_related == ()
