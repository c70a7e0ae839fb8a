//! Sealing beside other libraries: prints one line for each piece of work, `WORK<TAB>BYTES<TAB>NANOSECONDS`.
//!
//! Each number is the median of many rounds, and the rounds of all works take turns, so that a machine that gets slower
//! meanwhile is so for all. `SECONDS` (argument) is how long the rounds of one size go on.

mod works;

use std::env;
use std::time::{Duration, Instant};

use works::{Work, works};

fn main() {
    let seconds = env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10.0);
    for size in SIZES {
        let works = works(size);
        for (work, nanos) in measure(works, Duration::from_secs_f64(seconds)) {
            println!("{work}\t{size}\t{nanos:.1}");
        }
    }
}

/// The median time of each work in nanoseconds.
fn measure(mut works: Vec<Work>, time: Duration) -> Vec<(&'static str, f64)> {
    let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); works.len()];
    let repeats: Vec<u32> = works.iter_mut().map(|work| repeats(work)).collect();
    let end = Instant::now() + time;
    while Instant::now() < end || rounds[0].len() < MIN_ROUNDS {
        for ((work, repeats), rounds) in works.iter_mut().zip(&repeats).zip(&mut rounds) {
            rounds.push(round(work, *repeats));
        }
    }
    works
        .iter()
        .map(|work| work.name)
        .zip(rounds.into_iter().map(median))
        .collect()
}

/// How often a work is done in one round, so that a round is long enough for the clock.
fn repeats(work: &mut Work) -> u32 {
    let nanos = round(work, 1).min(round(work, 1));
    (ROUND_NANOS / nanos.max(1.0)).clamp(1.0, 10_000.0) as u32
}

fn round(work: &mut Work, repeats: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        (work.run)();
    }
    start.elapsed().as_nanos() as f64 / f64::from(repeats)
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 25 << 20];
const MIN_ROUNDS: usize = 5;
const ROUND_NANOS: f64 = 2e6;
