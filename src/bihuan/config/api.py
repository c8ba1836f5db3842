"""The root API: every app's `api.router` under /api/v1/, its description under /api/docs, faults as problem+json."""

from __future__ import annotations

import json
from importlib import import_module

from ninja import NinjaAPI
from ninja.openapi.docs import Swagger

from bihuan import __version__
from bihuan.config.api_problems import handle_problems
from bihuan.foundation.lib.discovery import app_modules

DESCRIPTION = (
    "闭环系统开放接口。读写都经过同一套权限：看不到的记录一律返回 404，无权办理返回 403。"
    "出错时返回 application/problem+json：code 为固定编号，detail 为可直接展示的中文说明，errors 按字段列出。"
)


def build_api() -> NinjaAPI:
    """Assemble the API from the installed apps."""
    api = NinjaAPI(
        title="闭环",
        version=__version__,
        description=DESCRIPTION,
        docs=Swagger(settings={"persistAuthorization": False, "validatorUrl": None}),
        urls_namespace="api",
    )
    handle_problems(api)
    for module in app_modules("api"):
        router = getattr(import_module(module), "router", None)
        if router is not None:
            api.add_router("/v1/", router)
    return api


api = build_api()


def openapi_text() -> str:
    """The OpenAPI description as committed in docs/reference/openapi.json."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
