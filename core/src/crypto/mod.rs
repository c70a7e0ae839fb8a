//! AES-256-GCM, HKDF-Expand-SHA-512 and randomness behind one trait.
