"""The database of an Express and Mongoose server: documents as such servers leave them, with every oddity of the family.

`python -m demo.mern mongodb://... NAME` writes them, the same ones each time. Schemas and names differ from project to project,
and so they do here.
"""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

import bcrypt
from bson import ObjectId
from bson.decimal128 import Decimal128
from pymongo import MongoClient

type Document = dict[str, Any]

PASSWORD = "old-Passw0rd!"
LONG_PASSWORD = "m² " + "p" * 80
"""More bytes than bcrypt looks at, with a character that is another one after normalization."""
BEGAN = datetime(2024, 3, 1, 9, tzinfo=UTC)
CLOUD = "https://res.cloudinary.com/sandbox"
NAN = Decimal128("NaN")
"""Not a float: the embedded server keeps no such one on disk."""
SALT = b"$2b$04$LecternLecternLectern."


def object_id(kind: int, number: int) -> ObjectId:
    """Return an id of the time in which the document was made: 1 people, 2 courses, 3 lectures ..."""
    seconds = int(day(number).timestamp())
    return ObjectId(f"{seconds:08x}{kind:08x}{number:08x}")


def day(number: int) -> datetime:
    return BEGAN + timedelta(days=number)


def hashed(prefix: str = "2a", password: str = PASSWORD) -> str:
    """Return a bcrypt hash with the prefix of a library; four rounds, for tests, where servers take ten."""
    # The library refuses what is longer than the 72 bytes that count.
    return f"${prefix}" + bcrypt.hashpw(password.encode()[:72], SALT).decode()[3:]


PEOPLE = {name: object_id(1, number) for number, name in enumerate(
    ("tina", "amir", "sara", "sara_again", "long", "cut_hash", "no_letter", "no_mail", "blocked", "google"), 1
)}  # fmt: skip
COURSES = {name: object_id(2, number) for number, name in enumerate(
    ("react", "free", "odd_price", "cents", "negative", "huge", "empty", "orphan", "html", "shared"), 1
)}  # fmt: skip
LECTURES = {name: object_id(3, number) for number, name in enumerate(
    ("hello", "hooks", "state", "no_video", "free_one", "elsewhere", "lost", "cents_1", "cents_2", "both"), 1
)}  # fmt: skip
GONE = object_id(9, 1)
"""The id of a document that was deleted."""


def users() -> list[Document]:
    """Return the people: `tina` teaches and `amir` is the admin, the others study."""
    picture = f"{CLOUD}/image/upload/v1710000000/tina.jpg"
    everybodys = f"{CLOUD}/image/upload/v1710000000/default.png"
    return [
        person("tina", "Tina Teacher", role="instructor", password=hashed("2b"), photoUrl=picture),
        person("amir", "Amir Admin", role="admin", password=hashed("2y"), bio="Runs it."),
        person("sara", "Sara Student", email="Sara@Example.com", photoUrl=everybodys)
        | {"enrolledCourses": [COURSES["react"], {"course": COURSES["free"], "enrolledAt": day(12)}]},
        person("sara_again", "Sara S.", email="sara@example.com", photoUrl=everybodys),
        person("long", "  Long\tName " + "x" * 120, password=hashed(password=LONG_PASSWORD)),
        person("cut_hash", "Hashed Twice", password="$2a$10$tooshort", isVerified=True),
        person("no_letter", "12345", password="plain text", photoUrl="/uploads/me.jpg"),
        person("no_mail", "No Mail", email="pelé@localhost"),
        person("blocked", "Blocked Person", isBlocked=True, role="moderator"),
        {"_id": "user_2abcXYZ", "name": "From Clerk", "email": "clerk@example.com", "imageUrl": ""},
    ]  # fmt: skip


def person(key: str, name: str, **fields: Any) -> Document:
    number = list(PEOPLE).index(key) + 1
    made = {"createdAt": day(number), "updatedAt": day(number + 1), "__v": 0}
    common = {
        "email": f"{key}@example.com",
        "password": hashed(),
        "role": "student",
        "photoUrl": "",
    }
    return {"_id": PEOPLE[key], "name": name, **common, **made, **fields}


