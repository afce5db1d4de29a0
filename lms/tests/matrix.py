"""The permission matrix: what each person gets from every endpoint, and how a row is asked.

One row an endpoint and case. A status is what the person gets: 2xx works, 401 is not signed in, 403 may not, 404 must not
know that it exists. The request is well-formed where it matters.
"""

import re

from rest_framework.test import APIClient

from accounts.services.sessions import open_session
from accounts.tests.factories import PASSWORD
from lms.tests.world import names

OK, NEW, GONE, LATER, BAD, WHO, NO, HIDDEN, CONFLICT = 200, 201, 204, 202, 400, 401, 403, 404, 409
UNKNOWN = "f" * 24

ALL_MAY = [OK] * 6
SIGNED_IN = [WHO, OK, OK, OK, OK, OK]
TEACHERS = [WHO, NO, NO, OK, OK, NO]
NEW_BY_TEACHERS = [WHO, NO, NO, NEW, NEW, NO]
BAD_FROM_TEACHERS = [WHO, NO, NO, BAD, BAD, NO]
ONLY_OWNER = [WHO, NO, NO, OK, NO, NO]
OWNER_OF_PUBLISHED = [WHO, NO, NO, OK, NO, OK]
OWNER_OF_DRAFT = [WHO, HIDDEN, HIDDEN, OK, HIDDEN, OK]
ONLY_STUDENT = [WHO, OK, HIDDEN, HIDDEN, HIDDEN, HIDDEN]
OWN_QUESTION = [WHO, HIDDEN, HIDDEN, OK, HIDDEN, OK]
OWN_ATTEMPT = [WHO, OK, HIDDEN, NO, HIDDEN, NO]
SEES_DRAFT = [HIDDEN, HIDDEN, HIDDEN, OK, HIDDEN, OK]
NOBODY = [HIDDEN] * 6
NOTHING_THERE = [WHO, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN]

PASSWORDS = {"current_password": PASSWORD, "new_password": "another long pass phrase"}
WRITES_COURSE = {
    "title": "New",
    "category": "everything",
    "price": {"amount": 0, "currency": "usd"},
}

