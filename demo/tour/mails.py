"""The links in the mails that the people of the tour receive."""

import re
from urllib.parse import parse_qsl

from demo.tour.browser import until
from demo.tour.journey import Journey

type Link = dict[str, str]
"""The parameters of a link."""


def read_link(journey: Journey, email: str, page: str, *, after: Link | None = None) -> Link:
    """Wait for a mail to an address that links to a page, a newer one than `after`, and return its newest link."""
    link = re.compile(rf"/{page}\?(\S+)")

    def find() -> Link | None:
        mails = journey.sandbox.get("/_control/mails", params={"to": email}).json()
        links = (link.search(mail["text"]) for mail in mails)
        newest = next((dict(parse_qsl(found[1])) for found in links if found), None)
        return None if newest == after else newest

    return until(find, f"the mail to {email} with a link to /{page}")
