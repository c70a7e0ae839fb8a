//! No code: the features in which the faces share their dependencies stand in `Cargo.toml`.
