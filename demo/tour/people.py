"""Steps of the tour: accounts."""

import re

import httpx

from demo import pictures
from demo.tour.browser import Browser, Failed, expect, until
from demo.tour.journey import Journey, Json

PASSWORD = "a long walk in the hills 7"
VERIFICATION_LINK = re.compile(r"verify-email\?token=([^\s\"&<]+)")
INSTRUCTOR, STUDENT = "Grace Teacher", "Linus Learner"


def sign_up_instructor(journey: Journey) -> str:
    email = _sign_up(journey, journey.instructor, INSTRUCTOR)
    journey.instructor.post("/courses", 403, json={})
    user = journey.instructor.post("/users/me/instructor", 200, 202)
    expect(user["role"] == "instructor", "the person must be an instructor now")
    avatar = {"avatar": ("me.png", pictures.portrait(INSTRUCTOR), "image/png")}
    user = journey.instructor.put("/users/me/avatar", files=avatar)
    expect(user["avatar"], "the avatar must have a URL")
    return email


def sign_up_student(journey: Journey) -> str:
    return _sign_up(journey, journey.student, STUDENT)


def sign_out(journey: Journey) -> str:
    access = journey.student.client.cookies.get("access_token")
    journey.student.post("/auth/signout", 204)
    answer = httpx.get(
        f"{journey.api}/api/v1/users/me", headers={"Authorization": f"Bearer {access}"}
    )
    expect(answer.status_code == 401, "a token of an ended session must be refused")
    return "the old token is refused"


def _sign_up(journey: Journey, browser: Browser, name: str) -> str:
    """Sign up, verify the e-mail address by the link in the mail, and return the address."""
    email = f"{name.split()[0].lower()}-{journey.run}@tour.test"
    form = {"name": name, "email": email, "password": PASSWORD, "role": "admin"}
    user = browser.post("/auth/signup", 201, json=form)
    expect(user["role"] == "student" and not user["is_staff"], "sign-up must not grant a role")
    expect(browser.client.cookies.get("access_token"), "sign-up must set the cookies")
    mail = until(lambda: _mail_to(journey, email), f"the verification mail to {email}")
    link = VERIFICATION_LINK.search(mail["text"])
    if link is None:
        raise Failed("the mail must link to /verify-email?token=...")
    browser.post("/auth/verify-email", json={"token": link[1]})
    browser.post("/auth/verify-email", 400, json={"token": link[1]})
    expect(browser.get("/users/me")["email_verified"], "the address must be verified now")
    return email


def _mail_to(journey: Journey, email: str) -> Json | None:
    mails = journey.sandbox.get("/_control/mails", params={"to": email}).json()
    return mails[0] if mails else None
