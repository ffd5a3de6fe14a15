"""
The same pictures as most people write them: rows into a (Geo)DataFrame, joins, scikit-learn.

Each reads its rows itself, as ours do. `ways` says which share of the incidents each is given.
"""

from collections.abc import Callable
from typing import Any

import geopandas
import h3
import numpy as np
import pandas
import psycopg
from sklearn.cluster import DBSCAN
from sklearn.neighbors import KernelDensity

from dispatch.analytics import heat
from dispatch.desk import spacing
from dispatch.room import Room
from tests.benchmarks.million import PEER_SHARE

POINTS = """SELECT lon, lat, opened_at, type_code, kelurahan_code FROM incident
             WHERE source = 'synthetic' AND code < %(before)s"""
STAMPS = """SELECT incident.id, incident.type_code, incident.kelurahan_code, incident.opened_at,
                   call.received_at, unit.agency, assignment.on_scene_at
              FROM incident
              LEFT JOIN call ON call.incident_id = incident.id
              LEFT JOIN assignment ON assignment.incident_id = incident.id
              LEFT JOIN unit USING (call_sign)
             WHERE incident.source = 'synthetic' AND incident.code < %(before)s"""
LAST_YEAR = """SELECT lon, lat, opened_at, type_code FROM incident
                WHERE source = 'synthetic' AND opened_at >= '2025-01-01'"""
METRIC = "EPSG:32752"
Ways = dict[str, tuple[Callable[[], Any], float]]


class Plain:
    """The plain ways over the incidents before a code."""

    def __init__(self, room: Room, before: str) -> None:
        self.room, self.before = room, before
        bounds = room.ground.boundaries
        self.shapes = geopandas.GeoDataFrame(
            {"code": [one.code for one in bounds]},
            geometry=[bounds.polygon(one.code) for one in bounds],
            crs="EPSG:4326",
        ).to_crs(METRIC)

    def read(self, query: str) -> Any:
        """Return the rows of a query as a table."""
        with psycopg.connect(self.room.store.database.dsn()) as connection:
            cursor = connection.execute(query, {"before": self.before})  # type: ignore[arg-type]
            names = [one.name for one in cursor.description or ()]
            return pandas.DataFrame(cursor.fetchall(), columns=names)

    def frame(self, query: str = POINTS) -> Any:
        """Return incidents as points in metres."""
        table = self.read(query)
        points = geopandas.points_from_xy(table.lon, table.lat, crs="EPSG:4326")
        return geopandas.GeoDataFrame(table, geometry=points).to_crs(METRIC)

    def rates(self) -> Any:
        """Join points with kelurahan and count."""
        return geopandas.sjoin(self.frame(), self.shapes, predicate="within").groupby("code").size()

    def hexagons(self) -> Any:
        """Ask for the hexagon of each point and count."""
        table = self.read(POINTS)
        cells = [h3.latlng_to_cell(y, x, 8) for x, y in zip(table.lon, table.lat, strict=True)]
        return table.groupby(cells).size()

    def film(self) -> Any:
        """Count hexagons hour by hour."""
        table = self.read(POINTS)
        cells = [h3.latlng_to_cell(y, x, 8) for x, y in zip(table.lon, table.lat, strict=True)]
        hours = pandas.to_datetime(table.opened_at, utc=True).dt.tz_convert("Asia/Jayapura").dt.hour
        return table.groupby([hours, cells]).size()

    def density(self) -> Any:
        """Fit scikit-learn's kernel density and ask it on every eighth cell each way."""
        table = self.frame()
        at = np.column_stack([table.geometry.x, table.geometry.y])
        model = KernelDensity(bandwidth=500, rtol=1e-2).fit(at)
        east, north = heat.city_grid().centres()
        some = np.column_stack([one.ravel() for one in np.meshgrid(east[::8], north[::8])])
        return model.score_samples(some)

    def trends(self) -> Any:
        """Count months by kelurahan and compare with the year before."""
        table = self.read(POINTS)
        local = pandas.to_datetime(table.opened_at, utc=True).dt.tz_convert("Asia/Jayapura")
        months = local.dt.tz_localize(None).dt.to_period("M")
        counts = table.groupby([months, "kelurahan_code"]).size().unstack(fill_value=0)
        return counts.iloc[-12:].sum() / counts.iloc[-24:-12].sum()

    def response(self) -> Any:
        """Join calls and units to incidents, keep the first of the lead agency, rank."""
        table = self.read(STAMPS)
        leads = {code: kind.lead for code, kind in self.room.catalogue.types.items()}
        table = table[table.agency == table.type_code.map(leads)]
        firsts = table.groupby("id").agg(
            part=("kelurahan_code", "first"), opened=("opened_at", "min"),
            called=("received_at", "min"), there=("on_scene_at", "min"),
        )  # fmt: skip
        began = firsts[["opened", "called"]].min(axis=1)
        seconds = (firsts.there - began).dt.total_seconds()
        return seconds.groupby(firsts.part).quantile([0.5, 0.9])

    def disasters(self) -> None:
        """Let DBSCAN gather metres and hours scaled alike; draw hulls, count the people inside."""
        whole = self.frame(LAST_YEAR)
        people = self.room.ground.people
        homes = geopandas.GeoDataFrame(
            {"people": people.people},
            geometry=geopandas.points_from_xy(people.lon, people.lat, crs="EPSG:4326"),
        ).to_crs(METRIC)
        for code, one in spacing(self.room).items():
            mine = whole[whole.type_code == code]
            if not len(mine):
                continue
            hours = pandas.to_datetime(mine.opened_at, utc=True).astype("int64") / 3.6e9
            scaled = [mine.geometry.x / one.metres, mine.geometry.y / one.metres, hours / one.hours]
            label = DBSCAN(eps=1, min_samples=one.least, metric="chebyshev").fit_predict(
                np.column_stack(scaled)
            )
            parts = mine[label >= 0].dissolve(by=label[label >= 0]).convex_hull.buffer(100)
            outlines = geopandas.GeoDataFrame(geometry=parts, crs=METRIC)
            inside = geopandas.sjoin(homes, outlines, predicate="within")
            inside.groupby(inside.columns[-1]).people.sum()


def ways(room: Room, count: int) -> Ways:
    """Return each plain way under the name of our picture, with the share it is given."""
    plain = Plain(room, f"SYN-{int(count * PEER_SHARE):07d}")
    return {
        "rates by kelurahan": (plain.rates, PEER_SHARE),
        "hexagons 8": (plain.hexagons, PEER_SHARE),
        "hexagons 8, film of 24 hours": (plain.film, PEER_SHARE),
        "density": (plain.density, PEER_SHARE),
        "trends by kelurahan": (plain.trends, PEER_SHARE),
        "response times by kelurahan, response": (plain.response, PEER_SHARE),
        "disasters of 365 days": (plain.disasters, 1.0),
    }
