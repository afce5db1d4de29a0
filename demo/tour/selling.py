"""Steps of the tour: the instructor's coupons, students and earnings."""

from demo.tour.authoring import PRICE
from demo.tour.browser import expect
from demo.tour.journey import Journey, Json
from demo.tour.people import STUDENT


def create_coupon(journey: Journey) -> str:
    form: Json = {"code": f"EMPTY-{journey.run}", "amount": PRICE}
    unused = journey.instructor.post("/payments/coupons", 201, json=form)
    journey.instructor.delete(f"/payments/coupons/{unused['id']}")
    form = {"code": f"SPRING-{journey.run}", "percent": 25, "courses": [journey.course["id"]]}
    created = journey.instructor.post("/payments/coupons", 201, json=form)
    path = f"/payments/coupons/{created['id']}"
    journey.instructor.patch(path, json={"percent": 20, "max_redemptions": 100})
    journey.coupon = journey.instructor.get(path)
    coupons = journey.instructor.get("/payments/coupons")["results"]
    expect(coupons == [journey.coupon], "one coupon must be left")
    return f"{journey.coupon['code']}, {journey.coupon['percent']} % off"


def look_at_students(journey: Journey) -> str:
    path = journey.course_path
    [student] = journey.instructor.get(f"{path}/students")["results"]
    table = journey.instructor.get(f"{path}/students/csv").text
    expect(student["percentage"] == 100 and STUDENT in table, "the student must be listed")
    journey.student.get(f"{path}/students", 403)
    statistics = journey.instructor.get(f"{path}/statistics")
    return ", ".join(f"{name} {value}" for name, value in statistics.items() if name != "lectures")


def count_earnings(journey: Journey) -> str:
    earnings = journey.instructor.get("/payments/earnings")
    expect(earnings["balance"]["amount"] > 0, "the sale must have earned something")
    overview = journey.instructor.get("/teaching/overview")
    [taught] = [row for row in overview["results"] if row["course"]["id"] == journey.course["id"]]
    expect(taught["students"] == 1, "the overview must count the student")
    return f"{earnings['balance']['amount'] / 100:.2f} {earnings['balance']['currency']}"
