//! The properties of an object as the property collector gave them, not yet typed.

use std::collections::HashSet;
use std::sync::Arc;

use crate::{Any, Fault, ManagedObjectReference};

/// One property.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// It is not set.
    Unset,
    /// Its value.
    Value(Any),
    /// The server does not tell it.
    Hidden(Fault),
    /// What the server sent cannot be read: what was met.
    Broken(String),
}

/// An object and its properties, in the order in which they were selected.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) reference: ManagedObjectReference,
    pub(crate) paths: Arc<[String]>,
    pub(crate) cells: Vec<Cell>,
}

/// Which properties of a type of managed object are selected.
#[derive(Clone, Debug)]
pub(crate) struct Properties {
    /// The type, by wire name.
    pub(crate) of: &'static str,
    /// The paths, as the caller named them.
    pub(crate) paths: Arc<[String]>,
}

impl Properties {
    pub(crate) fn new(of: &'static str, paths: Vec<String>) -> Self {
        Self { of, paths: paths.into() }
    }

    /// Cells of which nothing is known yet.
    pub(crate) fn unset(&self) -> Vec<Cell> {
        vec![Cell::Unset; self.paths.len()]
    }

    /// Fills in what the server says of a path; whether it is one of those that are selected.
    pub(crate) fn fill(&self, cells: &mut [Cell], path: &str, cell: Cell) -> bool {
        let mut places = self.paths.iter().zip(cells).filter(|(selected, _)| *selected == path).map(|(_, place)| place);
        let Some(first) = places.next() else { return false };
        places.for_each(|again| *again = cell.clone());
        *first = cell;
        true
    }

    /// The paths, each once.
    pub(crate) fn distinct(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.paths.iter().map(String::as_str).filter(|path| seen.insert(*path)).collect()
    }
}
