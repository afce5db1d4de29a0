"""Steps of the tour: the student watches, completes and reviews courses, and gets a certificate."""

from urllib.parse import urlsplit

import httpx

from demo.tour.browser import expect, until
from demo.tour.journey import Journey
from demo.tour.people import STUDENT


def watch(journey: Journey) -> str:
    welcome, document, article = journey.lectures
    with_captions = journey.student.post(f"/lectures/{welcome['id']}/playback")
    expect(len(with_captions["captions"]) == 1, "the captions must be offered")
    playback = journey.student.post(f"/lectures/{document['id']}/playback")
    range_ = {"Range": "bytes=0-1023"}
    video = httpx.get(playback["url"], headers=range_, follow_redirects=True)
    is_partial = video.status_code == 206 and len(video.content) == 1024
    expect(is_partial, f"the video must be served in ranges, but answers {video.status_code}")
    expect(b"ftyp" in video.content[:16], "the video must be an MP4")
    text = journey.student.get(f"/lectures/{article['id']}")
    expect("<em>Money</em>" in text["body_html"], "the article must be rendered")
    host = urlsplit(playback["url"]).netloc
    return f"{playback['kind']} of {playback['duration_seconds']} s from {host}"


def progress(journey: Journey) -> str:
    percentages = []
    for lecture in journey.lectures:
        path = f"{journey.course_path}/progress/lectures/{lecture['id']}"
        journey.student.patch(path, json={})
        step = journey.student.patch(path, json={"position_seconds": 2, "completed": True})
        percentages.append(step["percentage"])
    expect(percentages == [33, 66, 100], f"must be 33, 66 and 100 %, is {percentages}")
    earlier = {"at": journey.begun.isoformat(), "completed": False, "position_seconds": 1}
    updates = [{"lecture": each["id"], **earlier} for each in journey.lectures[:2]]
    path = f"{journey.course_path}/progress/batch"
    late = journey.student.post(path, json={"updates": updates})
    expect(late["percentage"] == 100, "what was done earlier must not undo what was done since")
    outline = journey.student.get(f"/courses/{journey.course['slug']}/lectures")
    expect(outline["percentage"] == 100, "the outline must say 100 % too")
    enrollment = journey.student.get("/enrollments")["results"][0]
    expect(enrollment["percentage"] == 100, "the list of enrollments must say 100 %")
    return " → ".join(f"{percentage} %" for percentage in percentages)


def take_notes(journey: Journey) -> str:
    """Write two notes on a video, change one and delete one; the instructor sees neither."""
    path = f"/lectures/{journey.lectures[1]['id']}/notes"
    hasty, kept = (
        journey.student.post(path, 201, json=form)
        for form in (
            {"body": "Ask about this"},
            {"body": "Embed what is read together", "position_seconds": 4},
        )
    )
    journey.student.delete(f"/notes/{hasty['id']}")
    longer = {"body": "Embed what is read together, refer to what grows without end"}
    kept = journey.student.patch(f"/notes/{kept['id']}", json=longer)
    expect(journey.student.get(path)["results"] == [kept], "the note must be listed")
    journey.instructor.patch(f"/notes/{kept['id']}", 404, json=longer)
    return f"at {kept['position_seconds']} s: {kept['body']}"


def review(journey: Journey) -> str:
    path = journey.course_path
    form = {"rating": 5, "comment": "Short, clear, and I could use it the same day."}
    journey.student.put(f"{path}/reviews/mine", 200, 201, json=form)
    rating = journey.visitor.get(path)["rating"]
    is_updated = rating["count"] == 1 and float(rating["average"]) == 5.0
    expect(is_updated, f"the rating must follow: {rating}")
    [listed] = journey.visitor.get(f"{path}/reviews")["results"]
    reply = f"/reviews/{listed['id']}/reply"
    journey.instructor.put(reply, json={"comment": "Thank you! The next course goes deeper."})
    [answered] = journey.visitor.get(f"{path}/reviews")["results"]
    expect(answered["reply"], "the instructor's reply must be shown")
    own = journey.student.get(f"{path}/reviews/mine")
    expect(own == answered, "the student must see the same review")
    viewer = journey.student.get(f"/courses/{journey.course['slug']}")["viewer"]
    expect(viewer["review"] == own, "the course's page must show the review")
    expect(viewer["percentage"] == 100 and viewer["certificate"], "and that it is completed")
    histogram = journey.visitor.get(f"{path}/ratings")["histogram"]
    expect(histogram == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1}, f"wrong ratings: {histogram}")
    journey.instructor.delete(reply)
    reason = {"reason": "Is this person a friend of the instructor?"}
    journey.instructor.post(f"/reviews/{listed['id']}/report", 204, json=reason)
    return "5 of 5"


def certificate(journey: Journey) -> str:
    certificates = until(lambda: journey.student.get("/certificates")["results"], "the certificate")
    path = f"/certificates/{certificates[0]['code']}"
    public = str(journey.visitor.get(path))
    names_both = STUDENT in public and journey.run in public
    expect(names_both, "the certificate must name the person and the course")
    pdf = journey.visitor.get(f"{path}/pdf")
    expect(pdf.content.startswith(b"%PDF"), "the certificate must be a PDF")
    journey.visitor.get("/certificates/nobody-has-this-code", 404)
    return f"{certificates[0]['code']}, PDF of {len(pdf.content):,} bytes"


def take_a_free_course(journey: Journey) -> str:
    path = f"/courses/{journey.free_course['id']}"
    journey.student.post(f"{journey.course_path}/enroll", 200, 409)
    journey.student.post(f"{path}/enroll", 201)
    journey.student.post(f"{path}/enroll", 200)
    journey.student.post(f"{path}/progress/complete")
    done = journey.student.get(f"{path}/progress")["percentage"]
    reset = journey.student.post(f"{path}/progress/reset")["percentage"]
    expect((done, reset) == (100, 0), f"must be 100 and 0 %, is {done} and {reset}")
    journey.student.put(
        f"{path}/reviews/mine", 200, 201, json={"rating": 3, "comment": "Good, but too short."}
    )
    journey.student.delete(f"{path}/reviews/mine")
    return "completed, reset; the review is taken back"
