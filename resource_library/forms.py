"""Admin forms of the library. Lists and menus are in `viewsets`."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm


class StableSlugForm(WagtailAdminModelForm):
    """A form whose public names are given once: clients of the API and links keep them."""

    fixed_fields: ClassVar[tuple[str, ...]] = ("slug", "vocabulary")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for name in self.fixed_fields:
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed: addresses and clients of the API use it.")
