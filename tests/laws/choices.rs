//! What a test case decides by.

use proptest::prelude::*;

/// A row of numbers, used up one by one. After its end all choices are the first, which is the simplest; so a shorter row
/// of smaller numbers makes a simpler value, and proptest finds the simplest one that breaks a law.
pub(crate) struct Choices(std::vec::IntoIter<u32>);

impl Choices {
    pub(crate) fn new(numbers: Vec<u32>) -> Self {
        Self(numbers.into_iter())
    }

    /// The simplest choice, always.
    pub(crate) fn none() -> Self {
        Self::new(Vec::new())
    }

    pub(crate) fn number(&mut self) -> u32 {
        self.0.next().unwrap_or_default()
    }

    /// A number less than `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.number() as usize % count
    }

    /// True in one of so many cases; never if there are no numbers left.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Rows of up to so many numbers.
pub(crate) fn numbers(most: usize) -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(any::<u32>(), 0..=most)
}
