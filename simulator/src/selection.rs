//! Which objects are reached from some others, kept up to date without looking at all of them again.
//!
//! The property collector and the views are both made of it.

mod plan;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use vim25_runtime::{ManagedObjectReference, Value};

use self::plan::Via;
pub(crate) use self::plan::{Plan, check_kind, is_container};
use crate::viewer::Viewer;

/// As many references are looked for one by one.
const FEW: usize = 8;

/// A reference that many keep.
pub(crate) type Id = Arc<ManagedObjectReference>;

/// The objects that a plan selects.
pub(crate) struct Selection {
    plan: Plan,
    /// The objects that are selected, and those from which ways lead on.
    nodes: HashMap<Id, Node>,
    /// Objects that were referred to and not there, or not to be seen.
    absent: HashSet<ManagedObjectReference>,
    /// The last change of the store that was looked at, if any was.
    version: Option<u64>,
    /// How often everything was traversed.
    #[cfg(test)]
    pub(crate) traversals: usize,
}

#[derive(Default)]
struct Node {
    /// On how many ways the object was reached that select it.
    arrivals: u32,
    /// The ways that lead on.
    edges: Vec<Edge>,
}

/// A way that leads on from an object.
struct Edge {
    traversal: usize,
    /// The value of the property with the references.
    value: Option<Arc<Value>>,
}

/// What has happened since a selection was last updated. An object can be in it more than once.
#[derive(Default)]
pub(crate) struct Changes {
    /// The objects that came or went, in the order of discovery: those that are selected now have come.
    pub(crate) moved: Vec<Id>,
    /// The selected objects of which some property has changed.
    pub(crate) changed: Vec<Id>,
}

impl Selection {
    /// A selection that is empty before its first update.
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan,
            nodes: HashMap::new(),
            absent: HashSet::new(),
            version: None,
            #[cfg(test)]
            traversals: 0,
        }
    }

    /// What is selected.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether an object is selected.
    pub(crate) fn contains(&self, object: &ManagedObjectReference) -> bool {
        self.nodes.get(object).is_some_and(|node| node.arrivals > 0)
    }

    /// Forgets everything, as if it was new.
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.absent.clear();
        self.version = None;
    }

    /// Catches up with the store.
    pub(crate) fn update(&mut self, viewer: Viewer<'_>) -> Changes {
        let store = &viewer.state.store;
        let known = self.version.replace(store.version());
        if known == self.version {
            return Changes::default();
        }
        let news = known.and_then(|known| store.changed_since(known));
        let news: Option<Vec<&ManagedObjectReference>> = news.map(Iterator::collect);
        match news {
            // Who may see what may have changed with it.
            Some(news) if !news.iter().any(|object| object.type_name() == "AuthorizationManager") => {
                self.follow(viewer, &news)
            }
            _ => {
                let moved = self.traverse(viewer);
                let all = self.nodes.iter().filter(|(_, node)| node.arrivals > 0).map(|(id, _)| id);
                Changes { moved, changed: sorted(all.cloned().collect()) }
            }
        }
    }

    /// Looks at the objects that have changed and at what they refer to; if that is not enough, at everything.
    fn follow(&mut self, viewer: Viewer<'_>, news: &[&ManagedObjectReference]) -> Changes {
        let mut changes = Changes::default();
        for object in news {
            if let Some((id, node)) = self.nodes.get_key_value(*object)
                && node.arrivals > 0
            {
                changes.changed.push(Arc::clone(id));
            }
        }
        let is_enough = news.iter().all(|object| self.look_at(viewer, object, &mut changes.moved));
        if !is_enough {
            let moved = self.traverse(viewer);
            changes.moved.extend(moved);
        }
        changes
    }

    /// Looks at an object that has changed. Whether that is enough: if an object goes from which ways led on, only
    /// traversing everything tells what is still reached.
    fn look_at(&mut self, viewer: Viewer<'_>, object: &ManagedObjectReference, moved: &mut Vec<Id>) -> bool {
        let Some(node) = self.nodes.get(object) else {
            return !(self.absent.contains(object) && self.admits(viewer, object));
        };
        if !self.admits(viewer, object) {
            let is_leaf = node.edges.is_empty();
            if is_leaf {
                self.drop(object, moved);
                self.absent.insert(object.clone());
            }
            return is_leaf;
        }
        for index in 0..node.edges.len() {
            if !self.look_along(viewer, object, index, moved) {
                return false;
            }
        }
        true
    }

    /// Looks at a way that leads on from an object that has changed.
    fn look_along(
        &mut self,
        viewer: Viewer<'_>,
        object: &ManagedObjectReference,
        index: usize,
        moved: &mut Vec<Id>,
    ) -> bool {
        let Some(edge) = self.nodes.get_mut(object).and_then(|node| node.edges.get_mut(index)) else { return true };
        let path = self.plan.path(edge.traversal);
        let value = viewer.root(object, path).ok().flatten();
        if is_same(edge.value.as_ref(), value.as_ref()) {
            return true;
        }
        let traversal = edge.traversal;
        let old = std::mem::replace(&mut edge.value, value.clone());
        let old = old.as_deref().map_or(&[][..], |value| path.references(value));
        let new = value.as_deref().map_or(&[][..], |value| path.references(value));
        let (gone, added) = difference(old, new);
        if !gone.iter().all(|target| self.leave(target, traversal, moved)) {
            return false;
        }
        let added = added.into_iter().map(|target| (target, Via::Traversal(traversal))).collect();
        self.arrive(viewer, added, moved);
        true
    }

    /// Takes one arrival at an object back. Whether that is enough.
    fn leave(&mut self, target: &ManagedObjectReference, traversal: usize, moved: &mut Vec<Id>) -> bool {
        let Some(node) = self.nodes.get_mut(target) else {
            self.absent.remove(target);
            return true;
        };
        if !node.edges.is_empty() {
            return false;
        }
        if !self.plan.after(Via::Traversal(traversal)).0 {
            node.arrivals = node.arrivals.saturating_sub(1);
            if node.arrivals == 0 {
                self.drop(target, moved);
            }
        }
        true
    }

    fn drop(&mut self, object: &ManagedObjectReference, moved: &mut Vec<Id>) {
        moved.extend(self.nodes.remove_entry(object).map(|(id, _)| id));
    }

    /// Goes all ways from the start. Gives the objects that came and those that went.
    fn traverse(&mut self, viewer: Viewer<'_>) -> Vec<Id> {
        #[cfg(test)]
        {
            self.traversals += 1;
        }
        let old = std::mem::take(&mut self.nodes);
        self.absent.clear();
        let mut moved = Vec::new();
        self.arrive(viewer, self.plan.starts(), &mut moved);
        moved.retain(|id| old.get(id).is_none_or(|node| node.arrivals == 0));
        let gone = old.into_iter().filter(|(id, node)| node.arrivals > 0 && !self.contains(id)).map(|(id, _)| id);
        moved.extend(sorted(gone.collect()));
        moved
    }

    /// Arrives at objects and goes on from there, in depth first.
    fn arrive(&mut self, viewer: Viewer<'_>, mut ahead: Vec<(ManagedObjectReference, Via)>, moved: &mut Vec<Id>) {
        ahead.reverse();
        while let Some((object, via)) = ahead.pop() {
            if !self.admits(viewer, &object) {
                self.absent.insert(object);
                continue;
            }
            let (is_skipped, next) = self.plan.after(via);
            let is_selected = !is_skipped && self.plan.selects(object.type_name());
            let next: Vec<usize> =
                next.iter().copied().filter(|&next| self.plan.leads_on(next, object.type_name())).collect();
            if !is_selected && next.is_empty() {
                continue;
            }
            let known = self.nodes.get_key_value(&object).map(|(id, _)| Arc::clone(id));
            let id = known.unwrap_or_else(|| Arc::new(object));
            let node = self.nodes.entry(Arc::clone(&id)).or_default();
            if is_selected {
                node.arrivals += 1;
                if node.arrivals == 1 {
                    moved.push(Arc::clone(&id));
                }
            }
            let first = ahead.len();
            for traversal in next {
                if node.edges.iter().any(|edge| edge.traversal == traversal) {
                    continue;
                }
                let path = self.plan.path(traversal);
                let value = viewer.root(&id, path).ok().flatten();
                let references = targets(value.as_deref().map_or(&[], |value| path.references(value)));
                ahead.extend(references.into_iter().map(|target| (target, Via::Traversal(traversal))));
                node.edges.push(Edge { traversal, value });
            }
            ahead[first..].reverse();
        }
    }

    /// Whether an object can be selected. Those that the caller names need not be hidden from it.
    fn admits(&self, viewer: Viewer<'_>, object: &ManagedObjectReference) -> bool {
        viewer.sees(object) || (self.plan.is_start(object) && viewer.finds(object))
    }
}

