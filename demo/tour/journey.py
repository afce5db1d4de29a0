"""Two browsers' journey: an instructor signs up, authors and publishes a course with videos; a student signs up, buys
it on the hosted page, is enrolled by the signed webhook, watches, completes it, reviews it and gets a certificate.
"""

import re
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from demo import pictures, videos
from demo.tour.browser import PASSWORD, Browser, expect, until


class Tour:
    def __init__(self, api: str, sandbox: str) -> None:
        self.api = api
        self.sandbox = httpx.Client(base_url=sandbox, timeout=60)
        self.instructor, self.student, self.visitor = Browser(api), Browser(api), Browser(api)
        self.run = uuid4().hex[:8]
        self.lectures: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        self.open = ExitStack()
        for browser in (self.instructor, self.student, self.visitor):
            self.open.enter_context(browser.client)
        self.open.enter_context(self.sandbox)
        return self

    def __exit__(self, *error: object) -> None:
        self.open.close()

    # --- People -----------------------------------------------------------------------------------------------

    def sign_up(self, browser: Browser, name: str) -> str:
        email = f"{name.split()[0].lower()}-{self.run}@tour.test"
        user = browser.post(
            "/auth/signup",
            201,
            json={"name": name, "email": email, "password": PASSWORD, "role": "admin"},
        )
        expect(
            user["role"] == "student" and not user["is_staff"], "sign-up must give nobody a role"
        )
        expect(browser.client.cookies.get("access_token"), "sign-up must set the cookies")
        mail = until(lambda: self.mail_to(email), f"the verification mail to {email}")
        token = re.search(r"verify-email\?token=([^\s\"&<]+)", mail["text"])
        expect(token, "the mail must link to /verify-email?token=...")
        browser.post("/auth/verify-email", json={"token": token[1]})
        browser.post("/auth/verify-email", 400, json={"token": token[1]})
        expect(browser.get("/users/me")["email_verified"], "the address must be verified now")
        return email

    def mail_to(self, email: str) -> dict[str, Any] | None:
        mails = self.sandbox.get("/_control/mails", params={"to": email}).json()
        mails = mails["results"] if isinstance(mails, dict) else mails
        return mails[0] if mails else None

    def sign_up_instructor(self) -> str:
        email = self.sign_up(self.instructor, "Grace Teacher")
        self.instructor.post("/courses", 403, json={})
        expect(
            self.instructor.post("/users/me/instructor", 200, 202)["role"] == "instructor",
            "must teach now",
        )
        avatar = {"avatar": ("me.png", pictures.portrait("Grace Teacher"), "image/png")}
        expect(
            self.instructor.ask("PUT", "/users/me/avatar", files=avatar)["avatar"],
            "the avatar must have a URL",
        )
        return email

    def sign_up_student(self) -> str:
        return self.sign_up(self.student, "Linus Learner")

    # --- Authoring --------------------------------------------------------------------------------------------

    def create_course(self) -> str:
        category = self.visitor.get("/categories")
        category = (category["results"] if isinstance(category, dict) else category)[0]["slug"]
        title = f"A tour of everything {self.run}"
        self.course = self.instructor.post(
            "/courses",
            201,
            data={
                "title": title,
                "subtitle": "From nothing to a certificate",
                "description": "What a course needs, and nothing else.",
                "category": category,
                "level": "beginner",
                "language": "en",
                "price": '{"amount": 4999, "currency": "usd"}',
                "objectives": '["See every part work"]',
            },
            files={"thumbnail": ("t.jpg", pictures.thumbnail(title), "image/jpeg")},
        )
        expect(
            self.course["status"] == "draft" and self.course["thumbnail"],
            "must be a draft with a thumbnail",
        )
        self.path = f"/courses/{self.course['id']}"
        self.visitor.get(self.path, 404)
        missing = self.instructor.post(f"{self.path}/publish", 409)["errors"]
        return (
            f"{title!r}, publish still refuses: {', '.join(sorted({e['code'] for e in missing}))}"
        )

    def video(self, title: str, seconds: int) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "video.mp4"
            videos.make(path, title, seconds=seconds)
            return path.read_bytes()

    def upload_through_us(self) -> str:
        content = self.video("Welcome", 6)
        self.asset = self.instructor.post(
            "/media/videos", 201, files={"file": ("welcome.mp4", content, "video/mp4")}
        )
        return f"{len(content):,} bytes, {self.asset['status']}"

    def upload_directly(self) -> str:
        content = self.video("The tour", 9)
        wanted = {"kind": "video", "filename": "tour.mp4", "size_bytes": len(content)}
        ticket = self.instructor.post("/media/uploads", 201, json=wanted)
        upload, asset = ticket["upload"], ticket["asset"]
        answer: dict[str, Any] = {}
        for start in range(0, len(content), upload["chunk_bytes"]):
            chunk = content[start : start + upload["chunk_bytes"]]
            headers = {
                "X-Unique-Upload-Id": asset["id"],
                "Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{len(content)}",
            }
            sent = httpx.post(
                upload["url"],
                data=upload["fields"],
                files={"file": ("tour.mp4", chunk)},
                headers=headers,
                timeout=60,
            )
            expect(sent.status_code == 200, f"Cloudinary refused a chunk: {sent.text}")
            answer = sent.json()
        done = {key: answer[key] for key in ("public_id", "version", "signature")}
        self.instructor.post(f"/media/uploads/{asset['id']}/complete", json=done)
        self.direct = self.instructor.post(f"/media/uploads/{asset['id']}/complete", json=done)
        return f"{len(content):,} bytes, {self.direct['status']}"

    def wait_for_videos(self) -> str:
        for asset in (self.asset, self.direct):
            ready = until(lambda id=asset["id"]: self.ready(id), "a video to be ready")
            expect(ready["duration_seconds"] >= 6, "the duration must come from Cloudinary")
        return "both ready"

    def ready(self, asset: str) -> dict[str, Any] | None:
        found = self.instructor.get(f"/media/assets/{asset}")
        expect(found["status"] != "failed", f"the upload failed: {found['failure_reason']}")
        return found if found["status"] == "ready" else None

    def write_lectures(self) -> str:
        section = self.instructor.post(f"{self.path}/sections", 201, json={"title": "Beginning"})[
            "id"
        ]
        for lecture in (
            {"title": "Welcome", "kind": "video", "asset": self.asset["id"], "is_preview": True},
            {"title": "The tour", "kind": "video", "asset": self.direct["id"]},
            {
                "title": "What to remember",
                "kind": "article",
                "body": "# Remember\n\n*Money* is an integer.",
            },
        ):
            made = self.instructor.post(
                f"{self.path}/lectures", 201, json={"section": section, **lecture}
            )
            self.lectures.append(made)
        return f"{len(self.lectures)} lectures"

    def publish(self) -> str:
        course = self.instructor.post(f"{self.path}/publish")
        expect(course["status"] == "published", f"must be published, is {course['status']}")
        return course["slug"]

    # --- Buying -----------------------------------------------------------------------------------------------

    def browse(self) -> str:
        found = self.visitor.get("/courses", params={"search": self.run})["results"]
        expect([card["id"] for card in found] == [self.course["id"]], "search must find the course")
        detail = self.visitor.get(f"/courses/{found[0]['slug']}")
        expect("cloudinary" not in str(detail["sections"]), "the outline must name no file")
        self.visitor.post(f"/lectures/{self.lectures[0]['id']}/playback")
        self.student.post(f"/lectures/{self.lectures[1]['id']}/playback", 403)
        self.student.get(f"{self.path}/progress", 403)
        return "found, preview plays, the rest is refused"

    def check_out(self) -> str:
        wanted = {"course": self.course["id"], "total_amount": 1, "price": 1}
        first = self.student.post("/payments/checkout", 201, json=wanted)
        again = self.student.post("/payments/checkout", 200, json=wanted)
        self.order, self.page = first["order"], first["checkout_url"]
        expect(
            self.order["total_amount"] == {"amount": 4999, "currency": "usd"},
            "the price must be ours",
        )
        expect(again["checkout_url"] == self.page, "an open checkout must be given again")
        return self.page

    def pay(self) -> str:
        expect("4" in httpx.get(self.page).text, "the hosted page must show")
        declined = httpx.post(self.page, data={"action": "decline"})
        expect(declined.status_code == 200, "a declined card must show the page again")
        paid = httpx.post(self.page, data={"action": "pay"})
        expect(paid.status_code == 303, f"paying must lead back: {paid.status_code}")
        return paid.headers["Location"]

    def be_enrolled(self) -> str:
        order = f"/payments/orders/{self.order['id']}"
        paid = until(
            lambda: (o := self.student.get(order))["status"] == "paid" and o, "the webhook"
        )
        synced = self.student.post(f"{order}/sync")
        expect(synced["paid_at"] == paid["paid_at"], "asking again must change nothing")
        purchase = self.student.get(f"{self.path}/purchase")
        access = self.student.get(f"{self.path}/access")
        expect(purchase["purchased"] and access["can_watch"], "paid must mean enrolled")
        expect(len(access["grants"]) == 1, "one purchase gives one grant")
        self.student.post("/payments/checkout", 409, json={"course": self.course["id"]})
        return f"{paid['status']}, {access['reason']}"

    # --- Learning ---------------------------------------------------------------------------------------------

    def watch(self) -> str:
        play = self.student.post(f"/lectures/{self.lectures[1]['id']}/playback")
        video = httpx.get(play["url"], headers={"Range": "bytes=0-1023"}, follow_redirects=True)
        expect(
            video.status_code == 206 and len(video.content) == 1024,
            f"no video: {video.status_code}",
        )
        expect(b"ftyp" in video.content[:16], "must be an MP4")
        return f"{play['kind']} of {play['duration_seconds']} s from {urlsplit(play['url']).netloc}"

    def progress(self) -> str:
        seen = []
        for lecture in self.lectures:
            where = f"{self.path}/progress/lectures/{lecture['id']}"
            self.student.ask("PATCH", where, json={"position_seconds": 2})
            seen.append(self.student.ask("PATCH", where, json={})["percentage"])
        expect(seen == [33, 66, 100], f"must be 33, 66 and 100 %, is {seen}")
        card = self.student.get("/enrollments")["results"][0]
        expect(card["percentage"] == 100, "my courses must say 100 %")
        return " → ".join(f"{percentage} %" for percentage in seen)

    def review(self) -> str:
        self.student.ask(
            "PUT", f"{self.path}/reviews/mine", 200, 201, json={"rating": 5, "comment": "Complete."}
        )
        rating = self.visitor.get(self.path)["rating"]
        expect(
            rating["count"] == 1 and float(rating["average"]) == 5.0,
            f"the rating must follow: {rating}",
        )
        return "5 of 5"

    def certificate(self) -> str:
        mine = until(lambda: self.student.get("/certificates")["results"], "the certificate")[0]
        shown = self.visitor.get(f"/certificates/{mine['code']}")
        expect(
            "Linus Learner" in str(shown) and self.run in str(shown), "must name person and course"
        )
        pdf = self.visitor.get(f"/certificates/{mine['code']}/pdf")
        expect(pdf.content.startswith(b"%PDF"), "must be a PDF")
        self.visitor.get("/certificates/nobody-has-this-code", 404)
        return f"{mine['code']}, PDF of {len(pdf.content):,} bytes"

    def sign_out(self) -> str:
        access = self.student.client.cookies.get("access_token")
        self.student.post("/auth/signout", 204)
        refused = httpx.get(
            f"{self.api}/api/v1/users/me", headers={"Authorization": f"Bearer {access}"}
        )
        expect(refused.status_code == 401, "a token of a session that ended must be refused")
        return "the old token is refused"

    STEPS = [
        sign_up_instructor,
        create_course,
        upload_through_us,
        upload_directly,
        wait_for_videos,
        write_lectures,
        publish,
        sign_up_student,
        browse,
        check_out,
        pay,
        be_enrolled,
        watch,
        progress,
        review,
        certificate,
        sign_out,
    ]

    def walk(self, tell: Callable[[str], None] = print) -> None:
        """Take every step in order; raise `Failed` at the first that is not as it should be."""
        begun = time.monotonic()
        for step in self.STEPS:
            start = time.monotonic()
            result = step(self)
            name = step.__name__.replace("_", " ")
            tell(f"{name:<20} {(time.monotonic() - start) * 1000:>7.0f} ms  {result}")
        tell(f"{len(self.STEPS)} steps in {time.monotonic() - begun:.1f} s")
