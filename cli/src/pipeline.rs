//! All cores at work, results in the order of the input, bounded memory.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::failure::Failure;

/// Calls `work` on every item in `threads` threads and hands the results to `sink` in the order of the items.
///
/// No more than [`WINDOW`] results wait for a slow one before them, and an item is taken from `items` only when a
/// thread is free for it, so memory does not grow with the input. An error of `sink` ends it early.
pub(crate) fn ordered<Items, Output>(
    items: Items,
    threads: NonZeroUsize,
    work: impl Fn(Items::Item) -> Output + Sync,
    sink: impl FnMut(Output) -> Result<(), Failure>,
) -> Result<(), Failure>
where
    Items: Iterator + Send,
    Output: Send,
{
    let (tickets, taken) = mpsc::channel();
    for _ in 0..WINDOW {
        // The receiver lives in `queue`, so this cannot fail.
        let _ = tickets.send(());
    }
    let queue = Mutex::new(Queue {
        items: items.enumerate(),
        taken,
    });
    let (done, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.get() {
            let (queue, work, done) = (&queue, &work, done.clone());
            scope.spawn(move || drain(queue, work, &done));
        }
        drop(done);
        // Takes both ends by value: dropping them stops the threads when `sink` has failed.
        in_order(results, tickets, sink)
    })
}

/// The items that are left; a thread takes a ticket for each, and the sink gives it back.
struct Queue<Items> {
    items: Items,
    taken: Receiver<()>,
}

impl<Items: Iterator> Queue<Items> {
    fn next(&mut self) -> Option<Items::Item> {
        self.taken.recv().ok()?;
        self.items.next()
    }
}

fn drain<Items, Item, Output>(
    queue: &Mutex<Queue<Items>>,
    work: &(impl Fn(Item) -> Output + Sync),
    done: &Sender<(usize, Output)>,
) where
    Items: Iterator<Item = (usize, Item)>,
{
    let next = || queue.lock().ok()?.next();
    while let Some((number, item)) = next() {
        if done.send((number, work(item))).is_err() {
            return;
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "dropping both ends is what stops the threads"
)]
fn in_order<Output>(
    results: Receiver<(usize, Output)>,
    tickets: Sender<()>,
    mut sink: impl FnMut(Output) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, output) in results {
        waiting.insert(number, output);
        while let Some(output) = waiting.remove(&next) {
            sink(output)?;
            next += 1;
            // The queue is gone only when every thread is, and then nobody needs the ticket.
            let _ = tickets.send(());
        }
    }
    Ok(())
}

/// Enough that no thread waits for a slow message, few enough that results of a few kilobytes stay small together.
const WINDOW: usize = 1024;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn threads(number: usize) -> NonZeroUsize {
        NonZeroUsize::new(number).unwrap()
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut seen = Vec::new();
        let slow_when_even = |item: usize| {
            if item.is_multiple_of(2) {
                thread::sleep(Duration::from_micros(50));
            }
            item * 3
        };
        ordered(0..5000, threads(4), slow_when_even, |item| {
            seen.push(item);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, (0..5000).map(|item| item * 3).collect::<Vec<_>>());
    }

    #[test]
    fn no_more_items_are_taken_than_the_window_holds_while_the_first_is_slow() {
        let taken = AtomicUsize::new(0);
        let items = (0..10 * WINDOW).inspect(|_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
        let most_while_first = AtomicUsize::new(0);
        let work = |item: usize| {
            if item == 0 {
                thread::sleep(Duration::from_millis(200));
                most_while_first.store(taken.load(Ordering::SeqCst), Ordering::SeqCst);
            }
        };
        ordered(items, threads(3), work, |()| Ok(())).unwrap();
        let most = most_while_first.into_inner();
        assert!((2..=WINDOW).contains(&most), "{most}");
        assert_eq!(taken.into_inner(), 10 * WINDOW);
    }

    #[test]
    fn a_failing_sink_ends_an_endless_input() {
        let failed = ordered(
            0..,
            threads(2),
            |item: u64| item,
            |item| match item {
                7 => Err(Failure::new("full")),
                _ => Ok(()),
            },
        );
        assert_eq!(failed.unwrap_err().to_string(), "full");
    }
}
