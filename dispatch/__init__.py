"""The work of the room: rules, store, desk."""
