"""Test settings: cheap password hash, no outside channel, database by BIHUAN_TEST_DATABASE_URL."""

import os
import tempfile

os.environ.setdefault("BIHUAN_SECRET_KEY", "test")
os.environ.setdefault("BIHUAN_DATA_DIR", tempfile.mkdtemp(prefix="bihuan-test-"))
from bihuan.config.settings import *  # noqa: E402, F403
from bihuan.config.settings import database, text  # noqa: E402

DATABASES = {"default": database(text("BIHUAN_TEST_DATABASE_URL", "sqlite:///"))}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
AXES_ENABLED = False
