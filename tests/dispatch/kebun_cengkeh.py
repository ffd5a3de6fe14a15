"""
The fire at Kebun Cengkeh, 18 Sep 2024: what was sent, and what the program proposes.

`python -m tests.dispatch.kebun_cengkeh` prints docs/kebun_cengkeh.md; a test compares the two.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from dispatch.catalogue import load_catalogue
from dispatch.ground import load_ground
from dispatch.options import options_for
from dispatch.recommend import Recommendation
from dispatch.run_card import CardFill
from dispatch.unit import Unit
from dispatch.units_file import read_units
from geo.files import DATA

CALLER = "Kebun Cengkeh, Negeri Batu Merah"
SENT = {"MAKO": 3, "HATIVE": 2, "PASSO": 1}
POSTS = {"MAKO": "Mako Balai Kota", "HATIVE": "Hative Besar", "PASSO": "Passo", "ERI": "Eri"}


def proposal() -> tuple[Recommendation, list[Unit], tuple[float, float]]:
    """Return the recommendation for a severe building fire there, with the roster as it is."""
    catalogue, ground = load_catalogue(), load_ground()
    units = read_units(DATA / "stations/roster.csv", catalogue, print)
    place = ground.geocoder.locate(CALLER).candidates[0]
    found = options_for(
        ground,
        units,
        (place.lon, place.lat),
        "fire_building",
        catalogue=catalogue,
        at=datetime(2024, 9, 18, tzinfo=UTC),
        severity="berat",
        radius_m=place.radius_m,
        limit=12,
        routes=0,
    )
    return found, units, (place.lon, place.lat)


def posts(card: CardFill) -> Counter[str]:
    """Count the fire appliances on a card by the post they come from."""
    return Counter(call.split("-")[1] for call in card.call_signs if call.startswith("DAMKAR-"))


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    found, _, (lon, lat) = proposal()
    ours = posts(found.card)
    yield "# Kebun Cengkeh, 18 September 2024"
    yield ""
    yield "Written by `python -m tests.dispatch.kebun_cengkeh > docs/kebun_cengkeh.md`."
    yield ""
    yield f'The caller\'s words "{CALLER}" lead to {lon:.4f}, {lat:.4f}. A severe building fire'
    yield "(berat) asks for 4 engines, 2 tankers, a rescue truck, 2 ambulances and 2 patrols;"
    yield "PLN and Dishub are told. The roster is assumed, the posts' positions are approximate."
    yield ""
    yield "| post | sent on the day | proposed |"
    yield "|---|---|---|"
    for code, name in POSTS.items():
        yield f"| {name} | {SENT.get(code, 0)} | {ours.get(code, 0)} |"
    yield f"| total | {sum(SENT.values())} | {sum(ours.values())} |"
    yield ""
    yield "| line | count | chosen, seconds until there (turnout and drive) |"
    yield "|---|---|---|"
    for line in found.card.lines:
        who = ", ".join(f"{p.call_sign} {p.arrival_s:.0f}" for p in line.chosen)
        yield f"| {line.need} | {line.count} | {who} |"
    yield ""
    full = round(found.card.full_response_s or 0)
    yield f"The whole response is there after {full // 60} min {full % 60:02d} s."
    yield "The fire appliances by road, soonest first, and the people each would leave without"
    yield "another within 15 minutes:"
    yield ""
    yield "| unit | drive, s | km | people left | of them newly |"
    yield "|---|---|---|---|---|"
    for one in found.options:
        cost = one.coverage
        people = f"{cost.people_left:,} | {cost.people_lost:,}" if cost else " | "
        yield (f"| {one.call_sign} | {one.travel_s:.0f} | {one.distance_m / 1000:.1f} | {people} |")


if __name__ == "__main__":
    print("\n".join(page()))
