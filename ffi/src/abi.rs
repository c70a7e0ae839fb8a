//! The numbers that a host compares: the version of the header and of the binary interface.

/// The major part of the version that this header belongs to.
pub const SEALWAX_VERSION_MAJOR: u32 = 0;
/// The minor part of the version that this header belongs to.
pub const SEALWAX_VERSION_MINOR: u32 = 1;
/// The patch part of the version that this header belongs to.
pub const SEALWAX_VERSION_PATCH: u32 = 0;
/// The version that this header belongs to: major * 1000000 + minor * 1000 + patch. Compare with
/// `sealwax_version_number()`, which is that of the library that was loaded.
pub const SEALWAX_VERSION_NUMBER: u32 = 1000;
/// The binary interface that this header describes. It is the number in the SONAME (`libsealwax.so.1`) and goes up
/// whenever a function changes or disappears; from version 1.0 on functions are only added.
pub const SEALWAX_ABI: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_constants_are_the_version_of_the_package() {
        let text = format!("{SEALWAX_VERSION_MAJOR}.{SEALWAX_VERSION_MINOR}.{SEALWAX_VERSION_PATCH}");
        assert_eq!(text, env!("CARGO_PKG_VERSION"));
        let number = SEALWAX_VERSION_MAJOR * 1_000_000 + SEALWAX_VERSION_MINOR * 1_000 + SEALWAX_VERSION_PATCH;
        assert_eq!(number, SEALWAX_VERSION_NUMBER);
    }
}