#   visitor, student (enrolled), other student, instructor (owner), other instructor, staff
ROWS = [
    # --- Signing in
    ("GET", "/auth/csrf", None, ALL_MAY),
    ("GET", "/auth/session", None, ALL_MAY),
    ("POST", "/auth/signup", {"name": "N", "email": "n@example.test", "password": "quite a long one 5"}, [NEW] * 6),
    ("POST", "/auth/signin", {"email": "sam@example.test", "password": PASSWORD}, ALL_MAY),
    ("POST", "/auth/signin", {"email": "sam@example.test", "password": "wrong"}, [WHO] * 6),
    ("POST", "/auth/signin/second-factor", {"challenge": "x", "code": "123456"}, [WHO] * 6),
    ("POST", "/auth/token", {"email": "sam@example.test", "password": PASSWORD}, ALL_MAY),
    ("POST", "/auth/token/second-factor", {"challenge": "x", "code": "123456"}, [WHO] * 6),
    ("POST", "/auth/refresh", {"refresh": "forged"}, [WHO] * 6),
    ("POST", "/auth/signout", None, [WHO, GONE, GONE, GONE, GONE, GONE]),
    ("POST", "/auth/signout-everywhere", None, [WHO, GONE, GONE, GONE, GONE, GONE]),
    ("POST", "/auth/verify-email", {"token": "forged"}, [BAD] * 6),
    ("POST", "/auth/verify-email/resend", None, [WHO, LATER, LATER, LATER, LATER, LATER]),
    ("POST", "/auth/password/change", PASSWORDS, SIGNED_IN),
    ("POST", "/auth/password/forgot", {"email": "nobody@example.test"}, [LATER] * 6),
    ("POST", "/auth/password/reset", {"uid": "x", "token": "x", "new_password": "quite a long one 5"}, [BAD] * 6),
    ("GET", "/auth/sessions", None, SIGNED_IN),
    ("DELETE", "/auth/sessions/{session}", None, [WHO, GONE, HIDDEN, HIDDEN, HIDDEN, HIDDEN]),
    ("GET", "/auth/second-factor", None, SIGNED_IN),
    ("POST", "/auth/second-factor", {"current_password": PASSWORD}, [WHO, NEW, NEW, NEW, NEW, NEW]),
    ("DELETE", "/auth/second-factor", {"current_password": "wrong"}, [WHO, BAD, BAD, BAD, BAD, BAD]),
    ("POST", "/auth/second-factor/confirm", {}, [WHO, BAD, BAD, BAD, BAD, BAD]),
    ("POST", "/auth/second-factor/recovery-codes", {}, [WHO, BAD, BAD, BAD, BAD, BAD]),
    # --- People
    ("GET", "/users/me", None, SIGNED_IN),
    ("PATCH", "/users/me", {"headline": "Hello"}, SIGNED_IN),
    ("DELETE", "/users/me", {"current_password": "wrong"}, [WHO, BAD, BAD, BAD, BAD, BAD]),
    ("DELETE", "/users/me", {"current_password": PASSWORD}, [WHO, GONE, GONE, GONE, GONE, GONE]),
    ("PUT", "/users/me/avatar", {}, [WHO, BAD, BAD, BAD, BAD, BAD]),
    ("DELETE", "/users/me/avatar", None, SIGNED_IN),
    ("POST", "/users/me/instructor", None, SIGNED_IN),
    ("GET", "/users/me/export", None, SIGNED_IN),
    ("GET", "/instructors/{instructor}", None, ALL_MAY),
    ("GET", "/instructors/" + UNKNOWN, None, NOBODY),
    # --- Catalogue
    ("GET", "", None, ALL_MAY),
    ("GET", "/courses", None, ALL_MAY),
    ("GET", "/courses?search=course&free=true", None, ALL_MAY),
    ("GET", "/courses?price_min=x", None, [BAD] * 6),
    ("GET", "/courses/{course}", None, ALL_MAY),
    ("GET", "/courses/course", None, ALL_MAY),
    ("GET", "/courses/{draft}", None, SEES_DRAFT),
    ("GET", "/courses/no-such-course", None, NOBODY),
    ("GET", "/courses/facets?search=course&category=everything&tag=x", None, ALL_MAY),
    ("GET", "/courses/suggestions?q=course", None, ALL_MAY),
    ("GET", "/courses/suggestions", None, [BAD] * 6),
    ("GET", "/courses/{course}/related", None, ALL_MAY),
    ("GET", "/courses/{draft}/related", None, NOBODY),
    ("GET", "/categories", None, ALL_MAY),
    ("GET", "/courses/{course}/reviews", None, ALL_MAY),
    ("GET", "/courses/{draft}/reviews", None, NOBODY),
    ("GET", "/courses/{course}/ratings", None, ALL_MAY),
    ("GET", "/courses/{draft}/ratings", None, NOBODY),
    ("POST", "/reviews/{review}/report", {"reason": "spam"}, [WHO, NO, NO, GONE, GONE, GONE]),
    ("PUT", "/reviews/{review}/reply", {"comment": "Thank you"}, ONLY_OWNER),
    ("DELETE", "/reviews/{review}/reply", None, [WHO, NO, NO, GONE, NO, NO]),
    # --- Authoring
    ("GET", "/courses/mine", None, TEACHERS),
    ("POST", "/courses", WRITES_COURSE, NEW_BY_TEACHERS),
    ("PATCH", "/courses/{course}", {"title": "Changed"}, OWNER_OF_PUBLISHED),
    ("PATCH", "/courses/{draft}", {"title": "Changed"}, OWNER_OF_DRAFT),
    ("PATCH", "/courses/" + UNKNOWN, {"title": "Changed"}, NOTHING_THERE),
    ("DELETE", "/courses/{course}", None, [WHO, NO, NO, CONFLICT, NO, CONFLICT]),
    ("DELETE", "/courses/{draft}", None, [WHO, HIDDEN, HIDDEN, GONE, HIDDEN, GONE]),
    ("PUT", "/courses/{course}/thumbnail", {}, [WHO, NO, NO, BAD, NO, NO]),
    ("POST", "/courses/{draft}/publish", None, [WHO, HIDDEN, HIDDEN, CONFLICT, HIDDEN, CONFLICT]),
    ("POST", "/courses/{course}/unpublish", None, OWNER_OF_PUBLISHED),
    ("POST", "/courses/{course}/archive", None, OWNER_OF_PUBLISHED),
    ("POST", "/courses/{course}/sections", {"title": "More"}, [WHO, NO, NO, NEW, NO, NO]),
    ("POST", "/courses/{draft}/sections", {"title": "More"}, [WHO, HIDDEN, HIDDEN, NEW, HIDDEN, NO]),
    ("PATCH", "/sections/{section}", {"title": "Changed"}, ONLY_OWNER),
    ("PATCH", "/sections/{draft_section}", {"title": "Changed"}, [WHO, HIDDEN, HIDDEN, OK, HIDDEN, NO]),
    ("DELETE", "/sections/{draft_section}", None, [WHO, HIDDEN, HIDDEN, GONE, HIDDEN, NO]),
    ("POST", "/courses/{course}/lectures", {"title": "L", "kind": "article", "section": "{section}", "body": "x"},
     [WHO, NO, NO, NEW, NO, NO]),
    ("PUT", "/courses/{course}/curriculum", [], [WHO, NO, NO, BAD, NO, NO]),
    ("PATCH", "/lectures/{lecture}", {"title": "Changed"}, ONLY_OWNER),
    ("DELETE", "/lectures/{lecture}", None, [WHO, NO, NO, GONE, NO, NO]),
    # --- Media
    ("GET", "/media/limits", None, SIGNED_IN),
    ("GET", "/media/assets", None, SIGNED_IN),
    ("GET", "/media/assets/{asset}", None, [WHO, HIDDEN, HIDDEN, OK, HIDDEN, HIDDEN]),
    ("DELETE", "/media/assets/{asset}", None, [WHO, HIDDEN, HIDDEN, GONE, HIDDEN, HIDDEN]),
    ("POST", "/media/videos", {}, BAD_FROM_TEACHERS),
    ("POST", "/media/files", {}, BAD_FROM_TEACHERS),
    ("POST", "/media/captions", {}, BAD_FROM_TEACHERS),
    ("POST", "/media/uploads", {"kind": "video", "filename": "a.mp4", "size_bytes": 9}, NEW_BY_TEACHERS),
    ("POST", "/media/uploads", {"kind": "submission", "filename": "a.pdf", "size_bytes": 9}, [WHO, NEW, NO, NEW, NEW, NO]),
    ("POST", "/media/uploads/{asset}/complete", {}, [WHO, HIDDEN, HIDDEN, BAD, HIDDEN, HIDDEN]),
    ("POST", "/media/webhooks/cloudinary", {}, [WHO] * 6),
    # --- Learning
    ("GET", "/courses/{course}/lectures", None, ALL_MAY),
    ("GET", "/courses/{draft}/lectures", None, SEES_DRAFT),
    ("GET", "/lectures/{lecture}", None, [WHO, OK, NO, OK, NO, OK]),
    ("GET", "/lectures/{preview}", None, ALL_MAY),
    ("GET", "/lectures/" + UNKNOWN, None, NOBODY),
    ("POST", "/lectures/{film}/playback", None, [WHO, OK, NO, OK, NO, OK]),
    ("POST", "/courses/{free}/enroll", None, [WHO, NEW, NEW, CONFLICT, NEW, NEW]),
    ("POST", "/courses/{course}/enroll", None, [WHO, OK, CONFLICT, CONFLICT, CONFLICT, CONFLICT]),
    ("POST", "/courses/{draft}/enroll", None, [WHO, HIDDEN, HIDDEN, CONFLICT, HIDDEN, HIDDEN]),
    ("GET", "/enrollments", None, SIGNED_IN),
    ("GET", "/courses/{course}/access", None, SIGNED_IN),
    ("GET", "/courses/{draft}/access", None, SIGNED_IN),  # its reason may be `not_published`
    ("GET", "/courses/{course}/progress", None, [WHO, OK, NO, NO, NO, NO]),
    ("PATCH", "/courses/{course}/progress/lectures/{lecture}", {}, [WHO, OK, NO, NO, NO, NO]),
    ("PATCH", "/courses/{course}/progress/lectures/" + UNKNOWN, {}, [WHO, HIDDEN, NO, NO, NO, NO]),
    ("POST", "/courses/{course}/progress/batch", {"updates": [{"lecture": UNKNOWN, "at": "2026-11-29T00:00:00Z"}]}, [WHO, OK, NO, NO, NO, NO]),
    ("POST", "/courses/{course}/progress/complete", None, [WHO, OK, NO, NO, NO, NO]),
    ("POST", "/courses/{course}/progress/reset", None, [WHO, OK, NO, NO, NO, NO]),
    ("GET", "/courses/{course}/reviews/mine", None, [WHO, OK, NO, NO, NO, NO]),
    ("GET", "/courses/{draft}/reviews/mine", None, [WHO, HIDDEN, HIDDEN, NO, HIDDEN, NO]),
    ("PUT", "/courses/{course}/reviews/mine", {"rating": 5}, [WHO, OK, NO, NO, NO, NO]),
    ("DELETE", "/courses/{course}/reviews/mine", None, [WHO, GONE, NO, NO, NO, NO]),
    ("GET", "/wishlist", None, SIGNED_IN),
    ("PUT", "/wishlist/{course}", None, [WHO, GONE, GONE, GONE, GONE, GONE]),
    ("PUT", "/wishlist/{draft}", None, [WHO, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN]),
    ("DELETE", "/wishlist/{draft}", None, [WHO, GONE, GONE, GONE, GONE, GONE]),
    ("GET", "/lectures/{lecture}/notes", None, [WHO, OK, NO, OK, NO, OK]),
    ("GET", "/lectures/{preview}/notes", None, SIGNED_IN),
    ("POST", "/lectures/{lecture}/notes", {"body": "Mine"}, [WHO, NEW, NO, NEW, NO, NEW]),
    ("PATCH", "/notes/{note}", {"body": "Changed"}, ONLY_STUDENT),
    ("DELETE", "/notes/{note}", None, [WHO, GONE, HIDDEN, HIDDEN, HIDDEN, HIDDEN]),
    ("GET", "/courses/{course}/students", None, OWNER_OF_PUBLISHED),
    ("GET", "/courses/{course}/students/csv", None, OWNER_OF_PUBLISHED),
    ("PUT", "/courses/{course}/students/{enrollment}/unlock", {"reason": "Was ill"}, OWNER_OF_PUBLISHED),
    ("DELETE", "/courses/{course}/students/{enrollment}/unlock", None, [WHO, NO, NO, GONE, NO, GONE]),
    ("PUT", "/courses/{course}/students/" + UNKNOWN + "/unlock", {"reason": "Was ill"}, [WHO, NO, NO, HIDDEN, NO, HIDDEN]),
    ("GET", "/courses/{course}/access?lecture={lecture}", None, SIGNED_IN),
    ("GET", "/courses/{course}/access?lecture=" + UNKNOWN, None, NOTHING_THERE),
    ("GET", "/courses/{course}/statistics", None, OWNER_OF_PUBLISHED),
    ("GET", "/certificates", None, SIGNED_IN),
    ("GET", "/certificates/{certificate}", None, ALL_MAY),
    ("GET", "/certificates/{certificate}/pdf", None, ALL_MAY),
    ("GET", "/certificates/unknown", None, NOBODY),
    # --- Assessments
    ("GET", "/questions", None, TEACHERS),
    ("GET", "/questions?kind=single_choice&tag=x&search=capital&retired=false", None, TEACHERS),
    ("POST", "/questions", {"kind": "essay", "prompt": "Why?"}, NEW_BY_TEACHERS),
    ("POST", "/questions/import", {}, BAD_FROM_TEACHERS),
    ("GET", "/questions/export?as=json", None, TEACHERS),
    ("GET", "/questions/{question}", None, OWN_QUESTION),
    ("PATCH", "/questions/{question}", {"prompt": "Why not?"}, OWN_QUESTION),
    ("DELETE", "/questions/{unasked}", None, [WHO, HIDDEN, HIDDEN, GONE, HIDDEN, GONE]),
    ("GET", "/lectures/{quiz}/quiz", None, [WHO, OK, NO, OK, NO, OK]),
    ("GET", "/lectures/{lecture}/quiz", None, [WHO, HIDDEN, NO, HIDDEN, NO, HIDDEN]),
    ("PUT", "/lectures/{quiz}/quiz", {"items": []}, ONLY_OWNER),
    ("PUT", "/lectures/{quiz}/quiz/allowances/{enrollment}", {"extra_attempts": 1, "reason": "Ill"}, ONLY_OWNER),
    ("DELETE", "/lectures/{quiz}/quiz/allowances/{enrollment}", None, [WHO, NO, NO, GONE, NO, NO]),
    ("POST", "/lectures/{quiz}/attempts", None, [WHO, NEW, NO, NO, NO, NO]),
    ("POST", "/questions/{question}/regrade", {"reason": "It was wrong."}, [WHO, HIDDEN, HIDDEN, OK, HIDDEN, NO]),
    ("GET", "/lectures/{exam}/attempts", None, [WHO, OK, NO, OK, NO, OK]),
    ("GET", "/lectures/{exam}/attempts/csv", None, [WHO, NO, NO, OK, NO, OK]),
    ("GET", "/attempts/{attempt}", None, [WHO, OK, HIDDEN, OK, HIDDEN, OK]),
    ("PUT", "/attempts/{attempt}/responses/{question}", {"response": None}, OWN_ATTEMPT),
    ("POST", "/attempts/{attempt}/submit", {}, OWN_ATTEMPT),
    ("PUT", "/attempts/{attempt}/grades/{question}", {"score": 1}, [WHO, NO, HIDDEN, CONFLICT, HIDDEN, NO]),
    ("GET", "/lectures/{task}/assignment", None, [WHO, OK, NO, OK, NO, OK]),
    ("PUT", "/lectures/{task}/assignment", {"instructions": "Write."}, ONLY_OWNER),
    ("GET", "/lectures/{task}/submission", None, [WHO, OK, NO, NO, NO, NO]),
    ("PUT", "/lectures/{task}/submission", {"text": "More"}, [WHO, OK, NO, NO, NO, NO]),
    ("POST", "/lectures/{task}/submission/submit", {"text": "More"}, [WHO, OK, NO, NO, NO, NO]),
    ("GET", "/lectures/{task}/submissions", None, ONLY_OWNER),
    ("GET", "/lectures/{task}/submissions?status=submitted", None, ONLY_OWNER),
    ("PUT", "/submissions/{submission}/grade", {"score": 5000}, [WHO, NO, HIDDEN, OK, HIDDEN, NO]),
    ("GET", "/submissions/{submission}/files/{handed_in}", None, [WHO, OK, HIDDEN, OK, HIDDEN, OK]),
    ("GET", "/courses/{course}/grades", None, [WHO, OK, NO, NO, NO, NO]),
    ("GET", "/courses/{course}/gradebook", None, ONLY_OWNER),
    ("GET", "/courses/{course}/gradebook/csv", None, ONLY_OWNER),
    # --- Payments
    ("POST", "/payments/checkout", {"course": "{course}"}, [WHO, CONFLICT, NEW, CONFLICT, NEW, NEW]),
    ("POST", "/payments/checkout", {"course": "{draft}"}, [WHO, HIDDEN, HIDDEN, CONFLICT, HIDDEN, HIDDEN]),
    ("POST", "/payments/quote", {"course": "{course}"}, SIGNED_IN),
    ("GET", "/payments/orders", None, SIGNED_IN),
    ("GET", "/payments/orders/{order}", None, ONLY_STUDENT),
    ("POST", "/payments/orders/{order}/sync", None, ONLY_STUDENT),
    # The student has a certificate: no refund by themselves.
    ("POST", "/payments/orders/{order}/refund", {}, [WHO, CONFLICT, HIDDEN, HIDDEN, HIDDEN, HIDDEN]),
    ("GET", "/courses/{course}/purchase", None, SIGNED_IN),
    ("POST", "/payments/webhooks/stripe", {}, [BAD] * 6),
    ("GET", "/payments/coupons", None, TEACHERS),
    ("POST", "/payments/coupons", {"code": "NEW", "percent": 10}, NEW_BY_TEACHERS),
    ("GET", "/payments/coupons/{coupon}", None, [WHO, NO, NO, OK, HIDDEN, NO]),
    ("PATCH", "/payments/coupons/{coupon}", {"percent": 20}, [WHO, NO, NO, OK, HIDDEN, NO]),
    ("DELETE", "/payments/coupons/{coupon}", None, [WHO, NO, NO, GONE, HIDDEN, NO]),
    ("GET", "/payments/earnings", None, TEACHERS),
    ("GET", "/teaching/overview", None, TEACHERS),
]  # fmt: skip

