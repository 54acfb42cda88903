"""The life of an index: versions behind an alias, one of them read and written, one being built.

`clearinghouse-catalog` is the alias; `clearinghouse-catalog-7` is a version. The mapping's `_meta`
holds what the index was made for and, while it is built, how far its building came.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from search.documents import index_body
from search.engines import Build, State

from .connection import reached

BUILT_REFRESH = "-1"
"""An index that nobody reads yet makes nothing visible until it is asked to."""
_TAKEN = 400


def fingerprint() -> str:
    """Return a short name of the mapping and the settings that this version writes and reads."""
    body = json.dumps(index_body(), sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


class IndexLife:
    """Makes, names, swaps and removes the versions behind one alias.

    Every call may raise EngineUnavailable.
    """

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self.alias = alias

    def serving(self) -> str | None:
        """Return the version behind the alias, or an index that has its name, or None."""
        with reached():
            try:
                found = self._client.indices.get_alias(name=self.alias)
            except ApiError as error:
                if error.status_code != 404:  # noqa: PLR2004 - not found
                    raise
                return self.alias if self._client.indices.exists(index=self.alias) else None
        return next(iter(found))

    def versions(self) -> list[str]:
        """Return the versions, the oldest first."""
        with reached():
            found = self._client.indices.get(
                index=f"{self.alias}-*", features="aliases", allow_no_indices=True
            )
        numbered = [name for name in found if name.removeprefix(f"{self.alias}-").isdigit()]
        return sorted(numbered, key=self._number)

    def _number(self, name: str) -> int:
        return int(name.removeprefix(f"{self.alias}-"))

    def _next(self) -> str:
        return f"{self.alias}-{max(map(self._number, self.versions()), default=0) + 1}"

    def prepare(self) -> None:
        """Make an empty version behind the alias where nothing serves; another may be faster."""
        if self.serving() is None:
            self._create(self._next(), {"fingerprint": fingerprint()}, aliased=True)

    def is_current(self) -> bool:
        """Return whether what serves has this version's mapping."""
        return self._meta(self.alias).get("fingerprint") == fingerprint()

    def _meta(self, index: str) -> Mapping[str, Any]:
        with reached():
            found = self._client.indices.get_mapping(index=index)
        mapping = next(iter(dict(found).values()))["mappings"]
        meta: Mapping[str, Any] = mapping.get("_meta", {})
        return meta

    def _create(self, name: str, meta: Mapping[str, Any], *, aliased: bool) -> None:
        body = deepcopy(index_body())
        body["mappings"]["_meta"] = dict(meta)
        if aliased:
            body["aliases"] = {self.alias: {"is_write_index": True}}
        else:
            body["settings"]["refresh_interval"] = BUILT_REFRESH
        with reached():
            self._client.options(ignore_status=_TAKEN).indices.create(index=name, body=body)

    # ------------------------------------------------------------ building

    def unfinished(self) -> Build | None:
        """Return the build that was interrupted and can go on; others are removed."""
        serving = self.serving()
        found: Build | None = None
        for name in reversed(self.versions()):
            meta = self._meta(name) if name != serving else {}
            if "began" not in meta:
                continue
            if found is None and meta.get("fingerprint") == fingerprint():
                found = Build(name, State(*meta["began"]), meta["last"])
            else:
                self.remove(name)
        return found

    def begin(self, state: State) -> Build:
        """Make an empty version beside the one that serves."""
        build = Build(self._next(), state, 0)
        self._create(build.index, _building_meta(build), aliased=False)
        return build

    def note(self, build: Build) -> None:
        """Keep how far a build came, for whoever goes on with it."""
        with reached():
            self._client.indices.put_mapping(index=build.index, meta=_building_meta(build))

    def finish(self, build: Build) -> None:
        """Make a built version readable and safe: refreshed, in its replicas, without its notes."""
        with reached():
            self._client.indices.put_settings(
                index=build.index, settings={"refresh_interval": None}
            )
            self._client.indices.refresh(index=build.index)
            self._client.cluster.health(index=build.index, wait_for_status="yellow", timeout="30s")

    def swap(self, index: str) -> str | None:
        """Let the alias name this version, in one step; return the version that served before."""
        before = self.serving()
        actions: list[dict[str, Any]] = []
        if before == self.alias:
            actions.append({"remove_index": {"index": before}})
        elif before is not None:
            actions.append({"remove": {"index": before, "alias": self.alias}})
        added = {"index": index, "alias": self.alias, "is_write_index": True}
        with reached():
            self._client.indices.update_aliases(actions=[*actions, {"add": added}])
            self._client.indices.put_mapping(index=index, meta={"fingerprint": fingerprint()})
        return before

    def previous(self) -> str | None:
        """Return the version that served before this one, if it is kept and can be read."""
        serving = self.serving()
        names = [name for name in self.versions() if name != serving]
        kept = [name for name in names if "began" not in self._meta(name)]
        return kept[-1] if kept else None

    def remove_all_but(self, *kept: str | None) -> None:
        """Delete every version but these."""
        for name in self.versions():
            if name not in kept:
                self.remove(name)

    def remove(self, name: str) -> None:
        """Delete a version."""
        with reached():
            self._client.indices.delete(index=name, ignore_unavailable=True)

    def remove_everything(self) -> None:
        """Delete all versions, and an index that has the alias's name."""
        for name in self._everything():
            self.remove(name)

    def _everything(self) -> Iterator[str]:
        yield from self.versions()
        if self.serving() == self.alias:
            yield self.alias


def _building_meta(build: Build) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint(),
        "began": [build.began.seq, build.began.token],
        "last": build.last,
    }
