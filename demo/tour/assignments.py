"""Steps of the tour: what a student hands in, its grade, and the gradebook."""

from demo import papers
from demo.tour.browser import expect, until
from demo.tour.journey import Journey, Json
from demo.tour.people import STUDENT
from demo.tour.uploads import send_in_chunks


def hand_in_work(journey: Journey) -> str:
    """Upload a paper straight to Cloudinary, keep a draft, and hand it in."""
    student, path = journey.student, f"{journey.task}/submission"
    expect(student.get(path)["status"] == "draft", "there must be an empty draft at first")
    paper = papers.handout("My own model", ("Customers", "Orders"))
    request = {"kind": "submission", "filename": "model.pdf", "size_bytes": len(paper)}
    ticket = student.post("/media/uploads", 201, json=request)
    uploaded = send_in_chunks(ticket, "model.pdf", paper)
    proof = {key: uploaded[key] for key in ("public_id", "version", "signature")}
    asset = student.post(f"/media/uploads/{ticket['asset']['id']}/complete", json=proof)

    def ready() -> Json | None:
        found: Json = student.get(f"/media/assets/{asset['id']}")
        return found if found["status"] == "ready" else None

    until(ready, "a ready file")
    work = {"text": "An order holds what was bought.", "files": [asset["id"]]}
    student.put(path, json=work | {"text": "An order holds ..."})
    handed_in = student.post(f"{path}/submit", json=work)
    expect(handed_in["status"] == "submitted", "the work must wait for its grade")
    return f"{len(handed_in['files'])} file, {handed_in['text']}"


def grade_work(journey: Journey) -> str:
    """Read the work, grade it by its rubric; the student completes the course by it."""
    teacher, student = journey.instructor, journey.student
    waiting = {"status": "submitted"}
    [work] = teacher.get(f"{journey.task}/submissions", params=waiting)["results"]
    link = f"/submissions/{work['id']}/files/{work['files'][0]['id']}"
    expect(teacher.get(link)["url"], "the instructor must be able to open the file")
    journey.visitor.get(link, 401)
    rubric = teacher.get(f"{journey.task}/assignment")["rubric"]
    grade = {
        "rubric": {each["id"]: each["points"] // 2 + 500 for each in rubric},
        "feedback": "Clear.",
    }
    teacher.put(f"/submissions/{work['id']}/grade", json=grade)
    graded = student.get(f"{journey.task}/submission")
    expect(graded["passed"] and graded["percentage"] == 60, f"60 %, not {graded['percentage']}")
    done = student.get(f"/courses/{journey.exam['id']}/progress")
    expect(done["percentage"] == 100, "passing must complete the course")
    return f"{graded['percentage']} %: {graded['feedback']}"


def read_the_gradebook(journey: Journey) -> str:
    path = f"/courses/{journey.exam['id']}"
    mine = journey.student.get(f"{path}/grades")["results"]
    expect([each["passed"] for each in mine] == [True, True], "both must be passed")
    book = journey.instructor.get(f"{path}/gradebook")
    expect(len(book["columns"]) == 2 and len(book["results"]) == 1, "one student, two columns")
    table = journey.instructor.get(f"{path}/gradebook/csv").text
    expect(STUDENT in table, "the table must name the student")
    return ", ".join(f"{each['title']}: {each['counted']} %" for each in mine)
