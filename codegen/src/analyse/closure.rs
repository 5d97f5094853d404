//! What is generated for a choice of managed objects: these, and all that their operations can send and receive.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hierarchy, object, objects, result_object};
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{EnumId, Family, Field, Item, MoId, Model, RequestId, TaskResult, TypeId};
use crate::spec::Pointer;

/// Where the choice of managed objects usually stands.
const CHOICE: &str = "spec/subset.yaml";

/// Data types that belong to every subset: the roots, and what the runtime itself reads.
const ALWAYS: &[&str] = &[
    "DataObject",
    "KeyAnyValue",
    "LocalizableMessage",
    "LocalizedMethodFault",
    "MethodFault",
    "RuntimeFault",
    "VimFault",
];

/// Faults that any call can raise, though no operation declares them.
const RUNTIME_FAULTS: &[&str] = &[
    "HostCommunication",
    "HostNotConnected",
    "HostNotReachable",
    "InvalidArgument",
    "InvalidCollectorVersion",
    "InvalidProperty",
    "InvalidRequest",
    "InvalidType",
    "ManagedObjectNotFound",
    "MethodNotFound",
    "NoPermission",
    "NotAuthenticated",
    "NotImplemented",
    "NotSupported",
    "RequestCanceled",
    "RestrictedVersion",
    "SecurityError",
    "SystemError",
    "UnexpectedFault",
];

/// The part of a model that is generated. Every id that a chosen item names is chosen too.
#[derive(Default)]
pub(crate) struct Selection {
    /// Data objects and faults.
    pub(crate) types: BTreeSet<TypeId>,
    /// Enums.
    pub(crate) enums: BTreeSet<EnumId>,
    /// Request types.
    pub(crate) requests: BTreeSet<RequestId>,
    /// Managed objects with their operations.
    pub(crate) managed_objects: BTreeSet<MoId>,
    /// Managed objects that are only referred to.
    pub(crate) handles: BTreeSet<MoId>,
}

impl Selection {
    /// Whether a managed object is part of the crate, with or without operations.
    pub(crate) fn has_managed_object(&self, id: MoId) -> bool {
        self.managed_objects.contains(&id) || self.handles.contains(&id)
    }
}

/// Selects everything if `wanted` is empty, else the named managed objects and their closure.
///
/// A data object brings in its members, its bases, and, where it is the type of a place, its descendants, because any
/// of them can stand there. A fault brings in its members and bases only: `MethodFault` is the type of many places, and
/// a fault that the crate does not know is read as the nearest one that it knows.
pub(super) fn select(model: &Model, hierarchy: &Hierarchy, wanted: &[String]) -> Result<Selection, Diagnostics> {
    if wanted.is_empty() {
        return Ok(everything(model));
    }
    let mut closure = Closure { model, hierarchy, found: Selection::default(), open: Vec::new() };
    closure.found.managed_objects = find_managed_objects(model, wanted)?;
    closure.add_fixed_types();
    closure.add_operations();
    closure.run();
    let mut selection = closure.found;
    selection.handles.retain(|id| !selection.managed_objects.contains(id));
    add_enums_by_name(model, &mut selection);
    Ok(selection)
}

fn everything(model: &Model) -> Selection {
    let (chosen, handles): (BTreeSet<MoId>, BTreeSet<MoId>) =
        (0..model.managed_objects.len()).map(MoId).partition(|id| !model.managed_objects[id.0].operations.is_empty());
    Selection {
        types: (0..model.data_types.len()).map(TypeId).collect(),
        enums: (0..model.enums.len()).map(EnumId).collect(),
        requests: model
            .managed_objects
            .iter()
            .flat_map(|mo| &mo.operations)
            .filter_map(|operation| operation.request)
            .collect(),
        managed_objects: chosen,
        handles,
    }
}

