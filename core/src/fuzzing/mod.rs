//! Bodies of the fuzz targets: each takes any bytes and must neither panic nor break its promise.

mod scan;
mod seal;

pub use scan::{fold, scan};
pub use seal::open_sealed;
