"""The sitemap lists what anybody may read today; an ended approval takes its curriculum out."""

import time_machine
from django.core.management import call_command

from review_workflow.models import Approval


def test_an_ended_approval_leaves_the_sitemap(client, db, settings):
    settings.CLEARINGHOUSE_SAMPLE_APPROVALS = True
    call_command("seed_demo", verbosity=0)
    approval = Approval.objects.in_force().select_related("page").order_by("expires_on").first()
    address = f"/catalog/{approval.page.slug}/</loc>"

    assert address in client.get("/sitemap.xml").content.decode()
    with time_machine.travel(approval.expires_on.isoformat() + "T20:00:00+00:00"):
        assert address in client.get("/sitemap.xml").content.decode()
    with time_machine.travel(approval.expires_on.replace(year=approval.expires_on.year + 1)):
        assert address not in client.get("/sitemap.xml").content.decode()
    assert "/library/" in client.get("/sitemap.xml").content.decode()
