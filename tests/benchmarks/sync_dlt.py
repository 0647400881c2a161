"""The peer: dlt's rest_api source reads one prepared list into a database: seconds, peak memory and rows, as JSON.

    python -m tests.benchmarks.sync_dlt RESOURCE URL DATABASE_URL FOLDER

With the settings that suit it best here: SQLite through the sqlalchemy destination with primary keys and unique
indexes; PostgreSQL from csv files, by upsert; nested lists kept as JSON beside their row; 100 rows a page; no
telemetry, no progress bar. Its own start is not timed, nor is ours.
"""

import json
import os
import sys
import time
from importlib.metadata import version
from urllib.parse import urlsplit

from tests.benchmarks.sync_ours import peak


def main(resource, url, database, folder):
    os.environ |= {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "ERROR",
        "DLT_DATA_DIR": folder,
        "DLT_PROJECT_DIR": folder,
    }
    import dlt
    from dlt.sources.rest_api import rest_api_source

    source = rest_api_source(reading(resource, url))
    source.max_table_nesting = 0
    pipeline = dlt.pipeline("peer", destination=destination(dlt, database), dataset_name="peer", pipelines_dir=folder)
    how = {"loader_file_format": "csv"} if database.startswith("postgres") else {}
    begin = time.perf_counter()
    pipeline.run(source, **how)
    took = time.perf_counter() - begin
    with pipeline.sql_client() as client:
        rows = client.execute_sql(f"SELECT count(*) FROM {client.make_qualified_table_name(resource)}")[0][0]
    print(json.dumps({"seconds": took, "peak_mb": peak(), "rows": rows, "version": version("dlt")}))


def reading(resource, url):
    """The list as dlt asks for it: pages by number until one is empty, oldest first."""
    is_postgres = sys.argv[3].startswith("postgres")
    merge = {"disposition": "merge", "strategy": "upsert"} if is_postgres else "merge"
    return {
        "client": {
            "base_url": f"{url}/v1.3/",
            "auth": {"type": "http_basic", "username": "token", "password": ""},
            "paginator": {"type": "page_number", "base_page": 0, "total_path": None, "stop_after_empty_page": True},
        },
        "resource_defaults": {"primary_key": "id", "write_disposition": merge},
        "resources": [
            {
                "name": resource,
                "endpoint": {
                    "path": resource,
                    "params": {"limit": 100, "sort_by": "created-asc"},
                    "data_selector": "data",
                },
            }
        ],
    }


def destination(dlt, database):
    if database.startswith("postgres"):
        return dlt.destinations.postgres(_with_password(database))
    return dlt.destinations.sqlalchemy(database, create_primary_keys=True, create_unique_indexes=True)


def _with_password(database):
    """dlt insists on one, even where the server asks for none."""
    parts = urlsplit(database)
    return f"postgresql://{parts.username}:{parts.password or 'none'}@{parts.hostname}:{parts.port or 5432}{parts.path}"


if __name__ == "__main__":
    main(*sys.argv[1:])
