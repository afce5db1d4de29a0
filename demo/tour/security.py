"""Steps of the tour: sessions, tokens, passwords and the second factor."""

import time

import pyotp

from demo.tour.browser import expect
from demo.tour.journey import Journey
from demo.tour.mails import read_link
from demo.tour.people import INSTRUCTOR, PASSWORD, STUDENT, address, credentials

NEXT_PASSWORD = "a short walk by the sea 12"
CONFIRMED = {"current_password": PASSWORD}


def use_two_devices(journey: Journey) -> str:
    phone = journey.browser()
    expect(phone.get("/auth/session")["user"] is None, "nobody must be signed in")
    phone.post("/auth/signin", json=credentials(journey, STUDENT))
    expect(phone.get("/auth/session")["user"]["name"] == STUDENT, "the student must be signed in")
    sessions = journey.student.get("/auth/sessions")["results"]
    expect(len(sessions) == 2, f"there must be two sessions, not {len(sessions)}")
    [other] = [each for each in sessions if not each["is_current"]]
    journey.student.delete(f"/auth/sessions/{other['id']}")
    phone.get("/users/me", 401)
    return "the phone is signed out"


def renew_tokens(journey: Journey) -> str:
    journey.student.post("/auth/refresh")
    tokens = journey.program.post("/auth/token", json=credentials(journey, STUDENT))
    renewed = journey.program.post("/auth/refresh", json={"refresh": tokens["refresh"]})
    expect(renewed["refresh"] != tokens["refresh"], "a refresh token must work once")
    bearer = {"Authorization": f"Bearer {renewed['access']}"}
    user = journey.program.get("/users/me", headers=bearer)
    return f"a program acts for {user['name']}"


def protect_account(journey: Journey) -> str:
    """Set up a second factor, sign in with it in both ways, and remove it."""
    setup = journey.instructor.post("/auth/second-factor", 201, json=CONFIRMED)
    app = pyotp.TOTP(setup["secret"])
    journey.instructor.post("/auth/second-factor/confirm", json={"code": app.now()})
    codes = journey.instructor.post("/auth/second-factor/recovery-codes", json=CONFIRMED)
    expect(journey.instructor.get("/auth/second-factor")["enabled"], "it must be enabled now")

    form = credentials(journey, INSTRUCTOR)
    challenge = journey.program.post("/auth/token", 202, json=form)["challenge"]
    code = codes["recovery_codes"][0]
    second = {"challenge": challenge, "code": code}
    journey.program.post("/auth/token/second-factor", json=second)
    browser = journey.browser()
    challenge = browser.post("/auth/signin", 202, json=form)["challenge"]
    # Each code works once: the one that the app shows next is accepted for a clock that is a little late.
    second = {"challenge": challenge, "code": app.at(int(time.time()), counter_offset=1)}
    browser.post("/auth/signin/second-factor", json=second)
    journey.instructor.delete("/auth/second-factor", json=CONFIRMED)
    browser.post("/auth/signout-everywhere", 204)
    journey.instructor.get("/users/me", 401)
    journey.instructor.post("/auth/signin", json=form)
    return "signed in with a code of the app, and with a recovery code"


def change_passwords(journey: Journey) -> str:
    browser, email = journey.student, address(journey, STUDENT)
    change = {"current_password": PASSWORD, "new_password": NEXT_PASSWORD}
    browser.post("/auth/password/change", json=change)
    journey.visitor.post("/auth/password/forgot", 202, json={"email": email})
    link = read_link(journey, email, "reset-password")
    reset = link | {"new_password": PASSWORD}
    journey.visitor.post("/auth/password/reset", json=reset)
    journey.visitor.post("/auth/password/reset", 400, json=reset)
    browser.get("/users/me", 401)
    browser.post("/auth/signin", json=credentials(journey, STUDENT))
    return "changed, forgotten and reset"
