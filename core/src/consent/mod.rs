//! Waivers: the only way down, only to the floor that the policy allows.