READS = [row for row in ROWS if row[0] == "GET"]
WRITES = [row for row in ROWS if row[0] != "GET"]

PUBLIC_READS = {
    "",
    "/courses",
    "/categories",
    "/courses/facets",
    "/courses/suggestions",
    "/courses/{course}/related",
    "/courses/{course}/reviews",
    "/courses/{course}/ratings",
    "/instructors/{instructor}",
}

MULTIPART = {
    "/questions/import",
    "/users/me/avatar",
    "/courses/{course}/thumbnail",
    "/media/videos",
    "/media/files",
    "/media/captions",
}


def fill(value, ids):
    """Put ids in the place of `{names}`, in a path or a body."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], value)
    if isinstance(value, dict):
        return {key: fill(part, ids) for key, part in value.items()}
    return value


def token_of(world, who):
    """Return the access token of a person, who is signed in once."""
    if who not in world.tokens:
        world.tokens[who] = open_session(world.people[who]).access
    return world.tokens[who]


def request(world, who, method, path, body):
    client = APIClient()
    if world.people[who]:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(world, who)}")
    ids = names(world)
    options = {"format": "multipart" if path in MULTIPART else "json"} if method != "GET" else {}
    return getattr(client, method.lower())(f"/api/v1{fill(path, ids)}", fill(body, ids), **options)


def shape(path):
    """Write a path with every parameter as {}, without its query."""
    path = path.split("?")[0].replace(UNKNOWN, "{}")
    for literal in ("/courses/course", "/courses/no-such-course", "/certificates/unknown"):
        if path == literal:
            path = path.rsplit("/", 1)[0] + "/{}"
    return re.sub(r"\{\w*\}", "{}", path)
