//! Views: lists of objects that belong to a session and follow the inventory.
//!
//! What a view lists is a property in the store like any other. Views catch up when their session calls, not when the
//! inventory changes: nobody else sees them, and a thousand changes in between cost one look.

use std::collections::HashSet;

use jiff::Timestamp;
use vim25_runtime::{List, ManagedObjectReference, Secret};

use crate::selection::{Plan, Selection};
use crate::state::State;
use crate::viewer::Viewer;

/// A view of a session.
pub(crate) struct View {
    pub(crate) reference: ManagedObjectReference,
    pub(crate) content: Content,
}

/// How the content of a view comes about.
pub(crate) enum Content {
    /// What lies in a container.
    Container(Selection),
    /// The root folder, and what lies in the objects that were opened.
    Tree {
        /// The objects that were opened, in this order.
        opened: Vec<ManagedObjectReference>,
        /// What is to be seen with them open.
        selection: Selection,
    },
    /// What the session has put into it, as of a change of the store.
    Listed(u64),
}

impl View {
    /// Looks anew at what a view of a tree shows with some objects open.
    pub(crate) fn open(&mut self, root: &ManagedObjectReference, objects: Vec<ManagedObjectReference>) {
        let selection = Selection::new(Plan::of_tree(root, &objects));
        self.content = Content::Tree { opened: objects, selection };
    }

    /// What the view lists from now on, if that has changed.
    fn update(&mut self, viewer: Viewer<'_>) -> Option<Vec<ManagedObjectReference>> {
        let listed = viewer.state.store.references(&self.reference, "view");
        match &mut self.content {
            Content::Container(selection) => follow(selection, viewer, listed),
            Content::Tree { selection, .. } => follow(selection, viewer, listed),
            Content::Listed(version) => {
                let store = &viewer.state.store;
                let known = std::mem::replace(version, store.version());
                let has_lost = match store.changed_since(known) {
                    Some(mut changed) => changed.any(|object| !store.contains(object)),
                    None => true,
                };
                let stays = |object: &&ManagedObjectReference| store.contains(object);
                (has_lost && !listed.iter().all(|object| store.contains(object)))
                    .then(|| listed.iter().filter(stays).cloned().collect())
            }
        }
    }
}

/// What stays of a list, and after it what is new.
fn follow(
    selection: &mut Selection,
    viewer: Viewer<'_>,
    listed: &[ManagedObjectReference],
) -> Option<Vec<ManagedObjectReference>> {
    let moved = selection.update(viewer).moved;
    if moved.is_empty() {
        return None;
    }
    let mut known = HashSet::with_capacity(listed.len());
    let stays = listed.iter().filter(|object| selection.contains(object)).inspect(|&object| {
        known.insert(object);
    });
    let mut list: Vec<ManagedObjectReference> = stays.cloned().collect();
    let mut added = HashSet::new();
    for id in &moved {
        if selection.contains(id) && !known.contains(&**id) && added.insert(id) {
            list.push((**id).clone());
        }
    }
    Some(list)
}

impl State {
    /// Lets the views of a session catch up with the inventory. Whether any has changed.
    pub(crate) fn update_views(&mut self, session_id: Option<&Secret>, now: Timestamp) -> bool {
        let Some(session) = self.session(session_id).map(|session| session.number) else { return false };
        if !self.session_objects.has_views(session) {
            return false;
        }
        let before = self.store.version();
        let mut views = std::mem::take(&mut self.session_objects.owned(session).views);
        for view in &mut views {
            if let Some(list) = view.update(Viewer { state: self, now, session_id }) {
                self.store.set(&view.reference, "view", List::References(list.into()));
            }
        }
        self.session_objects.owned(session).views = views;
        self.store.version() != before
    }
}
