"""A NUL in an address of the admin leads to the page without its query, on every database."""


def test_a_nul_in_the_query_is_left_out(admin_client):
    answer = admin_client.get("/admin/pages/", {"q": "a\0b"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/pages/")
    assert admin_client.get("/admin/", {"q": "a"}).status_code == 200
    assert admin_client.get("/library/", {"q": "a\0b"}).status_code != 302