def courses() -> list[Document]:
    """Return courses in two generations of field names."""
    lecture = LECTURES
    return [
        course("react", "React from zero", 499, [lecture["hello"], str(lecture["hooks"]), lecture["state"], lecture["no_video"], GONE])
        | {"enrolledStudents": [PEOPLE["sara"], PEOPLE["long"], GONE], "courseLevel": "Medium"},
        {"_id": COURSES["free"], "title": "Free for all", "subtitle": "A gift", "description": "Just watch.", "price": 0,
         "instructor": PEOPLE["tina"], "lectures": [lecture["free_one"]], "isPublished": True, "level": "advanced",
         "category": "React JS", "enrolledStudents": [PEOPLE["sara_again"], PEOPLE["tina"]],
         "reviews": [{"user": PEOPLE["sara"], "rating": 4.5, "comment": "Nice"}, {"user": PEOPLE["sara_again"], "rating": 5}, "?"]},
        course("odd_price", "Priced by a sum", 1.1 + 2.2, [lecture["elsewhere"]]),
        course("cents", "Nineteen ninety-nine", 19.99, [lecture["cents_1"], lecture["cents_2"], lecture["cents_1"]])
        | {"enrolledStudents": [PEOPLE["cut_hash"]]},
        course("negative", "Less than nothing", -5, [lecture["both"]]) | {"category": "数学"},
        course("huge", "More than money " + "y" * 120, Decimal128("1e30"), [lecture["both"]]),
        course("empty", "No lectures yet", "499", [], isPublished=False),
        course("orphan", "Whose is it?", NAN, [], creator=GONE),
        course("html", "Written in an editor", "1,000", [lecture["both"]], category=None, courseLevel="Guru",
               description="<h2>Why</h2><p>It is <strong>good</strong> &amp; <em>fast</em>.</p><ul><li>One</li><li><p>Two</p></li></ul>"
                           "<script>alert(1)</script><p>2 * 3 * 4<br><img src=x></p>"),
        course("shared", "\u202e", 1999.999, [lecture["both"]], description="", subTitle=None, creator=PEOPLE["cut_hash"]),
    ]  # fmt: skip


def course(key: str, title: str, price: Any, lectures: list[Any], **fields: Any) -> Document:
    number = list(COURSES).index(key) + 1
    picture = f"{CLOUD}/image/upload/q_auto/v1710000000/thumbnails/{key}.png"
    return {
        "_id": COURSES[key],
        "courseTitle": title,
        "subTitle": f"All about {key}",
        "description": f"The course {key}.",
        "category": "React JS",
        "courseLevel": "Beginner",
        "coursePrice": price,
        "courseThumbnail": picture,
        "enrolledStudents": [],
        "lectures": lectures,
        "creator": PEOPLE["tina"],
        "isPublished": True,
        "createdAt": day(number),
        "updatedAt": day(number + 1),
        "__v": len(lectures),
        **fields,
    }


def lectures() -> list[Document]:
    """Return lectures with an address, a public id, both, one that differs, and none."""
    video = f"{CLOUD}/video/upload/v1710000000"
    return [
        lecture("hello", "Hello", publicId="hello", videoUrl=f"{video}/hello.mp4", isPreviewFree=True),
        lecture("hooks", "Hooks", publicId="hooks", duration=95.6),
        lecture("state", "State", videoUrl=f"{video}/folder/state.mov"),
        lecture("no_video", "Coming soon"),
        {"_id": LECTURES["free_one"], "title": "All of it", "videoUrl": f"{video}/free.mp4", "isPreview": True, "duration": 60, "order": 1},
        lecture("elsewhere", "On another site", videoUrl="https://www.youtube.com/watch?v=1"),
        lecture("lost", "In no course", publicId="lost"),
        lecture("cents_1", "One", publicId="cents_1", isPreviewFree=True),
        lecture("cents_2", "Two", publicId="cents_2", isPreviewFree=True, videoUrl="https://res.cloudinary.com/other/video/upload/v1/cents_2.mp4"),
        lecture("both", "In four courses", publicId="both", videoUrl=f"{video}/both.mp4", duration=-3),
    ]  # fmt: skip


def lecture(key: str, title: str, **fields: Any) -> Document:
    number = list(LECTURES).index(key) + 1
    return {
        "_id": LECTURES[key],
        "lectureTitle": title,
        "createdAt": day(number),
        "__v": 0,
        **fields,
    }


