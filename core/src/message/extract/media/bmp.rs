//! BMP: a picture that says how long its file is.

use super::Anatomy;
use crate::message::extract::le32;

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let said = le32(content, 2).filter(|&length| length >= HEADERS);
    let Some((picture, behind)) = said.and_then(|length| content.split_at_checked(length)) else {
        // Some writers leave the length open.
        return Some(content);
    };
    anatomy.noise.push(picture);
    anatomy.stray.push(behind);
    None
}

/// The shortest headers.
const HEADERS: usize = 26;
