//! What the benches share: mail to work on, and the sizes that mail has.

pub mod mime;

/// Sizes of a mail: a short note, an ordinary letter, one with a long history below it.
pub const MAIL_SIZES: [usize; 3] = [500, 5_000, 100_000];

/// Sizes of what is sealed: two letters, and one with attachments of usual and of extreme size.
pub const SEALED_SIZES: [usize; 4] = [1_000, 10_000, 1 << 20, 25 << 20];

/// The text of an ordinary mail of about `size` bytes, with something to find in each KiB.
pub fn text(size: usize) -> String {
    let mut text = String::with_capacity(size + 100);
    let mut hits = HITS.iter().cycle();
    let mut next_hit = 400;
    for line in LINES.iter().cycle() {
        if text.len() >= next_hit {
            text.extend(hits.next().copied());
            next_hit += 1024;
        }
        text.push_str(line);
        if text.len() >= size {
            break;
        }
    }
    text.truncate(size);
    text
}

/// The same as a mail with headers, CRLF line ends and a plain body.
pub fn mail(size: usize) -> Vec<u8> {
    let body = text(size.saturating_sub(HEADERS.len()));
    [HEADERS, &body].concat().replace('\n', "\r\n").into_bytes()
}

/// How a size is written: `500 B`, `5 kB`, `25 MiB`.
pub fn label(size: usize) -> String {
    match size {
        mib if mib.is_multiple_of(1 << 20) => format!("{} MiB", mib >> 20),
        kilo if kilo >= 1_000 => format!("{} kB", kilo / 1_000),
        bytes => format!("{bytes} B"),
    }
}

const HEADERS: &str = "From: Ann Miller <ann@clinic.example>\nTo: Bob Stone <bob@hospital.example>\n\
    Subject: your visit next week\nMessage-ID: <20261121.1@clinic.example>\nMIME-Version: 1.0\n\
    Content-Type: text/plain; charset=utf-8\n\n";

const LINES: &[&str] = &[
    "Dear Bob, thank you for your letter; I have read it with care and will answer in order.\n",
    "The meeting on Thursday is moved to room 204, and lunch is at noon as it always was.\n",
    "Please bring the forms that the front desk gave you when you were here in spring.\n",
    "> I was not sure whether the parking lot behind the building is open at weekends.\n",
    "It is, from 8:30 to 17:00, and the gate opens when you push the button for long enough.\n",
    "If anything is unclear, write to me or ask at the desk; somebody is there every day.\n",
    "With kind regards, Ann Miller, and greetings to the others who were with you.\n\n",
];

const HITS: &[&str] = &[
    "Her SSN is 536-90-4399, as in the file.\n",
    "MRN: 48210937, diagnosis: diabetes mellitus, takes metformin.\n",
    "Please charge card 4111 1111 1111 1111.\n",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_has_about_its_size_and_something_to_find() {
        for size in MAIL_SIZES {
            assert_eq!(text(size).len(), size);
            let mail = mail(size);
            assert!((size..size + size / 20 + 20).contains(&mail.len()), "{}", mail.len());
        }
        assert!(text(500).contains("536-90-4399"));
    }

    #[test]
    fn sizes_are_written_as_people_say_them() {
        assert_eq!(MAIL_SIZES.map(label), ["500 B", "5 kB", "100 kB"]);
        assert_eq!(SEALED_SIZES.map(label), ["1 kB", "10 kB", "1 MiB", "25 MiB"]);
    }
}
