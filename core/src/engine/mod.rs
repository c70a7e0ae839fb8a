//! The engine: the policy compiled once, and every message taken through the rooms.
