"""Read functions of the office pages: each gives what one page shows, in a fixed number of queries."""
