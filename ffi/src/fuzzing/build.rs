//! Builders of engines: policies, and the files that they name.

use std::ptr;

use super::{Text, check, choose, free_json, give_text};
use crate::engine::{
    sealwax_engine_builder, sealwax_engine_builder_build, sealwax_engine_builder_compile, sealwax_engine_builder_free,
    sealwax_engine_builder_limit, sealwax_engine_builder_new, sealwax_engine_builder_policy_toml,
    sealwax_engine_builder_profile, sealwax_engine_builder_resource, sealwax_engine_builder_roster_key,
    sealwax_engine_builder_strictness, sealwax_engine_free, sealwax_engine_from_bundle,
};
use crate::status::SEALWAX_OK;

/// Tells one builder what the input says, each line by its first byte, and builds an engine of it, or compiles a bundle; the
/// whole input is also read as a bundle.
///
/// An engine takes long to build, so these calls have a target of their own.
///
/// # Panics
///
/// When a call breaks a promise of the manual.
pub fn c_build(input: &[u8]) {
    read_bundle(input);
    let mut builder = ptr::null_mut();
    // SAFETY: the place is a local.
    check(|error| unsafe { sealwax_engine_builder_new(&raw mut builder, error) });
    let mut pieces = input.split(|byte| *byte == 0xff);
    let how = pieces.next().and_then(|piece| piece.first()).copied();
    for piece in pieces {
        tell(builder, piece);
    }
    match how {
        Some(b'c') => compile(builder),
        // SAFETY: the handle is ours, and nobody uses it any more.
        Some(b'f') => unsafe { sealwax_engine_builder_free(builder) },
        _ => build(builder),
    }
}

fn tell(builder: *mut sealwax_engine_builder, piece: &[u8]) {
    let calls: [Text<sealwax_engine_builder>; 4] = [
        sealwax_engine_builder_policy_toml,
        sealwax_engine_builder_profile,
        sealwax_engine_builder_strictness,
        sealwax_engine_builder_roster_key,
    ];
    let Some((what, rest)) = piece.split_first() else {
        return;
    };
    let cut = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (name, content) = rest.split_at_checked(cut).unwrap_or_default();
    let start = name.as_ptr().cast();
    match what {
        b'r' => {
            // SAFETY: the handle is alive, and the bytes are slices.
            check(|error| unsafe {
                sealwax_engine_builder_resource(builder, start, name.len(), content.as_ptr(), content.len(), error)
            });
        }
        b'l' => {
            let value = content.len() as u64;
            // SAFETY: the handle is alive, and the bytes are a slice.
            check(|error| unsafe { sealwax_engine_builder_limit(builder, start, name.len(), value, error) });
        }
        _ => {
            if let Some((call, text)) = choose(&calls, piece) {
                give_text(call, builder, text);
            }
        }
    }
}

fn build(builder: *mut sealwax_engine_builder) {
    let mut engine = ptr::null_mut();
    // SAFETY: the handle is alive and given away, and the place is a local.
    let status = check(|error| unsafe { sealwax_engine_builder_build(builder, &raw mut engine, error) });
    assert_eq!(status == SEALWAX_OK, !engine.is_null());
    // SAFETY: the handle is ours or NULL.
    unsafe { sealwax_engine_free(engine) };
}

fn compile(builder: *mut sealwax_engine_builder) {
    let mut bundle = ptr::null_mut();
    // SAFETY: the handle is alive and given away, and the place is a local.
    let status = check(|error| unsafe { sealwax_engine_builder_compile(builder, &raw mut bundle, error) });
    assert_eq!(status == SEALWAX_OK, !bundle.is_null());
    free_json(bundle);
}

fn read_bundle(bundle: &[u8]) {
    let (start, length, mut engine) = (bundle.as_ptr(), bundle.len(), ptr::null_mut());
    // SAFETY: the bytes are a slice that outlives the engine, and the place is a local.
    let status = check(|error| unsafe { sealwax_engine_from_bundle(start, length, &raw mut engine, error) });
    assert_eq!(status == SEALWAX_OK, !engine.is_null());
    // SAFETY: the handle is ours or NULL.
    unsafe { sealwax_engine_free(engine) };
}
