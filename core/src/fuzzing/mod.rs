//! Bodies of the fuzz targets: each takes any bytes and must neither panic nor break its promise.

#[cfg(feature = "serde")]
mod policy;
mod scan;
mod seal;

#[cfg(feature = "serde")]
pub use policy::read_policy;
pub use scan::{fold, scan};
pub use seal::open_sealed;
