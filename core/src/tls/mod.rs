//! TLS verdicts: a table of every IANA cipher suite, and what a suite, a list or a negotiation is worth.
