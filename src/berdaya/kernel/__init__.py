"""Problems, clock, ids, scope, policies, crypto, filters: no word of the domain."""
