"""People, and what makes their accounts theirs."""

from .erasure import Erasure
from .instructor_request import InstructorRequest
from .mail_token import MailToken
from .second_factor import SecondFactor
from .session import LoginSession
from .user import User, UserManager, images

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
