//! What was loaded, told at run time.

use crate::abi::{SEALWAX_ABI, SEALWAX_VERSION_NUMBER};

/// The version of the library that was loaded, in the form of `SEALWAX_VERSION_NUMBER`.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn sealwax_version_number() -> u32 {
    SEALWAX_VERSION_NUMBER
}

/// The binary interface of the library that was loaded, in the form of `SEALWAX_ABI`. A host that loads the library
/// with `dlopen` refuses one whose number is not that of its header.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn sealwax_abi() -> u32 {
    SEALWAX_ABI
}
