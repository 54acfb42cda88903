"""The form that adds a security key, in words that say what makes it a passkey."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class KeyForm(AddWebAuthnForm):
    """A key, with the choice to sign in with it alone: the login calls such a key a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = _("Make it a passkey: sign in with it alone, without the password")
        alone.help_text = _(
            "It then asks for a fingerprint, a face or a PIN. Otherwise it is asked for after the "
            "password."
        )
