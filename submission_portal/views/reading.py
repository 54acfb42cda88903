"""The files of the submitted version for staff: read as text, searched for words."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum_pages.models import as_review_file, texts_of
from curriculum_pages.services import record_download
from resource_library.finding import pieces, terms_of
from review_workflow.selectors.file_texts import find_in
from submission_portal.selectors.files import open_file
from submission_portal.selectors.screening import submitted_files

from .staff import OneSubmissionView


class FilesView(OneSubmissionView):
    """All files of the submitted version, and where the words that are asked for stand."""

    template_name = "submission_portal/admin/files.html"

    def get_page_title(self) -> str:
        """Return what is listed."""
        return _("Files")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the files with what was found."""
        query = self.request.GET.get("q", "")
        files = [as_review_file(row) for row in submitted_files(self.submission)]
        found = find_in(files, texts_of(file.sha256 for file in files), query)
        for each in found:
            each.address = reverse("portal_file", args=[each.file.uid])
            each.text_address = reverse(
                "clearinghouse_submission_text", args=[self.uid, each.file.uid]
            )
        return super().get_context_data(**kwargs) | {"found": found, "query": query}


class FileTextView(OneSubmissionView):
    """What stands in one file; it counts as opened."""

    template_name = "submission_portal/admin/text.html"

    def get_page_title(self) -> str:
        """Return the title of the file."""
        return self.row.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the text; raises Http404 where the user may not open the file or it has none."""
        found = open_file(request.user, kwargs["file"])
        if found is None or found.row.submission_id != self.submission.pk:
            raise Http404
        self.row = found.row
        read = texts_of([found.row.stored_file.sha256]).get(found.row.stored_file.sha256)
        if read is None or not read.text:
            raise Http404
        if request.method == "GET":
            record_download(
                stored_file=found.row.stored_file,
                name=found.row.name,
                user=request.user,
                opened_as=found.opened_as,
                about=found.about,
            )
        query = request.GET.get("q", "")
        context = {
            "file": as_review_file(found.row),
            "pieces": pieces(read.text, terms_of(query)),
            "query": query,
            "address": reverse("portal_file", args=[found.row.uid]),
            "back": reverse("clearinghouse_submission_files", args=[self.uid]),
        }
        return self.render_to_response(self.get_context_data(**context))
