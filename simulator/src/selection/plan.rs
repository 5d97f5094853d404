//! Where a selection starts, and the ways that it goes.

use std::collections::{HashMap, HashSet};

use vim25_api::REGISTRY;
use vim25_api::types::{PropertyFilterSpec, SelectionSpec, TraversalSpec};
use vim25_runtime::{ManagedObjectReference, Release};

use crate::fault::{self, Failure};
use crate::property_path::PropertyPath;
use crate::store::is_a;

/// The properties along which the inventory goes from what contains to what is contained.
const CHILDREN: &[(&str, &[&str])] = &[
    ("Folder", &["childEntity"]),
    ("Datacenter", &["vmFolder", "hostFolder", "datastoreFolder", "networkFolder"]),
    ("ComputeResource", &["host", "resourcePool"]),
    ("ResourcePool", &["resourcePool", "vm"]),
    ("HostSystem", &["vm", "datastore", "network"]),
];

/// Where a selection starts, the ways that it goes, and which objects it takes.
pub(crate) struct Plan {
    starts: Vec<Start>,
    is_start: HashSet<ManagedObjectReference>,
    traversals: Vec<Traversal>,
    /// The types of the objects to select.
    kinds: Vec<String>,
}

struct Start {
    object: ManagedObjectReference,
    is_skipped: bool,
    next: Vec<usize>,
}

struct Traversal {
    kind: String,
    path: PropertyPath,
    is_skipped: bool,
    next: Vec<usize>,
}

/// How an object was arrived at.
#[derive(Clone, Copy)]
pub(crate) enum Via {
    /// As the start with an index.
    Start(usize),
    /// Along the traversal with an index.
    Traversal(usize),
}

impl Plan {
    fn new(starts: Vec<Start>, traversals: Vec<Traversal>, kinds: Vec<String>) -> Self {
        let is_start = starts.iter().map(|start| start.object.clone()).collect();
        Self { starts, is_start, traversals, kinds }
    }

