"""The room's own drives, for speeds that learn: what each took, on which roads it went."""

from typing import TYPE_CHECKING

from dispatch.speeds import Drive
from dispatch.store import Store, settings

if TYPE_CHECKING:
    from dispatch.ground import Ground

MOST = 5_000  # the latest ones; roads change


def past_drives(store: Store, ground: "Ground") -> list[Drive]:
    """Return the drives that ended, newest first, each with its way as the roads are now."""
    with store.reading() as tx:
        rows = settings.drives(tx, MOST)
    drives = []
    for row in rows:
        if row.unit is None:
            continue
        start = (row.unit["position_lon"], row.unit["position_lat"])
        profile = row.unit["profile"]
        parts = ground.travel.by_class((row.lon, row.lat), start, profile)
        drives.append(Drive(profile, parts, row.actual_travel_s, row.en_route_at))
    return drives
