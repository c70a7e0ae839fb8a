//! Random policies and mail, and a slow, clear reading of what they need at least.

pub(crate) mod house;
pub(crate) mod letter;
pub(crate) mod mail;
pub(crate) mod oracle;
pub(crate) mod written;

/// Numbers that a property test drew, spent one by one; those that are missing are 0, so that less shrinks to plainer.
#[derive(Clone)]
pub(crate) struct Dice {
    numbers: std::vec::IntoIter<u16>,
}

impl Dice {
    pub(crate) fn new(numbers: Vec<u16>) -> Self {
        Self {
            numbers: numbers.into_iter(),
        }
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.numbers.next().unwrap_or_default()) % end
    }

    pub(crate) fn of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    /// True in one of `times` throws.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }
}