/// The references that only the first of two lists has, and those that only the second has. Long lists that differ
/// little, as when something was added, are compared without keeping accounts of them.
fn difference(
    old: &[ManagedObjectReference],
    new: &[ManagedObjectReference],
) -> (Vec<ManagedObjectReference>, Vec<ManagedObjectReference>) {
    let first = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let last = old[first..].iter().rev().zip(new[first..].iter().rev()).take_while(|(a, b)| a == b).count();
    (absent_from(new, &old[first..old.len() - last]), absent_from(old, &new[first..new.len() - last]))
}

/// The candidates that a list lacks, each once.
fn absent_from(list: &[ManagedObjectReference], candidates: &[ManagedObjectReference]) -> Vec<ManagedObjectReference> {
    if candidates.len() > FEW {
        let known: HashSet<&ManagedObjectReference> = list.iter().collect();
        return targets(candidates).into_iter().filter(|reference| !known.contains(reference)).collect();
    }
    targets(candidates).into_iter().filter(|reference| !list.contains(reference)).collect()
}

/// References, each once.
fn targets(references: &[ManagedObjectReference]) -> Vec<ManagedObjectReference> {
    let mut seen = HashSet::with_capacity(references.len());
    references.iter().filter(|reference| seen.insert(*reference)).cloned().collect()
}

fn is_same(a: Option<&Arc<Value>>, b: Option<&Arc<Value>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Objects in an order that does not depend on chance.
fn sorted(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort_by(|a, b| (a.type_name(), a.value()).cmp(&(b.type_name(), b.value())));
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_compared_as_sets() {
        let list = |ids: &str| -> Vec<ManagedObjectReference> {
            ids.chars().map(|id| ManagedObjectReference::new("Folder", id.to_string())).collect()
        };
        let ids = |list: Vec<ManagedObjectReference>| {
            list.iter().map(|reference| reference.value().to_owned()).collect::<String>()
        };
        for (old, new, gone, added) in [
            ("", "", "", ""),
            ("", "abc", "", "abc"),
            ("abc", "", "abc", ""),
            ("abc", "abcd", "", "d"),
            ("abc", "ac", "b", ""),
            ("abc", "cba", "", ""),
            ("aba", "ab", "", ""),
            ("ab", "abbb", "", ""),
            ("abc", "axxc", "b", "x"),
            ("abcdefghijk", "kjihgfedcbz", "a", "z"),
        ] {
            let (only_old, only_new) = difference(&list(old), &list(new));
            assert_eq!((ids(only_old).as_str(), ids(only_new).as_str()), (gone, added), "{old} {new}");
        }
    }
}
