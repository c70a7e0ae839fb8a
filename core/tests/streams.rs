//! Sealing and opening of streams.
#![allow(clippy::similar_names, reason = "what a sealer makes is sealed")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use proptest::prelude::*;
use sealwax::crypto::Provider;
use sealwax::seal::{ChunkwiseReader, Header, LocalKey, OpenError, Opener, Sealer};

const LENGTHS: [usize; 9] = [0, 1, 16_383, 16_384, 16_385, 32_768, 131_072, 131_073, 300_000];

#[test]
fn a_stream_opens_like_a_whole_message_and_the_other_way_round() {
    for len in LENGTHS {
        let plain = plain(len);
        let streamed = streamed(&plain, 1_000);
        assert!(*opener().open(&streamed).unwrap() == plain, "{len}");
        let whole = sealer().seal(&plain).unwrap();
        assert_eq!(whole.len(), streamed.len());
        for sealed in [whole, streamed] {
            let mut out = Vec::new();
            opener()
                .chunkwise_reader(Dribble(&sealed))
                .unwrap()
                .read_to_end(&mut out)
                .unwrap();
            assert!(out == plain, "{len}");
            let mut out = Vec::new();
            let written = opener().open_stream(Cursor::new(&sealed), &mut out).unwrap();
            assert!(out == plain && written == len as u64, "{len}");
        }
    }
}

#[test]
fn a_message_may_stand_in_the_middle_of_a_file() {
    let sealed = sealer().seal(b"labs").unwrap();
    let mut file = Cursor::new([b"before".as_slice(), &sealed].concat());
    file.set_position(6);
    let mut out = Vec::new();
    opener().open_stream(&mut file, &mut out).unwrap();
    assert_eq!(out, b"labs");
    file.set_position(6);
    let mut two = [0; 2];
    assert_eq!(opener().seek_reader(file).unwrap().read_at(1, &mut two).unwrap(), 2);
    assert_eq!(&two, b"ab");
}

#[test]
fn a_detached_header_opens_a_stream() {
    let plain = plain(40_000);
    let (header, mut writer) = sealer().writer_detached(Vec::new()).unwrap();
    writer.write_all(&plain).unwrap();
    let body = writer.finish().unwrap();
    assert!(Header::parse(&header).is_ok());
    let mut out = Vec::new();
    opener()
        .chunkwise_reader_detached(&header, body.as_slice())
        .unwrap()
        .read_to_end(&mut out)
        .unwrap();
    assert!(out == plain);
    let mut reader = opener().seek_reader_detached(&header, Cursor::new(&body)).unwrap();
    reader.seek(SeekFrom::End(-1)).unwrap();
    assert_eq!(reader.read(&mut [0; 9]).unwrap(), 1);
    assert!(
        opener()
            .seek_reader_detached(&[header.as_slice(), &[0]].concat(), Cursor::new(&body))
            .is_err()
    );
}

#[test]
fn nothing_is_written_unless_the_whole_stream_is_genuine() {
    let sealed = sealer().seal(&plain(100_000)).unwrap();
    for cut in [sealed.len() - 1, sealed.len() - 2_000, 50_000, 300, 20] {
        let mut out = Vec::new();
        let error = opener().open_stream(Cursor::new(&sealed[..cut]), &mut out).unwrap_err();
        assert!(is_refusal(&error) && out.is_empty(), "{cut}");
    }
    let mut changed = sealed;
    *changed.last_mut().unwrap() ^= 1;
    let mut out = Vec::new();
    assert!(opener().open_stream(Cursor::new(&changed), &mut out).is_err());
    assert!(out.is_empty());
}

#[test]
fn every_truncation_of_a_stream_is_refused_and_stays_refused() {
    for len in [0, 5, 16_384, 16_400] {
        let sealed = sealer().seal(&plain(len)).unwrap();
        for cut in (0..sealed.len()).step_by(if len > 10 { 61 } else { 1 }) {
            let opened = opener().chunkwise_reader(&sealed[..cut]);
            let Ok(mut reader) = opened else { continue };
            assert!(reader.read_to_end(&mut Vec::new()).is_err(), "{len} cut to {cut}");
            assert!(reader.read(&mut [0]).is_err());
            assert!(
                opener().seek_reader(Cursor::new(&sealed[..cut])).is_err(),
                "{len} cut to {cut}"
            );
        }
        let longer = [sealed.as_slice(), &[0]].concat();
        assert!(
            opener()
                .chunkwise_reader(longer.as_slice())
                .unwrap()
                .read_to_end(&mut Vec::new())
                .is_err()
        );
    }
}

