//! What the benches share: the corpora, mails made of them, policies with rules of their own, and the sizes of what is sealed.

pub mod corpus;
pub mod picture;
pub mod policies;

pub use corpus::Corpus;

/// Sizes of what is sealed: two letters, and one with attachments of usual and of extreme size.
pub const SEALED_SIZES: [usize; 4] = [1_000, 10_000, 1 << 20, 25 << 20];

/// How a size is written: `500 B`, `5 kB`, `25 MiB`.
pub fn label(size: usize) -> String {
    match size {
        mib if mib.is_multiple_of(1 << 20) => format!("{} MiB", mib >> 20),
        kilo if kilo >= 1_000 => format!("{} kB", kilo / 1_000),
        bytes => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_people_say_them() {
        assert_eq!([500, 5_000].map(label), ["500 B", "5 kB"]);
        assert_eq!(SEALED_SIZES.map(label), ["1 kB", "10 kB", "1 MiB", "25 MiB"]);
    }
}
