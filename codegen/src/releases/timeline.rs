//! One thing through the releases.

use std::hash::Hash;

use indexmap::IndexMap;

use crate::model::{About, Release};

/// The versions of one thing, oldest first, each with the position of its release in the list of all. Never empty.
pub(super) struct Timeline<T>(Vec<(usize, T)>);

/// Pairs up the things of several releases, given oldest first, by their keys. Those of the newest come first, in its
/// order; then what has vanished.
pub(super) fn timelines<T, K: Eq + Hash>(
    releases: impl DoubleEndedIterator<Item = (usize, Vec<T>)>,
    key: impl Fn(&T) -> K,
) -> Vec<Timeline<T>> {
    let mut found: IndexMap<K, Vec<(usize, T)>> = IndexMap::new();
    for (release, items) in releases.rev() {
        for item in items {
            found.entry(key(&item)).or_default().push((release, item));
        }
    }
    let oldest_first = |mut versions: Vec<(usize, T)>| {
        versions.reverse();
        Timeline(versions)
    };
    found.into_values().map(oldest_first).collect()
}

impl<T> Timeline<T> {
    /// All versions, oldest first.
    pub(super) fn versions(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.0.iter().map(|(_, version)| version)
    }

    /// Each version with the one that follows it and the position of the latter's release.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&T, usize, &T)> {
        self.0.windows(2).map(|pair| (&pair[0].1, pair[1].0, &pair[1].1))
    }

    /// Takes the parts of each version out of it, to be paired up themselves.
    pub(super) fn parts<P>(&mut self, take: impl Fn(&mut T) -> &mut Vec<P>) -> Vec<(usize, Vec<P>)> {
        self.0.iter_mut().map(|(release, version)| (*release, std::mem::take(take(version)))).collect()
    }

    pub(super) fn span(&self) -> Span {
        Span { first: self.0[0].0, last: self.0[self.0.len() - 1].0 }
    }

    /// The newest version.
    pub(super) fn into_newest(mut self) -> T {
        self.0.pop().expect("a timeline is never empty").1
    }
}

/// The positions of the first and the last release that have a thing.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// Whether the releases before and after can tell of a thing.
#[derive(Clone, Copy)]
pub(super) struct Heard {
    pub(super) before: bool,
    pub(super) after: bool,
}

/// When a thing came and when it went, in releases that are known; absent if it has always been there, or still is.
#[derive(Clone, Copy)]
pub(super) struct Life {
    pub(super) since: Option<Release>,
    pub(super) until: Option<Release>,
}

impl Life {
    /// From the releases that have the thing. The first release of all cannot tell when it came, so its note counts; a
    /// later note counts if it names a release between the one that lacks the thing and the one that has it.
    pub(super) fn of<T>(
        timeline: &Timeline<T>,
        releases: &[Release],
        heard: Heard,
        note: impl Fn(&T) -> Option<Release>,
    ) -> Self {
        let Span { first, last } = timeline.span();
        let noted = timeline.versions().next().and_then(note);
        let since = match first.checked_sub(1).filter(|_| heard.before) {
            None => noted,
            Some(before) => {
                let between = |note: &Release| *note > releases[before] && *note < releases[first];
                Some(noted.filter(between).unwrap_or(releases[first]))
            }
        };
        let until = (heard.after && last + 1 < releases.len()).then(|| releases[last]);
        Self { since, until }
    }

    /// For a part of a thing that lives for `outer`. If it came with the thing, no note means that it came at the same
    /// time; if it goes with the thing, the thing tells.
    pub(super) fn of_part<T>(
        timeline: &Timeline<T>,
        outer: Span,
        releases: &[Release],
        note: impl Fn(&T) -> Option<Release>,
    ) -> Self {
        let Span { first, last } = timeline.span();
        let heard = Heard { before: first != outer.first, after: last != outer.last };
        Self::of(timeline, releases, heard, note)
    }

    pub(super) fn of_about(about: &About) -> Self {
        Self { since: about.since, until: about.until }
    }

    /// What the thing around it does not say already.
    pub(super) fn within(self, outer: Self) -> Self {
        let until = self.until.filter(|until| outer.until.is_none_or(|outer| *until < outer));
        Self { since: self.since.filter(|since| Some(*since) > outer.since), until }
    }

    /// The life of both together: from the earlier beginning to the later end.
    pub(super) fn around(self, other: Self) -> Self {
        Self { since: self.since.min(other.since), until: self.until.and_then(|until| Some(until.max(other.until?))) }
    }

    pub(super) fn note(self, about: &mut About) {
        about.since = self.since;
        about.until = self.until;
    }
}
