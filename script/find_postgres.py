"""Print the address of a PostgreSQL server that tests may use, or say on standard error why there is none.

BIHUAN_POSTGRES_URL is tried alone when set; otherwise the local socket and 127.0.0.1:5432, as `postgres`, database `test`.
"""

from __future__ import annotations

import os
import sys

import psycopg

LOCAL = ("postgresql://postgres@%2Fvar%2Frun%2Fpostgresql/test", "postgresql://postgres@127.0.0.1:5432/test")


def fault(url: str) -> str | None:
    """Why `url` cannot serve, or None: it must answer, be new enough and let us create a database."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("select rolcreatedb or rolsuper from pg_roles where rolname = current_user").fetchone()
            version = connection.info.server_version
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]
    if version < 150000:
        return f"版本过低（{version // 10000}），需要 15 以上"
    if not row or not row[0]:
        return "该用户无权建立测试数据库"
    return None


def main() -> int:
    """Try each address in turn."""
    given = os.environ.get("BIHUAN_POSTGRES_URL")
    reasons = []
    for url in (given,) if given else LOCAL:
        reason = fault(url)
        if reason is None:
            sys.stdout.write(url + "\n")
            return 0
        reasons.append(reason)
    sys.stderr.write(f"连接不上 PostgreSQL（{reasons[-1]}），可用 BIHUAN_POSTGRES_URL 指定\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
