"""Documents of the library: what is uploaded is what its name says, or nothing is stored."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Collection

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
REFUSED = {
    "renamed.pdf": b"MZ" + b"\x00" * 300,
    "program.exe": b"MZ" + b"\x00" * 300,
    "cut-off.pdf": PDF[:20],
    "page.html": b"<script>alert(1)</script>",
    "empty.pdf": b"",
}


@pytest.fixture
def editor(client: Client) -> Client:
    """Return a client that is logged in with every right."""
    client.force_login(get_user_model().objects.create_superuser("admin@example.org", "x" * 20))
    return client


def upload(client: Client, name: str, content: bytes, address: str = "add") -> int:
    """Send a file; return how many documents there are afterwards."""
    client.post(
        reverse(f"wagtaildocs:{address}"),
        {
            "title": name,
            "files[]" if address == "add_multiple" else "file": SimpleUploadedFile(name, content),
            "collection": Collection.get_first_root_node().pk,
            "tags": "",
        },
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    return int(get_document_model().objects.count())


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("address", ["add", "add_multiple"])
def test_a_file_that_is_not_what_it_says_is_not_stored(
    editor: Client, name: str, address: str
) -> None:
    assert upload(editor, name, REFUSED[name], address) == 0


@pytest.mark.parametrize("address", ["add", "add_multiple"])
def test_a_real_file_is_stored(editor: Client, address: str) -> None:
    assert upload(editor, "guide.pdf", PDF, address) == 1
