"""ASGI entry point; refuses to start a production that the system checks find unfit."""

import os

from django.core.asgi import get_asgi_application

from clearinghouse.processes import begin_to_serve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearinghouse.settings.production")
application = get_asgi_application()
begin_to_serve()
