"""Pages where anybody speaks: a recipient with the code on her paper, a citizen with a complaint."""
