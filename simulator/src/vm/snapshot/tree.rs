//! The tree of snapshots, as `VirtualMachineSnapshotInfo` shows it.

use vim25_api::types::VirtualMachineSnapshotTree as Node;
use vim25_runtime::ManagedObjectReference;

/// Calls something for each snapshot, parents first.
pub(super) fn visit<'a>(nodes: &'a [Node], see: &mut impl FnMut(&'a Node)) {
    for node in nodes {
        see(node);
        visit(node.child_snapshot_list(), see);
    }
}

/// All snapshots, parents first.
pub(super) fn all(nodes: &[Node]) -> Vec<ManagedObjectReference> {
    let mut all = Vec::new();
    visit(nodes, &mut |node| all.push(node.snapshot().as_untyped().clone()));
    all
}

/// The snapshots of one level.
pub(super) fn references(nodes: &[Node]) -> Vec<ManagedObjectReference> {
    nodes.iter().map(|node| node.snapshot().as_untyped().clone()).collect()
}

/// The snapshot with a reference.
pub(super) fn find<'a>(nodes: &'a [Node], snapshot: &ManagedObjectReference) -> Option<&'a Node> {
    let mut found = None;
    visit(nodes, &mut |node| {
        if node.snapshot().as_untyped() == snapshot {
            found = Some(node);
        }
    });
    found
}

/// The greatest number that a snapshot has.
pub(super) fn last_id(nodes: &[Node]) -> i32 {
    let mut last = 0;
    visit(nodes, &mut |node| last = last.max(node.id()));
    last
}

/// The snapshot above another.
pub(super) fn parent(nodes: &[Node], snapshot: &ManagedObjectReference) -> Option<ManagedObjectReference> {
    let mut parent = None;
    visit(nodes, &mut |node| {
        if references(node.child_snapshot_list()).contains(snapshot) {
            parent = Some(node.snapshot().as_untyped().clone());
        }
    });
    parent
}

/// Changes a snapshot.
pub(super) fn edit(nodes: &mut [Node], snapshot: &ManagedObjectReference, change: &mut dyn FnMut(&mut Node)) {
    for node in nodes {
        if node.snapshot().as_untyped() == snapshot {
            return change(node);
        }
        let mut children = node.child_snapshot_list().to_vec();
        if !children.is_empty() {
            edit(&mut children, snapshot, change);
            node.set_child_snapshot_list(children);
        }
    }
}

/// Adds a snapshot below another, or as a root.
pub(super) fn insert(nodes: &mut Vec<Node>, parent: Option<&ManagedObjectReference>, new: Node) {
    match parent {
        None => nodes.push(new),
        Some(parent) => edit(nodes, parent, &mut |node| {
            let children = node.child_snapshot_list().iter().cloned().chain([new.clone()]);
            let children: Vec<Node> = children.collect();
            node.set_child_snapshot_list(children);
        }),
    }
}

/// Removes a snapshot, and those below it or not: gives those that are gone, children first.
pub(super) fn remove(
    nodes: &mut Vec<Node>,
    snapshot: &ManagedObjectReference,
    with_children: bool,
) -> Vec<ManagedObjectReference> {
    if let Some(position) = nodes.iter().position(|node| node.snapshot().as_untyped() == snapshot) {
        let node = nodes.remove(position);
        let mut gone = vec![snapshot.clone()];
        if with_children {
            gone.extend(all(node.child_snapshot_list()));
        } else {
            nodes.splice(position..position, node.child_snapshot_list().iter().cloned());
        }
        gone.reverse();
        return gone;
    }
    for node in nodes {
        let mut children = node.child_snapshot_list().to_vec();
        let gone = remove(&mut children, snapshot, with_children);
        if !gone.is_empty() {
            if children.is_empty() {
                node.remove("childSnapshotList");
            } else {
                node.set_child_snapshot_list(children);
            }
            return gone;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use vim25_api::mo;
    use vim25_runtime::Ref;

    use super::*;

    fn reference(id: &str) -> ManagedObjectReference {
        ManagedObjectReference::new("VirtualMachineSnapshot", id)
    }

    /// a with b and c below it, d below b.
    fn tree() -> Vec<Node> {
        let mut nodes = Vec::new();
        for (number, (id, parent)) in [("a", ""), ("b", "a"), ("c", "a"), ("d", "b")].into_iter().enumerate() {
            let mut node = Node::new();
            node.set_snapshot(Ref::<mo::VirtualMachineSnapshot>::new(id)).set_id(i32::try_from(number).unwrap());
            let parent = (!parent.is_empty()).then(|| reference(parent));
            insert(&mut nodes, parent.as_ref(), node);
        }
        nodes
    }

    fn ids(references: &[ManagedObjectReference]) -> Vec<&str> {
        references.iter().map(ManagedObjectReference::value).collect()
    }

    #[test]
    fn children_lie_below_their_parents() {
        let nodes = tree();
        assert_eq!(ids(&all(&nodes)), ["a", "b", "d", "c"]);
        assert_eq!(last_id(&nodes), 3);
        assert_eq!(parent(&nodes, &reference("d")), Some(reference("b")));
        assert_eq!(parent(&nodes, &reference("a")), None);
        assert_eq!(find(&nodes, &reference("c")).map(Node::id), Some(2));
    }

    #[test]
    fn children_of_what_is_removed_go_or_move_up() {
        let mut nodes = tree();
        assert_eq!(ids(&remove(&mut nodes, &reference("b"), false)), ["b"]);
        assert_eq!(ids(&all(&nodes)), ["a", "d", "c"]);
        let mut nodes = tree();
        assert_eq!(ids(&remove(&mut nodes, &reference("b"), true)), ["d", "b"]);
        assert_eq!(ids(&all(&nodes)), ["a", "c"]);
        assert_eq!(ids(&remove(&mut nodes, &reference("x"), true)), [""; 0]);
    }
}
