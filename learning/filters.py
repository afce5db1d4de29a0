"""The query parameters of access."""

from courses.filters import Parameter, ParameterSet
from lms.drf import ObjectIdField


class AccessFilter(ParameterSet):
    lecture = Parameter(
        ObjectIdField, help_text="The id of a lecture of the course: adds whether it is `locked`."
    )
