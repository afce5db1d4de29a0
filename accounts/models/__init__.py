"""People, and the rows that belong to their accounts."""

from accounts.models.erasure import Erasure
from accounts.models.instructor_request import InstructorRequest
from accounts.models.mail_token import MailToken
from accounts.models.second_factor import SecondFactor
from accounts.models.session import LoginSession
from accounts.models.user import User, UserManager, images

__all__ = [
    "Erasure",
    "InstructorRequest",
    "LoginSession",
    "MailToken",
    "SecondFactor",
    "User",
    "UserManager",
    "images",
]
