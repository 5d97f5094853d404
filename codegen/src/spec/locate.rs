//! Pointer → line and column, by one pass over the events of the file. It runs only when something is reported.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser};

use super::pointer::Pointer;

/// A place in a text, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Where the keys (or, in a list, the elements) stand that `pointers` lead to. A pointer that leads nowhere gets the
/// place of the nearest outer one that exists; nothing is found behind a syntax error.
pub(crate) fn locate<'a>(text: &str, pointers: impl Iterator<Item = &'a Pointer>) -> BTreeMap<&'a str, Location> {
    let mut wanted: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
    for pointer in pointers {
        for prefix in prefixes(pointer.path()) {
            wanted.entry(prefix.to_owned()).or_default().push(pointer.path());
        }
    }
    let mut walk = Walk { wanted, found: BTreeMap::new(), path: String::new(), open: Vec::new() };
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        walk.event(&event, Location { line: span.start.line(), column: span.start.col() + 1 });
    }
    walk.found
}

/// `/a/b` → ``, `/a`, `/a/b`.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}

/// A list or a map that is being read.
enum Open {
    List { length: usize, element: usize },
    Map { length: usize, at: Slot },
}

enum Slot {
    Key,
    Value,
}

struct Walk<'a> {
    wanted: BTreeMap<String, Vec<&'a str>>,
    found: BTreeMap<&'a str, Location>,
    path: String,
    open: Vec<Open>,
}

impl Walk<'_> {
    fn event(&mut self, event: &Event<'_>, place: Location) {
        match event {
            Event::Scalar(text, ..) => self.scalar(text, place),
            Event::Alias(_) => self.scalar("", place),
            Event::MappingStart(..) => {
                self.begin(place);
                self.open.push(Open::Map { length: self.path.len(), at: Slot::Key });
            }
            Event::SequenceStart(..) => {
                self.begin(place);
                self.open.push(Open::List { length: self.path.len(), element: 0 });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
                self.end();
            }
            _ => {}
        }
    }

    fn scalar(&mut self, text: &str, place: Location) {
        if let Some(Open::Map { length, at: at @ Slot::Key }) = self.open.last_mut() {
            *at = Slot::Value;
            let length = *length;
            self.enter(length, text, place);
            return;
        }
        self.begin(place);
        self.end();
    }

    /// A value begins; the ones of a map were entered with their key.
    fn begin(&mut self, place: Location) {
        match self.open.last_mut() {
            None => self.note(place),
            Some(Open::List { length, element }) => {
                let (length, token) = (*length, element.to_string());
                *element += 1;
                self.enter(length, &token, place);
            }
            Some(Open::Map { .. }) => {}
        }
    }

    /// A value has ended.
    fn end(&mut self) {
        if let Some(Open::Map { length, at }) = self.open.last_mut() {
            *at = Slot::Key;
            self.path.truncate(*length);
        }
    }

    fn enter(&mut self, length: usize, token: &str, place: Location) {
        self.path.truncate(length);
        self.path.push('/');
        if token.contains(['~', '/']) {
            self.path.push_str(&token.replace('~', "~0").replace('/', "~1"));
        } else {
            self.path.push_str(token);
        }
        self.note(place);
    }

    /// Later notes are deeper, hence better.
    fn note(&mut self, place: Location) {
        for path in self.wanted.get(&self.path).into_iter().flatten() {
            self.found.insert(path, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Location, locate};
    use crate::spec::Pointer;

    const TEXT: &str = "paths:\n  /A/{moId}/b:\n    get:\n      tags: [A, B]\nlast: {x: 1, 'y': 2}\n";

    fn place(text: &str, tokens: &[&str]) -> (usize, usize) {
        let pointer = Pointer::root("spec.yaml").join_all(tokens);
        let Location { line, column } = locate(text, [&pointer].into_iter())[pointer.path()];
        (line, column)
    }

    #[test]
    fn a_key_is_found() {
        assert_eq!(place(TEXT, &["paths", "/A/{moId}/b", "get"]), (3, 5));
        assert_eq!(place(TEXT, &["last", "y"]), (5, 14));
    }

    #[test]
    fn an_element_is_found() {
        assert_eq!(place(TEXT, &["paths", "/A/{moId}/b", "get", "tags", "1"]), (4, 17));
    }

    #[test]
    fn what_is_missing_gets_the_place_around_it() {
        assert_eq!(place(TEXT, &["last", "z", "deep"]), (5, 1));
    }

    #[test]
    fn json_is_read_too() {
        assert_eq!(place("{\n  \"a\": {\n    \"b\": [1,\n 2] } }", &["a", "b", "1"]), (4, 2));
    }
}
