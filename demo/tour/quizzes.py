"""Steps of the tour: questions, a quiz of them, and the attempts of a student."""

import json
from typing import Any

from demo.questions import QUESTIONS, respond
from demo.tour.authoring import CATEGORY
from demo.tour.browser import expect
from demo.tour.journey import Journey, Json
from demo.tour.people import STUDENT

RULES = {"passing_percent": 50, "max_attempts": 3, "time_limit_seconds": 1800}
ASSIGNMENT = {
    "instructions": "Model the shop that you know best, and say **why**.",
    "points": 10_000,
    "rubric": [{"title": "The model", "points": 6000}, {"title": "The reasons", "points": 4000}],
    "accept": ["text", "files"],
    "late": "mark",
    "passing_percent": 50,
}


def write_questions(journey: Journey) -> str:
    """Write a question of every kind, change one, delete one, and read a file of them."""
    teacher = journey.instructor
    written = [teacher.post("/questions", 201, json=each) for each in QUESTIONS]
    draft = teacher.post("/questions", 201, json={"kind": "essay", "prompt": "Why?"})
    teacher.delete(f"/questions/{draft['id']}")
    path = f"/questions/{written[0]['id']}"
    revised = teacher.patch(path, json={"points": 200})
    expect(revised["revision"] == 2, "another number of points must be another revision")
    exported = teacher.get("/questions/export", params={"as": "json"})
    content = json.dumps(exported) if isinstance(exported, list | dict) else exported.text
    file = {"files": {"file": ("questions.json", content.encode(), "application/json")}}
    checked = teacher.post("/questions/import?dry_run=true", data={"as": "json"}, **file)
    expect(not any(each["errors"] for each in checked["results"]), "the file must be read again")
    journey.student.get(path, 403, 404)
    journey.questions = [teacher.get(f"/questions/{each['id']}") for each in written]
    listed = teacher.get("/questions", params={"tag": "documents"})["results"]
    return f"{len(written)} questions, {len(listed)} of them about documents"


def publish_an_exam(journey: Journey) -> str:
    """Publish a free course of a text, a quiz and an assignment, each locked until the one before is done."""
    teacher = journey.instructor
    form = {
        "title": f"MongoDB, examined {journey.run}",
        "description": "What you know, and what you can do.",
        "category": CATEGORY,
        "level": "beginner",
        "language": "en",
        "price": {"amount": 0, "currency": "usd"},
    }
    journey.exam = course = teacher.post("/courses", 201, json=form)
    path = f"/courses/{course['id']}"
    section = teacher.post(f"{path}/sections", 201, json={"title": "Examined"})
    teacher.patch(f"/sections/{section['id']}", json={"opens": {"days": 0}})
    text, quiz, task = (
        teacher.post(f"{path}/lectures", 201, json={"section": section["id"], **lecture})
        for lecture in (
            {
                "title": "Read this first",
                "kind": "article",
                "body": "*Embed* what is read together.",
            },
            {"title": "What do you know?", "kind": "quiz"},
            {"title": "Your own model", "kind": "assignment"},
        )
    )
    missing = teacher.post(f"{path}/publish", 409)["errors"]
    expect(f"lectures.{quiz['id']}.quiz" in str(missing), "a quiz must have questions")
    journey.quiz, journey.task = f"/lectures/{quiz['id']}", f"/lectures/{task['id']}"
    items: list[Json] = [{"question": each["id"]} for each in journey.questions[1:]]
    items.append({"draw": {"tags": ["documents"], "count": 1}})
    teacher.put(f"{journey.quiz}/quiz", json=RULES | {"items": items})
    teacher.put(f"{journey.task}/assignment", json=ASSIGNMENT)
    teacher.patch(f"/lectures/{task['id']}", json={"requires": [quiz["id"]]})
    teacher.patch(path, json={"pacing": "in_order"})
    course = teacher.post(f"{path}/publish")
    kept = teacher.get(f"{journey.quiz}/quiz")
    expect(kept["problems"] == [] and len(kept["items"]) == len(items), "the quiz must be kept")
    teacher.get(f"{journey.task}/assignment")
    journey.student.post(f"{path}/enroll", 201)
    locked = journey.student.get(journey.quiz, 403)["errors"][0]
    expect(locked["code"] == "locked", "the text must come first")
    access = journey.student.get(f"{path}/access", params={"lecture": task["id"]})
    expect(access["locked"]["reason"] == "complete_first", "the text is missing, not only the quiz")
    journey.student.patch(f"{path}/progress/lectures/{text['id']}", json={})
    return str(course["slug"])


