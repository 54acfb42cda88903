"""The form to sign up, with what tells people and programs apart."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

SALT = "clearinghouse.accounts.signup"
LEAST_SECONDS = 2
MOST_SECONDS = 24 * 60 * 60


def made_now() -> str:
    """Return a signed note of the time, for the form to bring back."""
    return signing.TimestampSigner(salt=SALT).sign("form")


def _too_soon(stamp: str) -> bool:
    """Return whether the stamp is younger than anybody types."""
    try:
        signing.TimestampSigner(salt=SALT).unsign(stamp, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True


def by_a_program(*, trap: str, stamp: str) -> bool:
    """Return whether no person sent this: trap filled, too soon, too late, or no stamp."""
    try:
        signing.TimestampSigner(salt=SALT).unsign(stamp, max_age=MOST_SECONDS)
    except signing.BadSignature:
        return True
    return bool(trap) or _too_soon(stamp)


def _answer_like_others(request: HttpRequest, email: str) -> HttpResponse:
    """Return what a sign-up is answered with, its message and its session, and do nothing else."""
    adapter = get_adapter(request)
    adapter.add_message(
        request,
        messages.INFO,
        "account/messages/email_confirmation_sent.txt",
        {"email": email, "login": False, "signup": True},
    )
    request.session["signed_up"] = True
    answer: HttpResponse = adapter.respond_email_verification_sent(request, None)
    return answer


class SignUpForm(SignupForm):
    """Name, address and password; a program is answered like a person, and nothing is made."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    homepage = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, initial=made_now, widget=forms.HiddenInput)
    field_order = ["first_name", "last_name", "email", "password1", "homepage", "stamp"]

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Return the new user, or the answer that every sign-up gets where nobody is made."""
        given = self.cleaned_data
        if by_a_program(trap=given["homepage"], stamp=given["stamp"]):
            return None, _answer_like_others(request, given["email"])
        if self.account_already_exists:
            # A known address costs the time that making an account costs.
            get_user_model()().set_password(given["password1"])
        return super().try_save(request)
