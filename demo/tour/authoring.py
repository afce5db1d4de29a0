"""Steps of the tour: the instructor creates, arranges and publishes courses."""

from demo import pictures
from demo.tour.browser import expect
from demo.tour.journey import Journey, Json

ARTICLE = "# Remember\n\n*Money* is an integer."
PRICE = {"amount": 4900, "currency": "usd"}
CATEGORY = "data"


def drop_a_draft(journey: Journey) -> str:
    """Create a course and delete it, in which nobody ever enrolled."""
    form = {"title": f"Another idea {journey.run}", "category": CATEGORY, "price": PRICE}
    draft = journey.instructor.post("/courses", 201, json=form)
    journey.instructor.delete(f"/courses/{draft['id']}")
    return str(draft["title"])


def create_course(journey: Journey) -> str:
    title = f"Practical MongoDB {journey.run}"
    journey.course = journey.instructor.post(
        "/courses",
        201,
        data={
            "title": title,
            "subtitle": "From one document to a cluster",
            "description": "Three lessons about documents, **indexes** and transactions.",
            "category": CATEGORY,
            "level": "beginner",
            "language": "en",
            "price": '{"amount": 4900, "currency": "usd"}',
            "objectives": '["Choose between embedding and references"]',
        },
        files={"thumbnail": _picture(title)},
    )
    is_complete = journey.course["status"] == "draft" and journey.course["thumbnail"]
    expect(is_complete, "the course must be a draft with a thumbnail")
    journey.visitor.get(journey.course_path, 404)
    errors = journey.instructor.post(f"{journey.course_path}/publish", 409)["errors"]
    missing = ", ".join(sorted({error["code"] for error in errors}))
    return f"{title!r}, not yet publishable: {missing}"


def edit_course(journey: Journey) -> str:
    path, title = journey.course_path, journey.course["title"]
    journey.instructor.put(f"{path}/thumbnail", files={"thumbnail": _picture(title)})
    as_form = {"data": {"level": "intermediate"}, "files": {"thumbnail": _picture(title)}}
    journey.instructor.patch(path, **as_form)
    change = {"tags": ["databases", "mongodb"], "requirements": ["A little JSON"]}
    course = journey.instructor.patch(path, json=change)
    expect(change.items() <= course.items(), "the course must be changed")
    return f"{course['level']}, {', '.join(course['tags'])}"


def write_lectures(journey: Journey) -> str:
    first, second = (
        journey.instructor.post(f"{journey.course_path}/sections", 201, json={"title": title})
        for title in ("Beginning", "Going further")
    )
    welcome, document = (journey.assets[name]["id"] for name in ("welcome", "document"))
    journey.lectures = [
        _write_lecture(journey, journey.course, {"section": section["id"], **lecture})
        for section, lecture in (
            (second, {"title": "What to remember", "kind": "article", "body": ARTICLE}),
            (first, {"title": "One document", "kind": "video", "asset": document}),
            (first, {"title": "Welcome", "kind": "video", "asset": welcome, "is_preview": True}),
        )
    ]
    return f"{len(journey.lectures)} lectures"


def arrange_outline(journey: Journey) -> str:
    """Name a section, add captions, delete what is too much, and bring the lectures into order."""
    article, document, welcome = journey.lectures
    path, first, second = journey.course_path, document["section"], article["section"]
    extra = {"section": second, "title": "Questions", "kind": "article", "body": "None yet."}
    extra = _write_lecture(journey, journey.course, extra)
    journey.instructor.delete(f"/lectures/{extra['id']}")
    empty = journey.instructor.post(f"{path}/sections", 201, json={"title": "Appendix"})
    journey.instructor.delete(f"/sections/{empty['id']}")
    journey.instructor.patch(f"/sections/{second}", json={"title": "Looking back"})
    captions = {"captions": [journey.assets["captions"]["id"]]}
    journey.instructor.patch(f"/lectures/{welcome['id']}", json=captions)
    order = [
        {"section": first, "lectures": [welcome["id"], document["id"]]},
        {"section": second, "lectures": [article["id"]]},
    ]
    journey.instructor.put(f"{path}/curriculum", json=order)
    journey.lectures = [welcome, document, article]
    outline = journey.instructor.get(f"{path}/lectures")
    titles = [each["title"] for section in outline["sections"] for each in section["lectures"]]
    expect(titles == [each["title"] for each in journey.lectures], f"wrong order: {titles}")
    return ", ".join(titles)


def publish(journey: Journey) -> str:
    course = journey.instructor.post(f"{journey.course_path}/publish")
    expect(course["status"] == "published", f"must be published, is {course['status']}")
    return str(course["slug"])


def publish_a_free_course(journey: Journey) -> str:
    form = {
        "title": f"MongoDB in ten minutes {journey.run}",
        "description": "What a document is, and when it helps.",
        "category": CATEGORY,
        "level": "beginner",
        "language": "en",
        "price": {"amount": 0, "currency": "usd"},
        "tags": ["databases"],
    }
    journey.free_course = course = journey.instructor.post("/courses", 201, json=form)
    path = f"/courses/{course['id']}"
    section = journey.instructor.post(f"{path}/sections", 201, json={"title": "Ten minutes"})
    article = {"title": "Read this", "kind": "article", "body": ARTICLE}
    _write_lecture(journey, course, {"section": section["id"], **article})
    paper = {"title": "The handout", "kind": "file", "asset": journey.assets["handout"]["id"]}
    _write_lecture(journey, course, {"section": section["id"], **paper})
    journey.instructor.post(f"{path}/publish")
    return str(form["title"])


def withdraw_the_free_course(journey: Journey) -> str:
    """Unpublish and archive the free course; it has students, so it cannot be deleted."""
    path = f"/courses/{journey.free_course['id']}"
    journey.instructor.post(f"{path}/unpublish")
    journey.visitor.get(path, 404)
    journey.instructor.post(f"{path}/archive")
    journey.instructor.delete(path, 409)
    own = journey.instructor.get("/courses/mine")["results"]
    return ", ".join(f"{course['title']}: {course['status']}" for course in own)


def _write_lecture(journey: Journey, course: Json, form: Json) -> Json:
    lecture: Json = journey.instructor.post(f"/courses/{course['id']}/lectures", 201, json=form)
    return lecture


def _picture(title: str) -> tuple[str, bytes, str]:
    return "thumbnail.jpg", pictures.thumbnail(title), "image/jpeg"