def purchases() -> list[Document]:
    """Return purchases that were completed, twice, not at all, given back, and of what is gone."""
    return [
        purchase(1, "react", "sara", "completed", 499),
        purchase(2, "react", "sara_again", "completed", "499"),
        purchase(3, "react", "amir", "pending", 499),
        purchase(4, "react", "cut_hash", "failed", 499),
        purchase(5, "cents", "cut_hash", "refunded", 19.99),
        purchase(6, "cents", "no_letter", "Success", 19.990000000000002) | {"user": str(PEOPLE["no_letter"])},
        purchase(7, "react", "tina", "completed", 499),
        purchase(8, "react", "blocked", "completed", 499),
        purchase(9, "orphan", "sara", "completed", 499),
        purchase(10, "cents", "long", "stripe", 499),
        purchase(11, "cents", "amir", "completed", NAN) | {"userId": GONE},
        {"_id": object_id(4, 12), "course": COURSES["cents"], "user": "user_2abcXYZ", "status": "completed"},
        {"_id": object_id(4, 13), "status": None},
    ]  # fmt: skip


def purchase(number: int, course: str, buyer: str, status: str, amount: Any) -> Document:
    return {
        "_id": object_id(4, number),
        "courseId": COURSES[course],
        "userId": PEOPLE[buyer],
        "amount": amount,
        "status": status,
        "paymentId": f"cs_test_{number}",
        "createdAt": day(20 + number),
    }


def progress() -> list[Document]:
    """Return progress of 140 %, in strings, twice, of what is gone, and completed without a lecture."""
    return [
        seen(1, "react", "sara", ["hello", "hooks"]) | {"completionPercentage": 140},
        seen(2, "react", "sara_again", ["state", "lost"]) | {"completed": True},
        seen(3, "react", "amir", ["hello"]),
        {"_id": object_id(5, 4), "user": PEOPLE["sara"], "course": COURSES["free"], "isCompleted": True,
         "lectureProgress": [{"lecture": LECTURES["free_one"], "isCompleted": True, "watchTime": 61}], "lastAccessed": day(40)},
        seen(5, "cents", "no_letter", []) | {"completed": True, "completionPercentage": NAN},
        seen(6, "cents", "no_letter", []),
        {"_id": object_id(5, 7), "userId": "user_2abcXYZ", "courseId": COURSES["cents"], "completedLectures": [LECTURES["cents_1"]]},
        {"_id": object_id(5, 8), "userId": None, "courseId": COURSES["react"], "lectureProgress": "none"},
        seen(9, "shared", "long", ["both"]),
    ]  # fmt: skip


def seen(number: int, course: str, viewer: str, lectures: list[str]) -> Document:
    entries = [
        {"_id": ObjectId(), "lectureId": str(LECTURES[each]), "viewed": True} for each in lectures
    ]
    return {
        "_id": object_id(5, number),
        "userId": str(PEOPLE[viewer]),
        "courseId": str(COURSES[course]),
        "completed": False,
        "lectureProgress": entries,
        "updatedAt": day(40),
    }


def reviews() -> list[Document]:
    """Return reviews by somebody who has the course, by others, and with a rating that is none."""
    rows = [
        ("react", "sara", 5),
        ("react", "sara", 4),
        ("react", "amir", 5),
        ("cents", "no_letter", "11"),
        ("react", "no_letter", 3),
    ]
    return [
        {"_id": object_id(6, number), "course": COURSES[course], "user": PEOPLE[by], "rating": rating, "comment": "I said it."}
        for number, (course, by, rating) in enumerate(rows, 1)
    ]  # fmt: skip


def collections() -> dict[str, list[Document]]:
    """Return all documents by the names of their collections."""
    return {
        "users": users(),
        "courses": courses(),
        "lectures": lectures(),
        "coursepurchases": purchases(),
        "courseprogresses": progress(),
        "reviews": reviews(),
        "quizzes": [{"_id": object_id(7, 1), "title": "Not moved"}],
    }


def seed(uri: str, name: str) -> None:
    """Write the documents to an empty database."""
    client: MongoClient[Document] = MongoClient(uri)
    try:
        for collection, documents in collections().items():
            client[name][collection].insert_many(documents)
    finally:
        client.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("uri", help="mongodb://... of a server")
    parser.add_argument("database", help="the name of a database without these collections")
    arguments = parser.parse_args()
    seed(arguments.uri, arguments.database)
