use super::*;

/// The texts and how much is stray.
fn read(format: &str, content: &[u8]) -> (String, Vec<Vec<u8>>) {
    let mut anatomy = Anatomy::read(format, content);
    let noise = if anatomy.is_broken {
        vec![content]
    } else {
        anatomy.noise
    };
    let noise: String = noise.iter().map(|noise| runs::of_noise(noise)).collect();
    anatomy.texts += &noise;
    let stray = anatomy.stray.iter().filter(|stray| !stray.is_empty());
    (anatomy.texts, stray.map(|stray| stray.to_vec()).collect())
}

fn chunk(kind: &[u8], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length, kind, body, &[0; 4]].concat()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], body].concat()
}

fn riff(kind: &[u8], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [kind, &length, body, &[0][..body.len() % 2]].concat()
}

/// A block with one directory of these tags, whose values stand behind it.
fn exif(tags: &[(u16, u16, &[u8])], big: bool) -> Vec<u8> {
    let two = |number: u16| {
        if big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    };
    let four = |number: usize| {
        let number = u32::try_from(number).unwrap();
        if big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    };
    let mut block = [if big { b"MM" } else { b"II" }, &two(42)[..], &four(8)].concat();
    let mut values = Vec::new();
    block.extend(two(u16::try_from(tags.len()).unwrap()));
    let behind = block.len() + tags.len() * 12 + 4;
    for (tag, kind, value) in tags {
        block.extend(
            [
                &two(*tag)[..],
                &two(*kind),
                &four(value.len()),
                &four(behind + values.len()),
            ]
            .concat(),
        );
        values.extend_from_slice(value);
    }
    [block, vec![0; 4], values].concat()
}

fn wide(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
        .collect()
}

const TEXT: &[u8] = b"The SSN is 219-09-9999 now.";

