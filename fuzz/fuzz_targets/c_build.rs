#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealwax_ffi::fuzzing::c_build(data));
