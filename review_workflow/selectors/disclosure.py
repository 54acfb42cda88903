"""What readers are told about how an approval came about."""

from review_workflow.models import Approval, Case


def discloses_operator(approval: Approval | None) -> bool:
    """Return whether the approval was decided in a case of the operator's own organisation."""
    if approval is None or approval.decision_id is None:
        return False
    return Case.objects.filter(rounds__decisions=approval.decision_id, is_operators=True).exists()
