"""Who may do what with the shared vocabulary: its rows are deactivated, never deleted."""

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class NeverDeletedPolicy(ModelPermissionPolicy):
    """Django's permissions of the model, without anybody's right to delete."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` may; deleting is refused to superusers too."""
        return action != "delete" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Return whether `user` may do any of `actions` apart from deleting."""
        return bool(super().user_has_any_permission(user, _without_delete(actions)))

    def users_with_any_permission(self, actions: Iterable[str], *args: Any, **kwargs: Any) -> Any:
        """Return the users who may do any of `actions` apart from deleting."""
        return super().users_with_any_permission(_without_delete(actions), *args, **kwargs)


def _without_delete(actions: Iterable[str]) -> list[str]:
    return [action for action in actions if action != "delete"]
