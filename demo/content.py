"""The people and courses of the sample data."""

from typing import NamedTuple

PASSWORD = "demo-Passw0rd!"
STAFF, INSTRUCTOR, STUDENT = "staff@demo.test", "instructor@demo.test", "student@demo.test"
LOGINS = {
    STAFF: "see and change everything in the admin",
    INSTRUCTOR: "write and sell courses",
    STUDENT: "buy and watch courses",
}
"""The accounts that `make demo` prints, and what they may do; everybody has the same password."""

CATEGORIES = {
    "programming": "Programming",
    "data": "Data and AI",
    "design": "Design",
    "business": "Business",
    "music": "Music",
}

INSTRUCTORS = {
    INSTRUCTOR: (
        "Ada Marlowe",
        "Engineer who writes things down",
        "Twenty years of databases, most of them asleep.",
    ),
    "ben@demo.test": (
        "Ben Okafor",
        "Designer and illustrator",
        "Draws interfaces for people who are in a hurry.",
    ),
    "chiara@demo.test": (
        "Chiara Conti",
        "Founder, pianist",
        "Sold two companies and kept the piano.",
    ),
}

STUDENTS = {
    STUDENT: "Sam Student",
    "dana@demo.test": "Dana Levy",
    "emeka@demo.test": "Emeka Obi",
    "freya@demo.test": "Freya Lund",
    "goran@demo.test": "Goran Petrov",
    "hana@demo.test": "Hana Sato",
}


class Sample(NamedTuple):
    """A course; the price is in minor units, and 0 means free."""

    title: str
    subtitle: str
    teacher: str
    category: str
    level: str
    price: int
    currency: str
    topics: tuple[str, str, str]
    tags: tuple[str, ...]


COURSES = (
    Sample(
        "Python from the ground up",
        "Write programs that you can read a year later",
        INSTRUCTOR,
        "programming",
        "beginner",
        4900,
        "usd",
        ("Names and values", "Functions", "Files"),
        ("python", "hands-on", "first steps"),
    ),
    Sample(
        "Practical MongoDB",
        "Documents, indexes and transactions",
        INSTRUCTOR,
        "data",
        "intermediate",
        7900,
        "usd",
        ("Documents", "Indexes", "Transactions"),
        ("mongodb", "databases", "hands-on"),
    ),
    Sample(
        "Django for people in a hurry",
        "From models to a working API",
        INSTRUCTOR,
        "programming",
        "intermediate",
        5900,
        "eur",
        ("Models", "Views", "Tests"),
        ("python", "django", "web"),
    ),
    Sample(
        "Git without fear",
        "Undo anything, lose nothing",
        INSTRUCTOR,
        "programming",
        "beginner",
        0,
        "usd",
        ("Commits", "Branches", "Undoing"),
        ("git", "first steps", "hands-on"),
    ),
    Sample(
        "Statistics by drawing",
        "What numbers say, on paper",
        INSTRUCTOR,
        "data",
        "beginner",
        3900,
        "usd",
        ("Shapes", "Spread", "Doubt"),
        ("statistics", "drawing", "first steps"),
    ),
    Sample(
        "Typography on screens",
        "Make text that wants to be read",
        "ben@demo.test",
        "design",
        "beginner",
        3500,
        "gbp",
        ("Letters", "Lines", "Pages"),
        ("typography", "web", "accessibility"),
    ),
    Sample(
        "Colour that works",
        "Contrast, harmony and everyone's eyes",
        "ben@demo.test",
        "design",
        "intermediate",
        4500,
        "usd",
        ("Contrast", "Palettes", "Accessibility"),
        ("colour", "accessibility", "web"),
    ),
    Sample(
        "Sketching interfaces",
        "Think with a pencil",
        "ben@demo.test",
        "design",
        "all",
        0,
        "usd",
        ("Boxes", "Flows", "Critique"),
        ("drawing", "interfaces", "web"),
    ),
    Sample(
        "Pricing with confidence",
        "Find what your work is worth",
        "chiara@demo.test",
        "business",
        "all",
        9900,
        "usd",
        ("Costs", "Value", "Talking money"),
        ("pricing", "freelancing"),
    ),
    Sample(
        "Your first ten customers",
        "Sell before you build",
        "chiara@demo.test",
        "business",
        "beginner",
        5200,
        "jpy",
        ("Listening", "Offering", "Delivering"),
        ("sales", "freelancing", "first steps"),
    ),
    Sample(
        "Piano for the patient",
        "Ten minutes a day",
        "chiara@demo.test",
        "music",
        "beginner",
        2900,
        "eur",
        ("Posture", "Scales", "First piece"),
        ("piano", "practice", "first steps"),
    ),
    Sample(
        "Hearing harmony",
        "Train your ear without an instrument",
        "chiara@demo.test",
        "music",
        "advanced",
        6400,
        "usd",
        ("Intervals", "Chords", "Progressions"),
        ("ear training", "practice"),
    ),
)

COMMENTS = (
    (5, "Clear, calm and to the point."),
    (4, "Learned a lot. I would have liked more exercises."),
    (5, "The best hour I spent this month."),
    (3, "Good, but the beginning is slow."),
)
