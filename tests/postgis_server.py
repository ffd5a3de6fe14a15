"""A throwaway cluster of an installed PostgreSQL that has PostGIS, for tests and measurements."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.clusters import Cluster


def installed() -> Path | None:
    """Return the folder of programs of the newest PostgreSQL with PostGIS; None without one."""
    controls = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    return Path("/usr/lib/postgresql") / controls[-1].parts[-3] / "bin" if controls else None


@contextmanager
def running(programs: Path, folder: Path) -> Iterator[str]:
    """Run a cluster below `folder`, whose path must be short; yield a DSN of its database."""
    cluster = Cluster(folder / "postgis", programs).make()
    cluster.start(max_connections="100")
    try:
        yield cluster.dsn
    finally:
        cluster.stop()
