"""Test settings: cheap password hash, no outside channel, files in a folder of the process's own.

The database is SQLite in a file (as in production: WAL, immediate transactions), or the one that
BIHUAN_TEST_DATABASE_URL names; a scratch database is made beside it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_memory = "/dev/shm"
_folder = tempfile.mkdtemp(prefix="bihuan-test-", dir=_memory if os.access(_memory, os.W_OK) else None)
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["BIHUAN_DATA_DIR"] = _folder
os.environ.setdefault("BIHUAN_SECRET_KEY", "test")
from bihuan.config.settings import *  # noqa: E402, F403
from bihuan.config.settings import database, text  # noqa: E402

DATABASES = {"default": database(text("BIHUAN_TEST_DATABASE_URL", f"sqlite://{_folder}/main.sqlite3"))}
DATABASES["default"]["TEST"] = {
    "NAME": str(Path(_folder) / "test.sqlite3")
    if "sqlite" in str(DATABASES["default"]["ENGINE"])
    else f"bihuan_test_{os.environ.get('PYTEST_XDIST_TESTRUNUID', str(os.getpid()))[:8]}"
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
AXES_ENABLED = False
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = Path(_folder) / "static"
STATIC_ROOT.mkdir()
