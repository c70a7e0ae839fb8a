//! Rounds of works that take turns, so that a machine that gets slower meanwhile is so for all.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// A piece of work that can be done again and again.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut()>,
}

pub(crate) fn work(name: &'static str, run: impl FnMut() + 'static) -> Work {
    Work {
        name,
        run: Box::new(run),
    }
}

/// What a clock tells.
#[derive(Clone, Copy)]
pub(crate) enum Clock {
    /// How long it took, for works that have threads of their own.
    Wall,
    /// How long the processor worked on it, which other work on the machine adds little to.
    Thread,
}

impl Clock {
    /// Nanoseconds since some time.
    fn now(self) -> f64 {
        let told = clock_gettime(match self {
            Self::Wall => ClockId::Monotonic,
            Self::Thread => ClockId::ThreadCPUTime,
        });
        told.tv_sec as f64 * 1e9 + told.tv_nsec as f64
    }
}

/// The median time of each work in nanoseconds; its rounds go on for `time`.
pub(crate) fn measure(mut works: Vec<Work>, clock: Clock, time: Duration) -> Vec<(&'static str, f64)> {
    let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); works.len()];
    let repeats: Vec<u32> = works.iter_mut().map(|work| repeats(work, clock)).collect();
    let end = Instant::now() + time;
    while Instant::now() < end || rounds[0].len() < MIN_ROUNDS {
        for ((work, repeats), rounds) in works.iter_mut().zip(&repeats).zip(&mut rounds) {
            rounds.push(round(work, clock, *repeats));
        }
    }
    works
        .iter()
        .map(|work| work.name)
        .zip(rounds.into_iter().map(median))
        .collect()
}

/// How often a work is done in one round, so that a round is long enough for the clock.
fn repeats(work: &mut Work, clock: Clock) -> u32 {
    let nanos = round(work, clock, 1).min(round(work, clock, 1));
    (ROUND_NANOS / nanos.max(1.0)).clamp(1.0, 10_000.0) as u32
}

fn round(work: &mut Work, clock: Clock, repeats: u32) -> f64 {
    let start = clock.now();
    for _ in 0..repeats {
        (work.run)();
    }
    (clock.now() - start) / f64::from(repeats)
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

const MIN_ROUNDS: usize = 5;
const ROUND_NANOS: f64 = 2e6;
