"""Steps of the tour: accounts, from sign-up to their end."""

import httpx

from demo import pictures
from demo.tour.browser import Browser, expect
from demo.tour.journey import Journey, Json
from demo.tour.mails import read_link

PASSWORD = "a long walk in the hills 7"
INSTRUCTOR, STUDENT, GUEST = "Grace Okafor", "Linus Moreau", "Nora Lindqvist"


def sign_up_instructor(journey: Journey) -> str:
    browser = journey.instructor
    email = sign_up(journey, browser, INSTRUCTOR)
    browser.post("/courses", 403, json={})
    user = browser.post("/users/me/instructor", 200, 202)
    expect(user["role"] == "instructor", "the person must be an instructor now")
    user = browser.put("/users/me/avatar", files={"avatar": _portrait(INSTRUCTOR)})
    expect(user["avatar"], "the avatar must have a URL")
    return email


def sign_up_student(journey: Journey) -> str:
    return sign_up(journey, journey.student, STUDENT)


def edit_profile(journey: Journey) -> str:
    browser = journey.student
    as_form = {"data": {"name": STUDENT}, "files": {"avatar": _portrait(STUDENT)}}
    expect(browser.patch("/users/me", **as_form)["avatar"], "the avatar must have a URL")
    expect(browser.delete("/users/me/avatar", 200)["avatar"] is None, "the avatar must be gone")
    about = {"headline": "Learns in the evening", "bio": "Carpenter by day."}
    browser.patch("/users/me", json=about)
    user = browser.get("/users/me")
    expect(about.items() <= user.items(), "the profile must be changed")
    return f"{user['name']}: {user['headline']}"


def sign_out(journey: Journey) -> str:
    access = journey.student.client.cookies.get("access_token")
    journey.student.post("/auth/signout", 204)
    answer = httpx.get(
        f"{journey.api}/api/v1/users/me", headers={"Authorization": f"Bearer {access}"}
    )
    expect(answer.status_code == 401, "a token of an ended session must be refused")
    return "the old token is refused"


def export_and_erase(journey: Journey) -> str:
    exported = journey.guest.get("/users/me/export")
    expect(GUEST in str(exported), "the export must name the person")
    journey.guest.delete("/users/me", 400, json={"current_password": "a wrong one"})
    journey.guest.delete("/users/me", json={"current_password": PASSWORD})
    form = {"email": address(journey, GUEST), "password": PASSWORD}
    journey.guest.post("/auth/signin", 401, json=form)
    return f"{GUEST} is erased"


def sign_up(journey: Journey, browser: Browser, name: str) -> str:
    """Sign up, verify the e-mail address by the link in the mail, and return the address."""
    email = address(journey, name)
    form = {"name": name, "email": email, "password": PASSWORD}
    user = browser.post("/auth/signup", 201, json=form)
    expect(user["role"] == "student" and not user["is_staff"], "sign-up must not grant a role")
    expect(browser.client.cookies.get("access_token"), "sign-up must set the cookies")
    replaced = read_link(journey, email, "verify-email")
    browser.post("/auth/verify-email/resend", 202)
    link = read_link(journey, email, "verify-email", after=replaced)
    browser.post("/auth/verify-email", 400, json=replaced)
    browser.post("/auth/verify-email", json=link)
    browser.post("/auth/verify-email", 400, json=link)
    expect(browser.get("/users/me")["email_verified"], "the address must be verified now")
    return email


def address(journey: Journey, name: str) -> str:
    """Return a person's e-mail address, which no other journey uses."""
    return f"{name.split()[0].lower()}-{journey.run}@tour.test"


def credentials(journey: Journey, name: str) -> Json:
    return {"email": address(journey, name), "password": PASSWORD}


def _portrait(name: str) -> tuple[str, bytes, str]:
    return "me.png", pictures.portrait(name), "image/png"