fn find_managed_objects(model: &Model, wanted: &[String]) -> Result<BTreeSet<MoId>, Diagnostics> {
    let by_name: BTreeMap<&str, MoId> =
        model.managed_objects.iter().enumerate().map(|(index, mo)| (mo.name.as_str(), MoId(index))).collect();
    let mut diagnostics = Diagnostics::default();
    let mut found = BTreeSet::new();
    for name in wanted {
        match by_name.get(name.as_str()) {
            Some(id) => {
                found.insert(*id);
            }
            None => diagnostics.add(Code::UnknownManagedObject, &Pointer::root(CHOICE), &[name]),
        }
    }
    if diagnostics.is_empty() { Ok(found) } else { Err(diagnostics) }
}

/// How a data type came in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    /// As a base, a declared fault or a fixed type: any descendant may be missing.
    ByName,
    /// As the type of a place: descendants can stand there.
    ByPlace,
}

struct Closure<'a> {
    model: &'a Model,
    hierarchy: &'a Hierarchy,
    found: Selection,
    open: Vec<(TypeId, Reached)>,
}

impl Closure<'_> {
    fn add_fixed_types(&mut self) {
        let fixed: BTreeSet<&str> = ALWAYS.iter().chain(RUNTIME_FAULTS).copied().collect();
        let types = self.model.data_types.iter().enumerate();
        let named = types.filter(|(_, ty)| fixed.contains(ty.name.as_str()));
        self.open.extend(named.map(|(index, _)| (TypeId(index), Reached::ByName)));
    }

    fn add_operations(&mut self) {
        let model = self.model;
        for id in self.found.managed_objects.clone() {
            for operation in &model.managed_objects[id.0].operations {
                self.open.extend(operation.faults.iter().map(|declared| (declared.fault, Reached::ByName)));
                if let Some(result) = &operation.result {
                    self.open.extend(result_object(result).map(|id| (id, Reached::ByPlace)));
                    self.add_item(result.ty.item);
                }
                if let Some(TaskResult::Value(ty)) = operation.task_result {
                    self.open.extend(object(ty.item).map(|id| (id, Reached::ByPlace)));
                    self.add_item(ty.item);
                }
                if let Some(request) = operation.request
                    && self.found.requests.insert(request)
                {
                    self.add_fields(&model.requests[request.0].fields);
                }
            }
        }
    }

    fn run(&mut self) {
        let mut expanded = BTreeSet::new();
        while let Some((id, reached)) = self.open.pop() {
            let ty = &self.model.data_types[id.0];
            if reached == Reached::ByPlace && ty.family == Family::DataObject && expanded.insert(id) {
                self.open.extend(self.hierarchy.children(id).iter().map(|&child| (child, Reached::ByPlace)));
            }
            if self.found.types.insert(id) {
                self.open.extend(ty.parent.map(|parent| (parent, Reached::ByName)));
                self.add_fields(&ty.fields);
            }
        }
    }

    fn add_fields(&mut self, fields: &[Field]) {
        self.open.extend(objects(fields).map(|id| (id, Reached::ByPlace)));
        for field in fields {
            self.add_item(field.ty.item);
        }
    }

    fn add_item(&mut self, item: Item) {
        match item {
            Item::Enum(id) => {
                self.found.enums.insert(id);
            }
            Item::Reference(Some(id)) => {
                self.found.handles.insert(id);
            }
            Item::Primitive(_) | Item::Object(_) | Item::Reference(None) | Item::Any => {}
        }
    }
}

/// Enums that nothing refers to belong to the type or managed object whose name theirs begins with:
/// `SessionManagerHttpServiceRequestSpecMethod` to `SessionManagerHttpServiceRequestSpec`.
fn add_enums_by_name(model: &Model, selection: &mut Selection) {
    let types = selection.types.iter().map(|id| model.data_types[id.0].name.as_str());
    let managed_objects = selection.managed_objects.iter().map(|id| model.managed_objects[id.0].name.as_str());
    let owners: BTreeSet<&str> = types.chain(managed_objects).collect();
    for (index, item) in model.enums.iter().enumerate() {
        let name = item.name.as_str();
        let mut stems = name.char_indices().filter(|(at, c)| *at > 0 && c.is_ascii_uppercase());
        if stems.any(|(at, _)| owners.contains(&name[..at])) {
            selection.enums.insert(EnumId(index));
        }
    }
}