def take_a_quiz(journey: Journey) -> str:
    """Fail with an empty attempt, then answer one question after the other, and pass."""
    student, path = journey.student, f"{journey.quiz}/attempts"
    expect(student.get(f"{journey.quiz}/quiz")["reason"] == "ready", "the quiz must be ready")
    empty = student.post(path, 201)
    expect(student.post(path, 200)["id"] == empty["id"], "the open attempt must be returned")
    nothing = student.post(f"/attempts/{empty['id']}/submit")
    expect(nothing["percentage"] == 0 and not nothing["passed"], "nothing must score nothing")
    attempt = student.post(path, 201)
    responses = [(each, respond(each)) for each in attempt["questions"]]
    for question, response in responses[:-1]:
        saved = f"/attempts/{attempt['id']}/responses/{question['id']}"
        student.put(saved, json={"response": response})
    last, response = responses[-1]
    body = {"responses": {last["id"]: response}}
    submitted = student.post(f"/attempts/{attempt['id']}/submit", json=body)
    expect(submitted["status"] == "submitted", "the essay must wait for its grade")
    student.put(saved, 409, json={"response": None})
    journey.visitor.get(f"/attempts/{attempt['id']}", 401)
    listed = student.get(path)["results"]
    journey.attempt = f"/attempts/{attempt['id']}"
    return f"{len(listed)} attempts, {len(responses)} answers"


def grade_attempts(journey: Journey) -> str:
    """Grade the essay, change a key for everybody, and give the student one try more."""
    teacher = journey.instructor
    [waiting] = teacher.get(f"{journey.quiz}/attempts", params={"needs_grading": True})["results"]
    attempt = teacher.get(journey.attempt)
    expect(waiting["id"] == attempt["id"], "the attempt with the essay must wait")
    [essay] = [each for each in attempt["questions"] if each["kind"] == "essay"]
    grade = {"score": essay["points"], "feedback": "Well said."}
    graded = teacher.put(f"{journey.attempt}/grades/{essay['id']}", json=grade)
    mine = journey.student.get(journey.attempt)
    expect(mine["passed"] and "key" in mine["questions"][0], "the student must see what was right")
    table = teacher.get(f"{journey.quiz}/attempts/csv").text
    expect(STUDENT in table, "the table must name the student")
    [numeric] = [each for each in journey.questions if each["kind"] == "numeric"]
    path = f"/questions/{numeric['id']}"
    teacher.patch(path, json={"key": {"value": "16", "tolerance": "1"}})
    change = {"reason": "15 is near enough", "dry_run": True}
    planned = teacher.post(f"{path}/regrade", json=change)
    teacher.post(f"{path}/regrade", json=change | {"dry_run": False})
    enrollment = _enrollment(journey)
    allowance = f"{journey.quiz}/quiz/allowances/{enrollment}"
    teacher.put(allowance, 200, 201, json={"extra_attempts": 1, "reason": "The power was out"})
    left = journey.student.get(f"{journey.quiz}/quiz")["attempts_left"]
    expect(left == 2, f"two attempts must be left, not {left}")
    teacher.delete(allowance)
    return f"{graded['percentage']} %, a regrade would change {planned['changed']}"


def lift_the_gates(journey: Journey) -> str:
    """Open the whole course to the student, and lock it again."""
    path = f"/courses/{journey.exam['id']}/students/{_enrollment(journey)}/unlock"
    lifted = journey.instructor.put(path, json={"reason": "Knows all of this from work"})
    journey.instructor.delete(path)
    return str(lifted["reason"])


def _enrollment(journey: Journey) -> str:
    students: Any = journey.instructor.get(f"/courses/{journey.exam['id']}/students")["results"]
    return str(students[0]["id"])
