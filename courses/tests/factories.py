"""Rows of courses for tests."""

from io import BytesIO

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.tests.factories import UserFactory
from courses.markdown import render
from courses.models import Category, Course, Lecture, Section
from courses.services import outline
from courses.terms import list_terms


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")


class CourseFactory(factory.django.DjangoModelFactory):
    """A draft that costs 49.99 dollars; `published=True` puts it into the catalogue."""

    class Meta:
        model = Course

    class Params:
        published = factory.Trait(
            status=Course.Status.PUBLISHED, published_at=factory.LazyFunction(timezone.now)
        )

    instructor = factory.SubFactory(UserFactory, role="instructor")
    category = factory.SubFactory(CategoryFactory)
    title = factory.Sequence(lambda n: f"Course {n}")
    slug = factory.Sequence(lambda n: f"course-{n}")
    description = "What it is about."
    description_html = factory.LazyAttribute(lambda course: render(course.description))
    terms = factory.LazyAttribute(
        lambda course: (
            list_terms(course, course.instructor.name)
            if course.status == Course.Status.PUBLISHED
            else []
        )
    )
    subtitle = ""
    tags = factory.LazyFunction(list)
    status = Course.Status.DRAFT
    price_amount = 4999
    currency = "usd"


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"Section {n}")
    position = factory.LazyAttribute(lambda new: Section.objects.filter(course=new.course).count())


class LectureFactory(factory.django.DjangoModelFactory):
    """An article at the end of its section; the course's counters follow."""

    class Meta:
        model = Lecture

    section = factory.SubFactory(SectionFactory)
    course = factory.SelfAttribute("section.course")
    title = factory.Sequence(lambda n: f"Lecture {n}")
    kind = Lecture.Kind.ARTICLE
    body = "# Read me"
    body_html = factory.LazyAttribute(lambda lecture: render(lecture.body))
    position = factory.LazyAttribute(
        lambda new: Lecture.objects.filter(section=new.section).count()
    )

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        lecture = super()._create(model_class, *args, **kwargs)
        outline.recount(lecture.course_id)
        return lecture


def picture(name="thumbnail.png"):
    """Return a small PNG as a browser uploads it."""
    image = BytesIO()
    Image.new("RGB", (32, 18), "navy").save(image, "PNG")
    return SimpleUploadedFile(name, image.getvalue(), "image/png")
