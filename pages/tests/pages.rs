//! Blocks of every size keep what is in them, and large ones give their pages back. A program of its own, whose allocator it is.

use proptest::prelude::*;
use sealwax_pages::{LARGE, Pages};

#[global_allocator]
static ALLOCATOR: Pages = Pages;

/// Sizes about the one from which blocks have pages of their own, and about the ends of pages.
fn sizes() -> impl Strategy<Value = Vec<usize>> {
    let near = |place: usize| place - 2..=place + 2;
    let size = prop_oneof![
        near(16),
        near(4_096),
        near(LARGE),
        near(LARGE + 4_096),
        near(3 * LARGE),
        0..4 * LARGE
    ];
    prop::collection::vec(size, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_block_that_grows_and_shrinks_keeps_what_is_in_it(sizes in sizes()) {
        let (mut block, mut kept) = (Vec::new(), 0);
        for size in sizes {
            kept = size.min(kept);
            block.truncate(size);
            block.shrink_to(size);
            block.reserve_exact(size - block.len());
            prop_assert!(block.iter().enumerate().all(|(at, byte)| *byte == at.to_le_bytes()[0]));
            block.extend((block.len()..size).map(|at| at.to_le_bytes()[0]));
            prop_assert_eq!(block.len(), size);
        }
    }

    #[test]
    fn a_block_that_shall_be_zero_is_zero(size in 0..3 * LARGE) {
        drop(vec![7_u8; size]);
        prop_assert!(vec![0_u8; size].iter().all(|byte| *byte == 0));
    }
}

#[test]
fn what_one_thread_took_another_gives_back() {
    let block = std::thread::spawn(|| vec![7_u8; 2 * LARGE]).join().unwrap();
    assert!(
        std::thread::spawn(move || block.iter().all(|byte| *byte == 7))
            .join()
            .unwrap()
    );
}

/// A list of large and aligned records has a layout that is no page's.
#[test]
fn a_block_that_must_stand_at_a_place_stands_there() {
    #[repr(align(65536))]
    struct Aligned(u8);
    let records: Vec<Aligned> = (0..40).map(|_| Aligned(7)).collect();
    assert!(records.as_ptr().cast::<u8>().addr().is_multiple_of(65_536));
    assert!(records.iter().all(|record| record.0 == 7));
}

#[cfg(target_os = "linux")]
#[test]
fn the_pages_of_a_large_block_are_given_back_at_once() {
    let held = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim_end_matches("kB").trim().parse::<usize>().unwrap() << 10
    };
    // After a larger one, the system's allocator would keep blocks of this size.
    drop(vec![7_u8; 31 * LARGE]);
    let blocks: Vec<Vec<u8>> = (0..64).map(|_| vec![7; LARGE]).collect();
    let before = held();
    let (kept, freed): (Vec<_>, Vec<_>) = blocks.into_iter().enumerate().partition(|(at, _)| at % 8 == 7);
    drop(freed);
    assert!(before - held() > 40 * LARGE, "{} of {before}", held());
    drop(kept);
}
