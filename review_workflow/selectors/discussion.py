"""What a viewer may read of a round's discussion: threads by criterion, authors by seat."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from review_workflow.models import Assignment, DiscussionPost, ReviewRound
from review_workflow.permissions import CaseAccess

from .reviews import seat_name


@dataclass(frozen=True, slots=True)
class ReadPost:
    """One post and the posts that answer it, in order."""

    post: DiscussionPost
    author: str
    replies: list["ReadPost"] = field(default_factory=list)


def discussion_for(access: CaseAccess, round_: ReviewRound) -> dict[int | None, list[ReadPost]]:
    """Return the threads of `round_` by criterion, None for the whole; two statements at most.

    Empty for whoever may not read others' reviews yet.
    """
    if not access.sees_reviews:
        return {}
    names = {
        assignment.reviewer_id: seat_name(assignment)
        for assignment in Assignment.objects.filter(round=round_)
    }
    return _threaded(DiscussionPost.objects.filter(round=round_).order_by("posted_at", "pk"), names)


def _threaded(
    posts: Iterable[DiscussionPost], names: dict[int, str]
) -> dict[int | None, list[ReadPost]]:
    threads: dict[int | None, list[ReadPost]] = {}
    read: dict[int, ReadPost] = {}
    for post in posts:
        each = ReadPost(post, names.get(post.author_id, _("Chair")))
        read[post.pk] = each
        above = read.get(post.reply_to_id or 0)
        (above.replies if above else threads.setdefault(post.criterion_id, [])).append(each)
    return threads
