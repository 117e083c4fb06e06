"""What stands in addresses of the web, from the world of a test."""

from __future__ import annotations

from tests.web_world import World


def books(world: World) -> dict[str, list[object]]:
    """Addresses of a group and its books."""
    fund, group = world.ids["fund"], world.ids["group"]
    return {
        "office:fund": [fund],
        "office:fund-meeting": [fund],
        "office:fund-meeting-paper": [fund],
        "office:fund-books": [fund],
        "office:fund-books-pdf": [fund],
        "office:fund-books-xlsx": [fund],
        "office:coach": [group],
        "office:lifecycle": [world.ids["group"]],
        "office:fund-action": [fund, "catat"],
        "office:fund-meeting-view": [world.ids["fund_meeting"]],
        "office:governance": [group],
        "office:old-book": [group],
        "office:brought": [group],
        "office:group-books": [group],
        "office:member-books-pdf": [group],
        "office:cards": [group],
        "office:member-book": [world.ids["membership"]],
        "office:member-book-pdf": [world.ids["membership"]],
    }


def potential(world: World) -> dict[str, list[object]]:
    """Addresses of what villages and families bring along."""
    instrument, home = world.ids["instrument"], world.ids["household"]
    return {
        "office:catalogue-entry": ["kind", "batik"],
        "office:catalogue-new": ["kind"],
        "office:family-consent": [home],
        "office:consent-sheet": [home],
        "office:instrument": [instrument],
        "office:instrument-xlsform": [instrument],
        "office:instrument-fill": [instrument, home],
        "office:instrument-paper": [instrument, home],
        "office:group-proposal": [world.ids["group-proposal"]],
        "office:group-proposal-paper": [world.ids["group-proposal"]],
    }
