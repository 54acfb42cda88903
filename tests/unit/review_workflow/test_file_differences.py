"""What the comparison of two rounds says of each file: every kind of change, and none."""

from review_workflow.views.compare import FileDifference, file_differences


def file(title: str, sha256: str, name: str = "guide.pdf") -> dict[str, str]:
    return {"title": title, "name": name, "stored_file": sha256, "size": 1, "uid": title}


def test_every_file_of_both_versions_is_told_once() -> None:
    before = {
        "a": file("Guide", "aaa"),
        "b": file("Slides", "bbb"),
        "c": file("Test", "ccc"),
        "d": file("Plan", "ddd"),
    }
    after = {
        "a": file("Guide", "xxx"),
        "b": file("Slides, second edition", "bbb"),
        "d": file("Plan", "ddd"),
        "e": file("Handout", "eee"),
    }
    found = file_differences(before, after)
    assert [(each.title, each.change) for each in found] == [
        ("Guide", "Replaced"),
        ("Slides, second edition", "Renamed, same content"),
        ("Test", "Removed"),
        ("Plan", "Unchanged"),
        ("Handout", "Added"),
    ]
    assert all(isinstance(each, FileDifference) for each in found)
    assert ("aaa" in found[0].before, "xxx" in found[0].after) == (True, True)
