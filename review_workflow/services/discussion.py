"""The discussion of a panel: open to whoever has filed, and to the chair."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from review_workflow.enums import HAS_FILED
from review_workflow.models import Assignment, DiscussionPost, ReviewRound
from review_workflow.parsing import clean_text
from review_workflow.permissions import access_to
from review_workflow.reviewing import MAX_TEXT

from .audit import record
from .locking import lock_running_round
from .messages import Message, queue_messages
from .reviews import sheet_of


@transaction.atomic
def post_to_discussion(
    *,
    round_id: int,
    criterion_id: int | None,
    reply_to: int | None,
    body: str,
    actor: Any,
) -> DiscussionPost:
    """Return the new post; a reply stands with the criterion of what it answers.

    The author's last post a second time is not posted again. The others on the panel are told in
    the same transaction. Raises PermissionDenied for whoever may not discuss here now, and
    ValidationError naming the field at fault.
    """
    round_ = lock_running_round(round_id)
    access = access_to(actor, round_)
    if not access.can_discuss:
        raise PermissionDenied(_("This discussion is not open to you; nothing was posted."))
    body = clean_text(body).strip()
    answered = _answered(round_, reply_to) if reply_to is not None else None
    if answered is not None:
        criterion_id = answered.criterion_id
    _check(round_, criterion_id, body)
    last = DiscussionPost.objects.filter(round=round_, author=actor).order_by("-pk").first()
    said = (criterion_id, reply_to, body)
    if last is not None and (last.criterion_id, last.reply_to_id, last.body) == said:
        return last
    post = DiscussionPost.objects.create(
        round=round_, criterion_id=criterion_id, reply_to=answered, author=actor, body=body
    )
    record(case=round_.case, kind="discussion_posted", actor=actor, post=str(post.uid))
    _tell_others(round_, post)
    return post


def _answered(round_: ReviewRound, post_id: int) -> DiscussionPost:
    post = DiscussionPost.objects.filter(round=round_, pk=post_id).first()
    if post is None:
        raise ValidationError({"reply_to": _("The post you answer is not of this discussion.")})
    return post


def _check(round_: ReviewRound, criterion_id: int | None, body: str) -> None:
    faults = {}
    if criterion_id is not None and criterion_id not in sheet_of(round_).criteria:
        faults["criterion_id"] = _("This criterion is not one of this round.")
    if not body:
        faults["body"] = _("Write something to post.")
    elif len(body) > MAX_TEXT:
        faults["body"] = _("Shorten this text to %(most)d characters.") % {"most": MAX_TEXT}
    if faults:
        raise ValidationError(faults)


def _tell_others(round_: ReviewRound, post: DiscussionPost) -> None:
    seats = Assignment.objects.filter(
        round=round_, state__in=[state.value for state in HAS_FILED]
    ).select_related("reviewer")
    others = {seat.reviewer_id: seat.reviewer for seat in seats}
    if round_.chair is not None:
        others[round_.chair.pk] = round_.chair
    others.pop(post.author_id, None)
    words = {"case": round_.case.number}
    queue_messages(
        Message(
            key=f"post:{post.uid}:{user_id}",
            recipient=user,
            case=round_.case,
            subject=_("Case %(case)s: a new post in the discussion") % words,
            body=_("Somebody on the panel of case %(case)s posted in its discussion.") % words,
        )
        for user_id, user in others.items()
    )
