"""The ground: boundaries, names, roads. Files and arrays; no SQL, no incidents, no pages."""