/// Every place in which one of the formats keeps a text, with the same text in each.
fn rows() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let png = |chunks: &[Vec<u8>]| [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat(), chunk(b"IEND", b"")].concat();
    let jpeg = |segments: &[Vec<u8>]| [vec![0xFF, 0xD8], segments.concat(), vec![0xFF, 0xD9]].concat();
    let wave = |chunks: &[u8]| riff(b"RIFF", &[b"WAVE", chunks].concat());
    let xmp = |start: &str| {
        format!("{start}<x:xmpmeta><dc:title>The SSN is 219-09-9999 now.</dc:title></x:xmpmeta>").into_bytes()
    };
    let described = |big| exif(&[(0x10E, 2, TEXT)], big);
    let gif = |block: &[u8]| [b"GIF89a\x01\0\x01\0\0\0\0".as_slice(), block, &[0x3B]].concat();
    let id3 = |frame: &[u8]| {
        let size = u32::try_from(frame.len()).unwrap().to_be_bytes();
        let tag = [b"TIT2".as_slice(), &size, &[0, 0], frame].concat();
        [
            b"ID3\x03\0\0\0\0\0".as_slice(),
            &[u8::try_from(tag.len()).unwrap()],
            &tag,
        ]
        .concat()
    };
    let sets = [b"Photoshop 3.0\0\x1c\x02\x78\0\x1b".as_slice(), TEXT].concat();
    let unicode = [b"UNICODE\0".as_slice(), &wide("The SSN is 219-09-9999 now.", true)].concat();
    vec![
        ("tEXt", "png", png(&[chunk(b"tEXt", &[b"Title\0", TEXT].concat())])),
        (
            "iTXt",
            "png",
            png(&[chunk(b"iTXt", &[b"Title\0\0\0de\0Titel\0", TEXT].concat())]),
        ),
        ("eXIf", "png", png(&[chunk(b"eXIf", &described(true))])),
        ("a chunk nobody knows", "png", png(&[chunk(b"prVt", TEXT)])),
        ("a text for a picture", "png", png(&[chunk(b"IDAT", TEXT)])),
        ("COM", "jpeg", jpeg(&[segment(0xFE, TEXT)])),
        (
            "Exif",
            "jpeg",
            jpeg(&[segment(0xE1, &[b"Exif\0\0".as_slice(), &described(false)].concat())]),
        ),
        (
            "XMP",
            "jpeg",
            jpeg(&[segment(0xE1, &xmp("http://ns.adobe.com/xap/1.0/\0"))]),
        ),
        ("IPTC", "jpeg", jpeg(&[segment(0xED, &sets)])),
        (
            "between the scans",
            "jpeg",
            jpeg(&[segment(0xDA, b""), b"\x01\xff\0\x02".to_vec(), segment(0xFE, TEXT)]),
        ),
        ("a comment", "gif", gif(&[b"\x21\xfe\x1b", TEXT, &[0]].concat())),
        (
            "a plain text",
            "gif",
            gif(&[b"\x21\x01\x0c............\x1b", TEXT, &[0]].concat()),
        ),
        ("a description", "tiff", described(false)),
        (
            "a title of Windows",
            "tiff",
            exif(&[(0x9C9B, 1, &wide("The SSN is 219-09-9999 now.", false))], false),
        ),
        ("a comment in Unicode", "tiff", exif(&[(0x9286, 7, &unicode)], true)),
        (
            "INFO",
            "wav",
            wave(&riff(b"LIST", &[b"INFO".to_vec(), riff(b"INAM", TEXT)].concat())),
        ),
        (
            "Exif",
            "webp",
            riff(b"RIFF", &[b"WEBP".to_vec(), riff(b"EXIF", &described(false))].concat()),
        ),
        ("a title in Latin", "mp3", id3(&[b"\0", TEXT].concat())),
        (
            "a title in UTF-16",
            "mp3",
            id3(&[b"\x01\xff\xfe".to_vec(), wide("The SSN is 219-09-9999 now.", false)].concat()),
        ),
        ("a title of version 1", "mp3", {
            [b"\xff\xfb".as_slice(), &[9; 90], b"TAG", TEXT, &[0; 98]].concat()
        }),
        ("a comment", "flac", [b"fLaC\x84\0\0\x1b", TEXT].concat()),
        ("user data", "mp4", {
            let udta = chunked(b"udta", &chunked(b"\xa9nam", TEXT));
            [chunked(b"ftyp", b"isom"), chunked(b"moov", &udta)].concat()
        }),
    ]
}

fn chunked(kind: &[u8], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes(), kind, body].concat()
}

#[test]
fn the_text_of_every_field_is_read() {
    for (field, format, content) in rows() {
        let (texts, stray) = read(format, &content);
        assert!(texts.contains("SSN is 219-09-9999"), "{field} of {format}: {texts:?}");
        assert!(stray.is_empty(), "{field} of {format}");
    }
}

#[test]
fn what_stands_behind_the_end_of_a_format_is_no_part_of_it() {
    for (field, format, content) in rows() {
        if matches!(format, "mp3" | "flac" | "mp4") {
            continue;
        }
        let (_, stray) = read(format, &[content.as_slice(), b"PK more"].concat());
        assert_eq!(stray, [b"PK more".to_vec()], "{field} of {format}");
    }
}

#[test]
fn a_structure_that_breaks_off_anywhere_is_read_as_far_as_it_goes() {
    for (field, format, content) in rows() {
        for at in 0..content.len() {
            read(format, &content[..at]);
            for value in [0, 0x7F, 0xFF] {
                let mut broken = content.clone();
                broken[at] = value;
                let (texts, stray) = read(format, &broken);
                // What is stray is inspected as content of its own.
                let texts = texts + &String::from_utf8_lossy(&stray.concat());
                // A byte of the structure hides no text of more than a dozen characters that stands there as it is.
                let stands = broken.windows(TEXT.len()).any(|window| window == TEXT);
                assert!(
                    !stands || texts.contains("219-09-9999"),
                    "{field} of {format}: {value:#x} at {at}"
                );
            }
        }
    }
}
