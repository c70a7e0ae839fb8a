//! The policy: what is required of a message, and which method meets it.
