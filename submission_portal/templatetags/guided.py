"""Template tags of the guided form."""

from django import template
from django.forms import BoundField

from submission_portal.enums import Step
from submission_portal.models import Submission
from submission_portal.selectors.places import Place, place_of

register = template.Library()


@register.simple_tag
def place(submission: Submission, step: str) -> Place:
    """Where a step stands among the others, for the frame of its page."""
    return place_of(submission, Step(step))


@register.filter
def control(field: BoundField) -> str:
    """What kind of control a field has: `group` of choices, `tick`, `hidden`, or `line`."""
    if field.is_hidden:
        return "hidden"
    if field.use_fieldset:
        return "group"
    return "tick" if getattr(field.field.widget, "input_type", "") == "checkbox" else "line"
