"""The dossier of a case as a download."""

import tempfile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from review_workflow.services.dossier import export_dossier
from review_workflow.storage import attachment

from .case import OneCaseView


@method_decorator(never_cache, name="dispatch")
class DossierView(OneCaseView):
    """Answers with the ZIP; every export is recorded in the case."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the dossier, streamed from a file that vanishes with the answer."""
        if not self.access.manages:
            raise PermissionDenied
        redacted = request.GET.get("redacted") == "1"
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        try:
            export_dossier(case_id=self.case.pk, file=file, redacted=redacted, actor=request.user)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        suffix = "-redacted" if redacted else ""
        name = f"case-{self.case.number}{suffix}.zip"
        return attachment(file, name=name, content_type="application/zip")