#[test]
fn a_changed_chunk_is_refused_where_it_is_read_and_only_there() {
    let mut sealed = sealer().seal(&plain(100_000)).unwrap();
    let second = sealed.len() - (100_000 + 7 * 16) + 16_400 + 5;
    sealed[second] ^= 1;
    let mut reader = opener().seek_reader(Cursor::new(&sealed)).unwrap();
    let mut out = [0xaa; 100];
    assert!(reader.read_at(20_000, &mut out).is_err());
    assert_eq!(out, [0; 100]);
    assert_eq!(reader.read_at(40_000, &mut out).unwrap(), 100);
    let mut chunkwise: ChunkwiseReader<_> = opener().chunkwise_reader(sealed.as_slice()).unwrap();
    let mut released = Vec::new();
    assert!(chunkwise.read_to_end(&mut released).is_err());
    assert!(released == plain(16_384));
}

#[test]
fn a_message_that_was_not_finished_does_not_open() {
    let mut out = Vec::new();
    let mut writer = sealer().writer(&mut out).unwrap();
    writer.write_all(&plain(16_384)).unwrap();
    writer.flush().unwrap();
    drop(writer);
    assert!(opener().open(&out).is_err());
}

#[test]
fn a_writer_that_failed_stays_failed() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() > 1_000 {
                Err(io::ErrorKind::StorageFull.into())
            } else {
                Ok(bytes.len())
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer = sealer().writer(Full).unwrap();
    assert_eq!(
        writer.write_all(&plain(200_000)).unwrap_err().kind(),
        io::ErrorKind::StorageFull
    );
    assert!(writer.write_all(b"more").is_err());
    assert!(writer.finish().is_err());
}

#[test]
fn an_error_of_the_input_is_passed_on_as_it_is() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let sealed = sealer().seal(&plain(50_000)).unwrap();
    let mut reader = opener().chunkwise_reader(sealed[..30_000].chain(Broken)).unwrap();
    let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}

#[test]
fn threads_give_the_same_message() {
    let plain = plain(3_000_000);
    for threads in [2, 3, 8] {
        let sealed = sealer().threads(threads).seal(&plain).unwrap();
        let mut into = vec![0; sealed.len()];
        assert_eq!(sealer().threads(threads).seal_into(&plain, &mut into), Ok(sealed.len()));
        for mut sealed in [sealed, into] {
            assert!(*opener().open(&sealed).unwrap() == plain);
            assert!(*opener().threads(threads).open(&sealed).unwrap() == plain);
            let middle = sealed.len() / 2;
            sealed[middle] ^= 1;
            let mut out = vec![0; plain.len()];
            assert!(opener().threads(threads).open_into(&sealed, &mut out).is_err());
            assert!(out.iter().all(|byte| *byte == 0));
        }
    }
}

proptest! {
    #[test]
    fn any_range_reads_as_it_was_written(offset in 0_u64..70_000, len in 0_usize..40_000) {
        let plain = plain(60_000);
        let sealed = sealer().seal(&plain).unwrap();
        let mut reader = opener().seek_reader(Cursor::new(sealed)).unwrap();
        let mut out = vec![0; len];
        let read = reader.read_at(offset, &mut out).unwrap();
        let start = plain.len().min(usize::try_from(offset).unwrap());
        let end = plain.len().min(start + len);
        prop_assert!(out[..read] == plain[start..end]);
    }
}

fn streamed(plain: &[u8], piece: usize) -> Vec<u8> {
    let mut writer = sealer().writer(Vec::new()).unwrap();
    plain.chunks(piece).for_each(|piece| writer.write_all(piece).unwrap());
    writer.finish().unwrap()
}

fn is_refusal(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn std::error::Error + Send + Sync>::is::<OpenError>)
}

/// Gives at most 700 bytes at a time.
struct Dribble<'a>(&'a [u8]);

impl Read for Dribble<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out.split_at_mut(out.len().min(700)).0)
    }
}

fn sealer() -> Sealer {
    Sealer::new(Provider::ring()).recipient(key()).protect_recipients()
}

fn opener() -> Opener {
    Opener::new(Provider::ring()).identity(key())
}

fn key() -> LocalKey {
    LocalKey::from_bytes(&[7; 32])
}

fn plain(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}
