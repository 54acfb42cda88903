"""Each component renders what its heading comment promises, escaped."""

import json
import re

import pytest
from django import forms
from django.template import Context, Template


def render(source: str, **context: object) -> str:
    text = Template("{% load components site_tags %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", text).strip()


def test_pagination_keeps_the_state_of_the_url() -> None:
    html = render(
        "{% pagination current=2 last=3 parameters=state %}",
        state=[("q", "a&b"), ("core_topic", "x"), ("core_topic", "y"), ("page", "2")],
    )
    assert re.findall(r'<a href="([^"]*)"', html) == [
        "?q=a%26b&amp;core_topic=x&amp;core_topic=y",
        "?q=a%26b&amp;core_topic=x&amp;core_topic=y",
        "?q=a%26b&amp;core_topic=x&amp;core_topic=y&amp;page=2",
        "?q=a%26b&amp;core_topic=x&amp;core_topic=y&amp;page=3",
        "?q=a%26b&amp;core_topic=x&amp;core_topic=y&amp;page=3",
    ]
    assert html.count("aria-current") == 1


def test_pagination_of_one_page_is_nothing() -> None:
    assert render("{% pagination current=1 last=1 %}") == ""


def test_tags_and_chips_escape_their_labels() -> None:
    tags = render("{% tag_list items %}", items=["<b>", {"label": "Two", "url": "/x/"}])
    assert "&lt;b&gt;" in tags
    assert '<a class="ch-tag ch-tag--link" href="/x/">Two</a>' in tags
    chips = render(
        "{% chip_list chips clear_url='?' %}",
        chips=[{"label": "In person", "url": "?a=1", "group": "Delivery"}],
    )
    assert "Remove filter:" in chips
    assert "Clear all filters" in chips
    assert render("{% chip_list chips %}", chips=[]) == ""


def test_a_table_scrolls_in_a_labelled_region() -> None:
    html = render(
        "{% data_table columns rows caption='Hours' table_id='hours' %}",
        columns=["State", {"label": "Hours", "numeric": True}],
        rows=[[{"text": "Ohio", "url": "/x/"}, 2]],
    )
    assert 'tabindex="0" role="region" aria-labelledby="hours-caption"' in html
    assert '<th scope="row"><a href="/x/">Ohio</a></th><td class="ch-number">2</td>' in html


@pytest.mark.parametrize(("kind", "announced"), [("info", False), ("error", True)])
def test_alerts_announce_errors_only(kind: str, announced: bool) -> None:  # noqa: FBT001
    html = render(
        "{% alert kind=kind heading='Look' %}<p>{{ text }}</p>{% endalert %}", kind=kind, text="<i>"
    )
    assert ('role="alert"' in html) is announced
    assert "<p>&lt;i&gt;</p>" in html


def test_the_error_summary_links_to_the_fields() -> None:
    class Form(forms.Form):
        name = forms.CharField()

    html = render("{% error_summary form %}", form=Form({}))
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert render("{% error_summary form %}", form=Form({"name": "x"})) == ""


def test_structured_data_cannot_end_its_element() -> None:
    html = render("{% json_ld data %}", data={"name": "</script><b>&"})
    body = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in body
    assert json.loads(body) == {"name": "</script><b>&"}
