//! The elements of an array.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Serialize, Serializer};
use thin_vec::ThinVec;

/// The elements of an array: a slice that owns what is in it, in one word, so that a [`Value`](crate::Value) with an array
/// is no larger than others.
///
/// ```
/// use vim25_runtime::Elements;
///
/// let keys = Elements::from(vec![2000, 2001]);
/// assert_eq!(keys.first(), Some(&2000));
/// assert_eq!(Vec::from(keys), [2000, 2001]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Elements<T>(ThinVec<T>);

impl<T> Elements<T> {
    /// No elements; nothing is allocated.
    pub const fn new() -> Self {
        Self(ThinVec::new())
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        self.0.push(element);
    }

    /// Keeps those elements only of which `is_kept` is true.
    pub fn retain(&mut self, is_kept: impl FnMut(&T) -> bool) {
        self.0.retain(is_kept);
    }

    /// Gives back the memory for more elements.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }
}

impl<T> Default for Elements<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for Elements<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for Elements<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Elements<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T> FromIterator<T> for Elements<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> From<Vec<T>> for Elements<T> {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T> From<Elements<T>> for Vec<T> {
    fn from(elements: Elements<T>) -> Self {
        elements.0.into_iter().collect()
    }
}

impl<T> IntoIterator for Elements<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        Vec::from(self).into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Elements<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut Elements<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: Serialize> Serialize for Elements<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&**self)
    }
}
