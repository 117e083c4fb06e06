"""The face of the field: pushes, packs, changes, files (docs/guide/sync.md); OpenRosa for ODK Collect beside it."""
