//! Reads the entries of an overlay, and keeps watch that nothing is told twice.

use super::Overlay;
use crate::diagnostics::Code;
use crate::spec::{Pointer, Value, key_text};

/// An entry of an overlay: its key, its value, its place.
pub(super) struct Entry<'a> {
    pub(super) key: String,
    pub(super) value: &'a Value,
    pub(super) at: Pointer,
}

/// What can be said about any named thing.
#[derive(Default)]
pub(super) struct Note<'a> {
    pub(super) description: Option<String>,
    pub(super) rename: Option<String>,
    pub(super) secret: bool,
    /// The other keys, for the things that have parts.
    pub(super) parts: Vec<Entry<'a>>,
}

impl Overlay {
    /// Two texts for one thing: which one is meant?
    pub(super) fn once(&mut self, what: &str, at: &Pointer) {
        if let Some(other) = self.seen.insert(what.to_owned(), at.file().to_owned()) {
            self.problems.add(Code::OverlayTwice, at, &[what, &other]);
        }
    }

    /// Reads the short form, a text, or the long form, a map with some of `keys`.
    pub(super) fn note<'a>(&mut self, entry: &Entry<'a>, keys: &[&str]) -> Note<'a> {
        let mut note = Note::default();
        if let Some(text) = entry.value.as_str() {
            note.description = Some(text.trim().to_owned());
            return note;
        }
        for part in self.map(entry.value, &entry.at) {
            match part.key.as_str() {
                key if !keys.contains(&key) => self.unknown_key(&part, &keys.join(", ")),
                "description" => note.description = self.text(part.value, &part.at),
                "rename" => note.rename = self.text(part.value, &part.at),
                "secret" => match part.value.as_bool() {
                    Some(secret) => note.secret = secret,
                    None => self.problems.add(Code::OverlayShape, &part.at, &["`true` or `false`"]),
                },
                _ => note.parts.push(part),
            }
        }
        note
    }

    pub(super) fn map<'a>(&mut self, value: &'a Value, at: &Pointer) -> Vec<Entry<'a>> {
        let Some(map) = value.as_mapping() else {
            self.problems.add(Code::OverlayShape, at, &["a map"]);
            return Vec::new();
        };
        let entry = |(key, value)| {
            let key = key_text(key).into_owned();
            Entry { at: at.join(&key), key, value }
        };
        map.iter().map(entry).collect()
    }

    pub(super) fn text(&mut self, value: &Value, at: &Pointer) -> Option<String> {
        let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.problems.add(Code::OverlayShape, at, &["a text"]);
        }
        text.map(str::to_owned)
    }

    pub(super) fn unmatched(&mut self, entry: &Entry<'_>, kind: &str) {
        self.problems.add(Code::OverlayUnmatched, &entry.at, &[kind, &entry.key]);
    }

    pub(super) fn unknown_key(&mut self, entry: &Entry<'_>, keys: &str) {
        self.problems.add(Code::OverlayKey, &entry.at, &[&entry.key, keys]);
    }
}
