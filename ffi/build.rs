//! Gives the shared library its SONAME, and keeps it mapped once it is loaded.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the library's own module, of which only one number is needed here"
)]
#[path = "src/abi.rs"]
mod abi;

fn main() {
    println!("cargo::rerun-if-changed=src/abi.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    println!(
        "cargo::rustc-cdylib-link-arg=-Wl,-soname,libsealwax.so.{}",
        abi::SEALWAX_ABI
    );
    // Rust's thread-local destructors may still point into the library when a host calls dlclose.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
}