    /// The plan of a filter.
    pub(crate) fn of_filter(spec: &PropertyFilterSpec, release: Release) -> Result<Self, Failure> {
        let mut specs = Specs::default();
        for object in spec.object_set() {
            specs.collect(object.select_set());
        }
        let mut traversals = Vec::new();
        for spec in &specs.list {
            check_kind(spec.r#type(), "type")?;
            let path = PropertyPath::parse(spec.r#type(), spec.path(), release)
                .ok_or_else(|| fault::invalid_property(spec.path()))?;
            if !path.is_of_references() {
                return Err(fault::invalid_argument("path", "the property holds no references"));
            }
            traversals.push(Traversal {
                kind: spec.r#type().to_owned(),
                path,
                is_skipped: spec.skip().unwrap_or_default(),
                next: specs.indices(spec.select_set())?,
            });
        }
        let mut starts = Vec::new();
        for object in spec.object_set() {
            starts.push(Start {
                object: object.obj().clone(),
                is_skipped: object.skip().unwrap_or_default(),
                next: specs.indices(object.select_set())?,
            });
        }
        let kinds = spec.prop_set().iter().map(|properties| properties.r#type().to_owned());
        Ok(Self::new(starts, traversals, kinds.collect()))
    }

    /// The plan of a view of what lies in a container.
    pub(crate) fn of_container(container: &ManagedObjectReference, kinds: Vec<String>, is_recursive: bool) -> Self {
        let traversals = children(is_recursive);
        let next = (0..traversals.len()).collect();
        let start = Start { object: container.clone(), is_skipped: true, next };
        Self::new(vec![start], traversals, kinds)
    }

    /// The plan of a view of a root and of what lies directly in some objects.
    pub(crate) fn of_tree(root: &ManagedObjectReference, opened: &[ManagedObjectReference]) -> Self {
        let traversals = children(false);
        let next: Vec<usize> = (0..traversals.len()).collect();
        let root = Start { object: root.clone(), is_skipped: false, next: Vec::new() };
        let open =
            |object: &ManagedObjectReference| Start { object: object.clone(), is_skipped: true, next: next.clone() };
        let starts = std::iter::once(root).chain(opened.iter().map(open)).collect();
        Self::new(starts, traversals, vec!["ManagedEntity".to_owned()])
    }

    /// The objects to start from.
    pub(crate) fn start_objects(&self) -> impl Iterator<Item = &ManagedObjectReference> {
        self.starts.iter().map(|start| &start.object)
    }

    pub(super) fn starts(&self) -> Vec<(ManagedObjectReference, Via)> {
        let starts = self.starts.iter().enumerate();
        starts.map(|(index, start)| (start.object.clone(), Via::Start(index))).collect()
    }

    pub(super) fn is_start(&self, object: &ManagedObjectReference) -> bool {
        self.is_start.contains(object)
    }

    /// Whether an object that was arrived at is left out, and the traversals to go on along.
    pub(super) fn after(&self, via: Via) -> (bool, &[usize]) {
        match via {
            Via::Start(index) => (self.starts[index].is_skipped, &self.starts[index].next),
            Via::Traversal(index) => (self.traversals[index].is_skipped, &self.traversals[index].next),
        }
    }

    /// Whether objects of a type are selected.
    pub(super) fn selects(&self, kind: &str) -> bool {
        self.kinds.iter().any(|selected| is_a(kind, selected))
    }

    /// Whether a traversal starts from objects of a type.
    pub(super) fn leads_on(&self, traversal: usize, kind: &str) -> bool {
        is_a(kind, &self.traversals[traversal].kind)
    }

    pub(super) fn path(&self, traversal: usize) -> &PropertyPath {
        &self.traversals[traversal].path
    }
}

/// Whether what lies in objects of a type can be viewed.
pub(crate) fn is_container(kind: &str) -> bool {
    CHILDREN.iter().any(|(container, _)| is_a(kind, container))
}

/// Fails if there is no type of managed object with a name.
pub(crate) fn check_kind(kind: &str, argument: &str) -> Result<(), Failure> {
    let is_known = kind == "ManagedObject" || REGISTRY.find_managed_object(kind).is_some();
    let problem = || format!("there is no type of managed object `{kind}`");
    if is_known { Ok(()) } else { Err(fault::invalid_argument(argument, &problem())) }
}

/// The ways down the inventory.
fn children(is_recursive: bool) -> Vec<Traversal> {
    let ways = CHILDREN.iter().flat_map(|(kind, properties)| properties.iter().map(move |property| (kind, property)));
    let count = ways.clone().count();
    let next: Vec<usize> = if is_recursive { (0..count).collect() } else { Vec::new() };
    ways.filter_map(|(kind, property)| {
        let path = PropertyPath::parse(kind, property, REGISTRY.release);
        debug_assert!(path.is_some(), "{kind}.{property}");
        Some(Traversal { kind: (*kind).to_owned(), path: path?, is_skipped: false, next: next.clone() })
    })
    .collect()
}

/// The traversals of a filter, each with an index.
#[derive(Default)]
struct Specs<'a> {
    list: Vec<&'a TraversalSpec>,
    by_address: HashMap<*const TraversalSpec, usize>,
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Specs<'a> {
    fn collect(&mut self, select_set: &'a [SelectionSpec]) {
        for spec in select_set.iter().filter_map(|spec| spec.downcast_ref::<TraversalSpec>()) {
            let index = self.list.len();
            self.list.push(spec);
            self.by_address.insert(spec, index);
            if let Some(name) = spec.name().filter(|name| !name.is_empty()) {
                self.by_name.entry(name).or_insert(index);
            }
            self.collect(spec.select_set());
        }
    }

    /// The traversals that a set names or holds.
    fn indices(&self, select_set: &'a [SelectionSpec]) -> Result<Vec<usize>, Failure> {
        let index = |spec: &'a SelectionSpec| match spec.downcast_ref::<TraversalSpec>() {
            Some(spec) => self.by_address.get(&std::ptr::from_ref(spec)).copied(),
            None => self.by_name.get(spec.name().unwrap_or_default()).copied(),
        };
        let found =
            |spec| index(spec).ok_or_else(|| fault::invalid_argument("selectSet", "there is no such traversal"));
        select_set.iter().map(found).collect()
    }
}
