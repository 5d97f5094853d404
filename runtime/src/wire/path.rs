//! Where something stands in a JSON document.

use std::borrow::Cow;
use std::fmt;

/// The way from the root of a JSON document to a value: `objects[3].propSet[0].val`.
///
/// Built from the inside out, while an error travels up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<Segment>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Into the member of an object.
    Member(Cow<'static, str>),
    /// Into the element of an array.
    Index(usize),
}

impl Path {
    /// The same path, seen from one level further out.
    pub(crate) fn below(mut self, segment: Segment) -> Self {
        self.0.push(segment);
        self
    }

    /// Puts the path one level further out.
    pub(crate) fn push_outer(&mut self, segment: Segment) {
        self.0.push(segment);
    }
}

impl fmt::Display for Path {
    /// The root itself is `$`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("$");
        }
        for (position, segment) in self.0.iter().rev().enumerate() {
            match segment {
                // Nothing would be read as the root.
                Segment::Member(name) if position == 0 && name.is_empty() => f.write_str("\"\"")?,
                Segment::Member(name) if position == 0 => f.write_str(name)?,
                Segment::Member(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
