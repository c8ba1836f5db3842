"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from bihuan.foundation.lib.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
end_with_parent()
application = get_wsgi_application()
