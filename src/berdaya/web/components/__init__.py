"""What every page of the web is made of: typed parts, their geometry, their words."""
