"""People, and the rows that belong to their accounts."""

from accounts.models.erasure import Erasure
from accounts.models.instructor_request import InstructorRequest
from accounts.models.mail_token import MailToken
from accounts.models.second_factor import SecondFactor
from accounts.models.sent_mail import SentMail
from accounts.models.session import LoginSession
from accounts.models.staff_note import StaffNote
from accounts.models.user import User, UserManager, images

__all__ = [
    "Erasure",
    "InstructorRequest",
    "LoginSession",
    "MailToken",
    "SecondFactor",
    "SentMail",
    "StaffNote",
    "User",
    "UserManager",
    "images",
]
