"""The order and the counters of sections and lectures, also under changes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.http import Http404

from courses.exceptions import CurriculumMismatch, OutlineFull
from courses.models import Lecture, Section
from courses.services import lectures, outline, sections
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory

pytestmark = pytest.mark.django_db


def titles(rows):
    return [row.title for row in rows.order_by("position")]


def positions(rows):
    return sorted(rows.values_list("position", flat=True))


def test_a_section_comes_last_unless_a_position_is_given():
    course = CourseFactory()
    for title, position in [("b", None), ("d", None), ("a", 0), ("c", 2), ("e", 99)]:
        sections.add_section(course.pk, title=title, position=position)
    assert titles(course.sections) == ["a", "b", "c", "d", "e"]
    assert positions(course.sections) == [0, 1, 2, 3, 4]


def test_a_moved_section_leaves_no_gap():
    course = CourseFactory()
    first, *_ = [sections.add_section(course.pk, title=title) for title in "abc"]
    sections.change_section(first, position=1, title="A")
    assert titles(course.sections) == ["b", "A", "c"]
    assert positions(course.sections) == [0, 1, 2]


def test_a_section_is_removed_with_its_lectures():
    course = CourseFactory()
    kept, gone = SectionFactory(course=course), SectionFactory(course=course)
    LectureFactory(section=gone, duration_seconds=60)
    stays = LectureFactory(section=kept, duration_seconds=30)
    sections.remove_section(gone)
    course.refresh_from_db()
    assert list(course.lectures.all()) == [stays]
    assert (course.lecture_count, course.duration_seconds) == (1, 30)


def test_a_lecture_moves_into_another_section():
    course = CourseFactory()
    here, there = SectionFactory(course=course), SectionFactory(course=course)
    moved, stays = LectureFactory(section=here), LectureFactory(section=here)
    last = LectureFactory(section=there)
    lectures.change_lecture(moved, section=there, position=0)
    assert list(here.lectures.order_by("position")) == [stays]
    assert list(there.lectures.order_by("position")) == [moved, last]
    assert positions(here.lectures) == [0]


def test_only_published_lectures_are_counted():
    section = SectionFactory()
    lecture = lectures.add_lecture(
        section, title="a", kind="video", duration_seconds=100, is_published=False
    )
    section.course.refresh_from_db()
    assert (section.course.lecture_count, section.course.duration_seconds) == (0, 0)
    lectures.change_lecture(lecture, is_published=True)
    section.course.refresh_from_db()
    assert (section.course.lecture_count, section.course.duration_seconds) == (1, 100)
    lectures.remove_lecture(lecture)
    section.course.refresh_from_db()
    assert (section.course.lecture_count, section.course.duration_seconds) == (0, 0)


def test_a_deleted_section_gets_no_lecture():
    section = SectionFactory()
    lecture = LectureFactory(section=SectionFactory(course=section.course))
    sections.remove_section(section)
    with pytest.raises(Http404):
        lectures.add_lecture(section, title="late", kind="article")
    with pytest.raises(Http404):
        lectures.change_lecture(lecture, section=section)


def test_an_outline_has_a_maximum_of_sections_and_lectures(monkeypatch):
    monkeypatch.setattr(sections, "MAX_SECTIONS", 1)
    monkeypatch.setattr(lectures, "MAX_LECTURES", 1)
    lecture = LectureFactory()
    with pytest.raises(OutlineFull):
        sections.add_section(lecture.course_id, title="more")
    with pytest.raises(OutlineFull):
        lectures.add_lecture(lecture.section, title="more", kind="article")


def test_a_curriculum_puts_all_sections_and_lectures_in_order():
    course = CourseFactory()
    one, two = SectionFactory(course=course), SectionFactory(course=course)
    a, b, c = (LectureFactory(section=one) for _ in range(3))
    outline.rearrange(course.pk, [(two.pk, [c.pk, a.pk]), (one.pk, [b.pk])])
    assert list(course.sections.order_by("position")) == [two, one]
    assert list(two.lectures.order_by("position")) == [c, a]
    assert list(one.lectures.order_by("position")) == [b]


@pytest.mark.parametrize("flaw", ["lecture missing", "lecture twice", "section missing", "foreign"])
def test_a_curriculum_names_each_section_and_lecture_exactly_once(flaw):
    course = CourseFactory()
    one, two = SectionFactory(course=course), SectionFactory(course=course)
    a, b = LectureFactory(section=one), LectureFactory(section=one)
    order = {
        "lecture missing": [(one.pk, [a.pk]), (two.pk, [])],
        "lecture twice": [(one.pk, [a.pk, b.pk]), (two.pk, [a.pk])],
        "section missing": [(one.pk, [b.pk, a.pk])],
        "foreign": [(one.pk, [a.pk, b.pk]), (two.pk, [LectureFactory().pk])],
    }[flaw]
    with pytest.raises(CurriculumMismatch):
        outline.rearrange(course.pk, order)
    assert list(one.lectures.order_by("position")) == [a, b]


@pytest.mark.django_db(transaction=True)
def test_changes_at_the_same_time_leave_every_lecture_in_one_place():
    course = CourseFactory()
    one, two = SectionFactory(course=course), SectionFactory(course=course)
    existing = [LectureFactory(section=one) for _ in range(4)]

    def change(seed):
        random = Random(seed)
        match seed % 3:
            case 0:
                lectures.add_lecture(one, title=f"new {seed}", kind="article", position=0)
            case 1:
                lecture = random.choice(existing)
                lectures.change_lecture(lecture, section=random.choice([one, two]), position=1)
            case _:
                pks = list(Lecture.objects.filter(course=course).values_list("pk", flat=True))
                random.shuffle(pks)
                try:
                    outline.rearrange(course.pk, [(two.pk, pks[:3]), (one.pk, pks[3:])])
                except CurriculumMismatch:  # a lecture was added after they were read
                    return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(12)))
    course.refresh_from_db()
    assert course.lecture_count == course.lectures.count() == 8
    for section in Section.objects.filter(course=course):
        assert positions(section.lectures) == list(range(section.lectures.count()))


def test_deleted_sections_lectures_and_courses_cannot_be_changed():
    lecture = LectureFactory()
    sections.remove_section(lecture.section)
    for change in (
        lambda: lectures.change_lecture(lecture, title="late"),
        lambda: sections.change_section(lecture.section, title="late"),
    ):
        with pytest.raises(Http404):
            change()
    course = lecture.course
    course.delete()
    with pytest.raises(Http404):
        sections.add_section(course.pk, title="late")
