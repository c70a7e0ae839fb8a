use std::ops::Range;

use super::{Candidate, Strength, Window};

/// Mail addresses: `detector` finds them with `confidence`.
pub(in super::super) fn emails(
    window: &Window<'_>,
    free: &mut usize,
    detector: usize,
    confidence: f64,
    found: &mut Vec<Candidate>,
) {
    let text = window.text;
    let bytes = text.as_bytes().get(window.start..window.end).unwrap_or_default();
    for at in memchr::memchr_iter(b'@', bytes).map(|at| window.start.saturating_add(at)) {
        let Some(range) = around(text, at, *free) else { continue };
        *free = range.end;
        found.push(Candidate {
            detector,
            range,
            confidence,
            strength: Strength::Shape,
            fuzzy: false,
            labelled: false,
        });
    }
}

/// The address around the `@` at `at`, which starts at `free` or later (RFC 5321, section 4.1.2, without quoted forms).
fn around(text: &str, at: usize, free: usize) -> Option<Range<usize>> {
    let local = text.get(free..at)?;
    let domain = text.get(at.saturating_add(1)..)?;
    let local_length = local
        .bytes()
        .rev()
        .take(LOCAL_BYTES)
        .take_while(|&byte| is_local(byte))
        .count();
    let local = local
        .get(local.len().saturating_sub(local_length)..)?
        .trim_start_matches(['.', '-', '\'']);
    let domain_length = domain
        .bytes()
        .take(DOMAIN_BYTES)
        .take_while(|&byte| is_domain(byte))
        .count();
    let domain = domain.get(..domain_length)?.trim_end_matches(['.', '-']);
    let (host, top) = domain.rsplit_once('.')?;
    let plausible = top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !host.is_empty()
        && !host.starts_with(['.', '-']);
    (plausible && !local.is_empty() && !is_file(host, top))
        .then(|| at.saturating_sub(local.len())..at.saturating_add(1).saturating_add(domain.len()))
}

/// Whether it is a file for a denser screen, `asset_64@5x.png`, or another file: none of its endings is a top-level domain.
fn is_file(host: &str, top: &str) -> bool {
    let scale = host.strip_suffix(['x', 'X']).unwrap_or_default();
    let is_scale = scale.starts_with(|first: char| first.is_ascii_digit())
        && scale.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_scale || FILES.iter().any(|file| top.eq_ignore_ascii_case(file))
}

/// Endings of files that IANA lists as no top-level domain.
const FILES: &[&str] = &[
    "avif", "bmp", "css", "csv", "doc", "docx", "eps", "gif", "heic", "htm", "html", "ico", "ics", "jpeg", "jpg", "js",
    "json", "log", "pdf", "png", "ppt", "pptx", "svg", "tif", "tiff", "ttf", "txt", "webp", "woff", "xls", "xlsx",
    "xml", "yaml", "yml",
];

/// RFC 5321, section 4.5.3.1.
const LOCAL_BYTES: usize = 64;
const DOMAIN_BYTES: usize = 255;

const fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'.' | b'_' | b'%' | b'+' | b'-' | b'\'' | b'&' | b'=' | b'~' | b'#' | b'!' | b'^'
        )
}

const fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_out_of_their_sentence() {
        for (text, address) in [
            ("write to <ann.lee+x@mail.example.org>.", "ann.lee+x@mail.example.org"),
            ("(bob@example.com)", "bob@example.com"),
            ("mailto:bob@example.com?x", "bob@example.com"),
        ] {
            let mut found = Vec::new();
            emails(&Window::whole(text, &[]), &mut 0, 0, 1.0, &mut found);
            assert_eq!(text.get(found[0].range.clone()), Some(address));
        }
    }

    #[test]
    fn an_at_sign_alone_is_no_address() {
        let mut found = Vec::new();
        for text in [
            "@",
            "a@b",
            "5 @ 3.00",
            "x@.com",
            "@home.org",
            "a@1.2.3.4",
            "asset_64@5x.png",
            "icon@2x.PNG",
            "logo@1.5x.co",
            "a@b.pdf",
        ] {
            emails(&Window::whole(text, &[]), &mut 0, 0, 1.0, &mut found);
        }
        assert_eq!(found, []);
    }
}
