"""Publishers and providers of lines: matched by name in any case, created where unknown."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from curriculum_pages.models import Provider
from resource_library.models import Organisation
from wagtail.log_actions import registry

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
        self._providers: dict[int, int] = {}

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

    def organisation_id(self, name: str | None) -> int | None:
        """Return the primary key of the organisation, created where it is new."""
        if name is None:
            return None
        known = self._by_key[organisation_key(name)]
        if known.pk is None:
            known.pk = Organisation.objects.create(name=known.name, sector=known.sector).pk
        elif known.fills_sector:
            organisation = Organisation.objects.get(pk=known.pk)
            organisation.sector = known.sector
            organisation.save(update_fields=["sector"])
            known.fills_sector = False
        return known.pk

    def provider_id(self, name: str | None) -> int | None:
        """Return the primary key of the organisation's part as provider, created where new."""
        pk = self.organisation_id(name)
        if pk is None:
            return None
        if pk not in self._providers:
            self._providers[pk] = Provider.objects.get_or_create(organisation_id=pk)[0].pk
        return self._providers[pk]


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
