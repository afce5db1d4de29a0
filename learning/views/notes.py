"""A person's private notes on lectures."""

from bson import ObjectId
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from courses.exceptions import EnrollmentRequired, Locked
from learning.exceptions import TooManyNotes
from learning.models import Note
from learning.queries.lectures import get_lecture
from learning.queries.notes import BY_PLACE, list_notes, render_note
from learning.serializers import NoteSerializer, NoteWriteSerializer
from learning.services import notes
from lms.pagination import Page
from lms.schema import raises


@extend_schema(tags=["Learning"])
class NoteViewSet(GenericViewSet):
    serializer_class = NoteWriteSerializer
    queryset = Note.objects.none()

    def get_note(self, pk: ObjectId) -> Note:
        """Return a note of the person's own; everybody else's is 404."""
        return get_object_or_404(Note, pk=pk, user=self.request.user)

    @extend_schema(
        operation_id="listNotes",
        summary="List your notes on a lecture",
        description="In the order in which a player needs them: those on the lecture as a whole, then by position. Nobody "
        "else sees them, not even the instructor or staff. For those who may watch the lecture.",
        responses={200: NoteSerializer(many=True), **raises(EnrollmentRequired, Locked)},
    )
    def list(self, request: UserRequest, pk: ObjectId) -> Response:
        page = Page.of(request, BY_PLACE)
        get_lecture(pk, request.user)
        return Response(page.render(list_notes(request.user, pk, page), render_note))

    @extend_schema(
        operation_id="createNote",
        summary="Write a note on a lecture",
        description=f"For those who may watch the lecture. At most {notes.MAX_NOTES} in a course.",
        responses={201: NoteSerializer, **raises(EnrollmentRequired, Locked, TooManyNotes)},
    )
    def create(self, request: UserRequest, pk: ObjectId) -> Response:
        lecture = get_lecture(pk, request.user).lecture
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        note = notes.create(request.user, lecture, **serializer.validated_data)
        return Response(render_note(note), status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="updateNote",
        summary="Change your note",
        description="Send the fields that change. As long as you may watch the lecture.",
        responses={200: NoteSerializer, **raises(EnrollmentRequired, Locked)},
    )
    def partial_update(self, request: UserRequest, pk: ObjectId) -> Response:
        note = self.get_note(pk)
        get_lecture(note.lecture_id, request.user)
        serializer = self.get_serializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        notes.change(note, **serializer.validated_data)
        return Response(render_note(self.get_note(pk)))

    @extend_schema(
        operation_id="deleteNote",
        summary="Delete your note",
        description="Also when you may not watch the lecture any more.",
        responses={204: None},
    )
    def destroy(self, request: UserRequest, pk: ObjectId) -> Response:
        self.get_note(pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
