"""Publishers and providers of lines: matched by name in any case, created where unknown."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import registry

from curriculum_pages.models import Provider
from resource_library.models import Organisation

from .fields import Fault
from .format import CURRICULUM, RESOURCE, Record, organisation_key

FIELDS = {RESOURCE: "publisher", CURRICULUM: "provider"}


@dataclass(slots=True)
class _Known:
    name: str
    pk: int | None
    sector: str
    line: int = 0
    fills_sector: bool = False
    row: Organisation | None = None


class Organisations:
    """Every organisation by what its spellings have in common; grows as lines name new ones."""

    def __init__(self) -> None:
        self._by_key: dict[str, _Known] = {}
        by_slug: dict[str, _Known] = {}
        rows = Organisation.objects.order_by("-pk").values_list("pk", "name", "slug", "sector")
        for pk, name, slug, sector in rows.iterator():
            known = _Known(name, pk, sector)
            self._by_key[organisation_key(name)] = by_slug[slug] = known
        for slug, known in by_slug.items():
            self._by_key.setdefault(slug, known)
        self._providers: dict[int, Provider] = {}

    def settle(self, record: Record, line: int) -> list[Fault]:
        """Give the record the name and sector that its organisation has; return what clashes."""
        field = FIELDS[record["kind"]]
        name = record[field]
        if name is None:
            return []
        key = organisation_key(name)
        known = self._by_key.get(key)
        if known is None:
            known = self._by_key[key] = _Known(name, None, "", line)
        record[field] = known.name
        if field == "publisher":
            return []
        faults = self._settle_sector(known, record["sector"], line)
        record["sector"] = known.sector or None
        return faults

    def _settle_sector(self, known: _Known, sector: str | None, line: int) -> list[Fault]:
        if sector is None or sector == known.sector:
            return []
        if known.pk is None and not known.sector:
            known.sector, known.line = sector, line
            return []
        if known.pk is not None and not known.sector and _is_imports_own(known.pk):
            known.sector, known.line, known.fills_sector = sector, line, True
            return []
        words = {"name": known.name, "sector": known.sector or "–", "line": known.line}
        if known.line:
            message = _("Line %(line)d says that “%(name)s” is %(sector)s.") % words
        else:
            message = _("“%(name)s” is recorded with the sector %(sector)s.") % words
        return [Fault("sector", message)]

    def organisation(self, name: str | None) -> Organisation | None:
        """Return the organisation, created where it is new."""
        if name is None:
            return None
        known = self._by_key[organisation_key(name)]
        if known.row is None:
            if known.pk is None:
                known.row = Organisation.objects.create(name=known.name, sector=known.sector)
                known.pk = known.row.pk
            else:
                known.row = Organisation.objects.get(pk=known.pk)
                if known.fills_sector:
                    known.row.sector = known.sector
                    known.row.save(update_fields=["sector"])
        return known.row

    def provider(self, name: str | None) -> Provider | None:
        """Return the organisation's part as provider, created where it is new."""
        organisation = self.organisation(name)
        if organisation is None:
            return None
        if organisation.pk not in self._providers:
            provider = Provider.objects.get_or_create(organisation=organisation)[0]
            provider.organisation = organisation
            self._providers[organisation.pk] = provider
        return self._providers[organisation.pk]


def _is_imports_own(pk: int) -> bool:
    """Return whether nobody but imports has said anything of the organisation."""
    organisation: Any = Organisation.objects.get(pk=pk)
    said = organisation.kind or organisation.acronym or organisation.url
    if said or organisation.is_operator:
        return False
    if registry.get_logs_for_instance(organisation).exists():
        return False
    pages = [organisation.published_resources.all()]
    if hasattr(organisation, "provider"):
        pages.append(organisation.provider.curricula.all())
    return any(found.exists() for found in pages) and not any(
        found.filter(imported_digest="").exists() for found in pages
    )
