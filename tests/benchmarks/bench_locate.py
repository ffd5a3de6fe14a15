"""
Find places against what most people write: rapidfuzz over all names, text by text.

`python -m tests.benchmarks.bench_locate` prints milliseconds and ratios of one run.
"""

import random
import statistics
import string
import subprocess
import sys
import time
from collections.abc import Callable

from rapidfuzz import fuzz, process, utils

from geo.geocode import load_geocoder
from geo.kelurahan import load_boundaries
from tests.geo.tables import table

NAIVE_TEXTS = 400
BATCH = 10_000
WORST_MS = 50.0


def texts() -> list[str]:
    """Past reports, wrapped and misspelt at random so that no cache helps unduly."""
    rng = random.Random(2)
    said = [row["place_text"] for row in table("incidents/incidents.csv")]
    made = []
    for _ in range(BATCH):
        words = rng.choice(said).split()
        at = rng.randrange(len(words))
        if len(words[at]) > 4:
            words[at] = words[at][:2] + rng.choice(string.ascii_lowercase) + words[at][3:]
        made.append(f"lapor pak ada kebakaran di {' '.join(words)} no {rng.randrange(200)}")
    return made


def all_names() -> list[str]:
    names = [row["name"] for row in table("places/places.csv")]
    for file in ("place_names", "streets"):
        for row in table(f"places/{file}.csv"):
            names += [row["name"], *filter(None, row["variants"].split("|"))]
    names += [kelurahan.name for kelurahan in load_boundaries()]
    return sorted(set(names))


def naive(names: list[str]) -> Callable[[str], object]:
    """The scan this is measured against."""
    return lambda text: process.extract(
        text, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=5
    )


def milliseconds(locate: Callable[[str], object], said: list[str]) -> list[float]:
    taken = []
    for text in said:
        begin = time.perf_counter()
        locate(text)
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def worst_texts() -> dict[str, str]:
    rng = random.Random(1)
    odd = ("".join(rng.choices(string.ascii_lowercase, k=7)) for _ in range(300))
    return {
        "300 words that are none": " ".join(odd),
        "misspelt names": "halnog latrei wainhe kebnu cengkhe karnag panajng " * 40,
        "area words": "desa xkilq " * 200,
        "numbers": "3 41 43 " * 250,
        "coordinates": "-3.61 " * 330,
        "one long word": "a" * 2000,
        "combining marks": "e\u0301\u0300" * 660,
        "emoji": "\U0001f525" * 2000,
    }


def main() -> None:
    boundaries = load_boundaries()
    begin = time.perf_counter()
    geocoder = load_geocoder(boundaries)
    loaded_ms = (time.perf_counter() - begin) * 1000
    said, names = texts(), all_names()
    ours = milliseconds(geocoder.locate, said)
    theirs = milliseconds(naive(names), said[:NAIVE_TEXTS])
    median, peer = statistics.median(ours), statistics.median(theirs)
    a_second = 1000 / statistics.fmean(ours)
    print(f"names {len(names)}, texts {len(said)}, gazetteer loaded in {loaded_ms:.0f} ms")
    print(
        f"locate            median {median:7.3f} ms  p99 {sorted(ours)[-len(ours) // 100]:7.3f} ms"
    )
    print(f"naive rapidfuzz   median {peer:7.3f} ms  ratio {peer / median:.1f}")
    print(f"batch of {len(said)}: {a_second:.0f} texts a second on one core")
    for what, text in worst_texts().items():
        taken = max(milliseconds(geocoder.locate, [text]))
        print(f"worst: {what:24} {taken:6.1f} ms{'  OVER' if taken > WORST_MS else ''}")
    begin = time.perf_counter()
    command = [sys.executable, "-m", "dispatch", "locate", "Kelurahan Waihoka", "--json"]
    subprocess.run(command, check=True, capture_output=True)
    print(f"ambon112 locate, from start to end: {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()
