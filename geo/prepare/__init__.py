"""Source files -> the prepared files under data/."""
