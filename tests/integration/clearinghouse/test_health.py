"""A load balancer learns whether the process and its database answer, and nothing else."""

from django.db import OperationalError, connection


def test_it_answers(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_a_database_that_is_gone_is_told_without_details(client, db):
    def refuse(*_args):
        raise OperationalError("server at db.example refused")

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database unavailable"})
