//! The JSON shapes of the command line, Python and C, written once.
