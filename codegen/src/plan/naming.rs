//! Rust names for everything that has a name, each assigned once.
//!
//! A scope is a place in Rust where names must differ: the module `types` (data types and enums), the module `mo`, the
//! methods of a type, the variants of an enum. Two wire names that give one Rust name are an error, which an overlay's
//! `rename` solves.

use std::collections::BTreeMap;

use super::types::{MoPath, TypeName};
use crate::analyse::Facts;
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{
    About, EnumType, EnumUsage, EnumValue, Field, ManagedObject, MoId, Model, Operation, Presence, TypeId, WireName,
};
use crate::names::{self, Ident};
use crate::spec::Pointer;

/// Methods that every data type has from the runtime and that a member must not hide.
const RESERVED_IN_DATA_OBJECTS: &[&str] = &[
    "clone",
    "default",
    "downcast",
    "downcast_mut",
    "downcast_ref",
    "eq",
    "fmt",
    "into",
    "is",
    "new",
    "type_info",
    "type_name",
    "unknown",
    "unknown_mut",
];

/// Methods that every managed object has from the runtime.
const RESERVED_IN_MANAGED_OBJECTS: &[&str] = &["clone", "fmt", "from_handle", "handle", "into", "new", "reference"];

/// Methods that every call has from the runtime.
const RESERVED_IN_CALLS: &[&str] = &["into_call", "into_future"];

/// Variants and constants that every enum has.
const RESERVED_IN_ENUMS: &[&str] = &["Unrecognized", "VALUES"];

/// The names, by the ids of the model.
pub(crate) struct Names {
    pub(crate) types: Vec<TypeName>,
    pub(crate) enums: Vec<Ident>,
    pub(crate) managed_objects: Vec<Ident>,
    /// Module of the service of each managed object; none for vim25.
    pub(crate) services: Vec<Option<Ident>>,
    pub(crate) modules: Vec<Ident>,
    /// Own members of each data type.
    pub(crate) members: Vec<Vec<MemberNames>>,
    /// Variants or constants of each enum.
    pub(crate) values: Vec<Vec<Ident>>,
    /// Operations of each managed object.
    pub(crate) operations: Vec<Vec<OperationNames>>,
    /// Parameters of each request type.
    pub(crate) parameters: Vec<Vec<Ident>>,
}

/// The methods of one member.
pub(crate) struct MemberNames {
    pub(crate) getter: Ident,
    pub(crate) setter: Ident,
    pub(crate) chained: Ident,
}

/// The names of an operation: its method, its table, and the type of its call if that needs one.
pub(crate) struct OperationNames {
    pub(crate) method: Ident,
    pub(crate) table: Ident,
    pub(crate) call: Ident,
}

/// Assigns all names and reports those that meet. What is not selected is not checked.
pub(crate) fn assign(model: &Model, facts: &Facts, problems: &mut Diagnostics) -> Names {
    let enums = model.enums.iter().map(|item| name(&item.name, &item.about));
    let managed_objects: Vec<_> = model.managed_objects.iter().map(|mo| name(&mo.name, &mo.about)).collect();
    let names = Names {
        types: model.data_types.iter().map(|ty| type_name(name(&ty.name, &ty.about))).collect(),
        enums: enums.map(names::type_).collect(),
        modules: managed_objects.iter().map(|name| names::module(name)).collect(),
        services: model.managed_objects.iter().map(service).collect(),
        managed_objects: managed_objects.iter().map(|name| names::type_(name)).collect(),
        members: model.data_types.iter().map(|ty| members(&ty.fields)).collect(),
        values: model.enums.iter().map(values).collect(),
        operations: model.managed_objects.iter().map(operations).collect(),
        parameters: model.requests.iter().map(|request| parameters(&request.fields)).collect(),
    };
    check_types(model, facts, &names, problems);
    check_members(model, facts, &names, problems);
    check_values(model, facts, &names, problems);
    check_managed_objects(model, facts, &names, problems);
    check_operations(model, facts, &names, problems);
    check_parameters(model, facts, &names, problems);
    names
}

fn service(mo: &ManagedObject) -> Option<Ident> {
    (!mo.service.is_empty()).then(|| names::module(&mo.service))
}

impl Names {
    /// A managed object, as other files write it.
    pub(crate) fn mo_path(&self, id: MoId) -> MoPath {
        MoPath { service: self.services[id.0].clone(), ident: self.managed_objects[id.0].clone() }
    }

    /// The module of a managed object, as other files write it.
    pub(crate) fn module_path(&self, id: MoId) -> MoPath {
        MoPath { service: self.services[id.0].clone(), ident: self.modules[id.0].clone() }
    }
}

/// What a Rust name is made from: an overlay's choice or the wire name.
fn name<'a>(wire: &'a WireName, about: &'a About) -> &'a str {
    about.rename.as_deref().unwrap_or(wire.as_str())
}

/// Whether a call of the operation has a type of its own, because there are optional parameters to chain.
pub(crate) fn has_call(model: &Model, operation: &Operation) -> bool {
    let fields = operation.request.map_or(&[][..], |id| &model.requests[id.0].fields);
    fields.iter().any(|field| field.presence == Presence::Optional)
}

fn type_name(name: &str) -> TypeName {
    let ident = names::type_(name);
    let table = names::constant(name);
    // `ID` is in capitals already.
    let table = if table == ident { names::constant(&format!("{name}_type")) } else { table };
    TypeName { ident, table }
}

fn members(fields: &[Field]) -> Vec<MemberNames> {
    let of = |field: &Field| {
        let [getter, setter, chained] = names::accessors(name(&field.name, &field.about));
        MemberNames { getter, setter, chained }
    };
    fields.iter().map(of).collect()
}

fn check_types(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    let mut scope = NameScope::new("types", &[]);
    for id in &facts.selection.types {
        let ty = &model.data_types[id.0];
        let TypeName { ident, table } = &names.types[id.0];
        scope.claim_all(&[ident, table], &ty.name, &ty.about, problems);
    }
    for id in &facts.selection.enums {
        let item = &model.enums[id.0];
        scope.claim(&names.enums[id.0], &item.name, &item.about, problems);
    }
}

fn check_managed_objects(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    let owner = |service: &str| if service.is_empty() { "mo".to_owned() } else { format!("mo::{service}") };
    let owners: BTreeMap<&str, String> =
        model.managed_objects.iter().map(|mo| (mo.service.as_str(), owner(&mo.service))).collect();
    let mut types: BTreeMap<&str, NameScope<'_>> = BTreeMap::new();
    let mut modules: BTreeMap<&str, NameScope<'_>> = BTreeMap::new();
    let with_operations = facts.selection.managed_objects.iter().map(|id| (id, true));
    for (id, has_module) in with_operations.chain(facts.selection.handles.iter().map(|id| (id, false))) {
        let mo = &model.managed_objects[id.0];
        let (service, owner) = (mo.service.as_str(), owners[mo.service.as_str()].as_str());
        let scope = types.entry(service).or_insert_with(|| NameScope::new(owner, &[]));
        scope.claim(&names.managed_objects[id.0], &mo.name, &mo.about, problems);
        if has_module {
            let scope = modules.entry(service).or_insert_with(|| NameScope::new(owner, &["referenced"]));
            scope.claim(&names.modules[id.0], &mo.name, &mo.about, problems);
        }
    }
    // The modules of services stand among those of the managed objects of vim25.
    if let Some(scope) = modules.get_mut("") {
        let first =
            model.managed_objects.iter().zip(&names.services).filter_map(|(mo, name)| Some((mo, name.as_ref()?)));
        let first: BTreeMap<_, _> = first.map(|(mo, name)| (mo.service.as_str(), (mo, name))).collect();
        for (service, (mo, name)) in first {
            scope.claim(name, &WireName(service.to_owned()), &mo.about, problems);
        }
    }
}

fn check_members(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    for &id in &facts.selection.types {
        let mut line: Vec<TypeId> = facts.hierarchy.ancestors(id).collect();
        line.reverse();
        line.push(id);
        let mut scope = NameScope::new(model.data_types[id.0].name.as_str(), RESERVED_IN_DATA_OBJECTS);
        let mut found = Diagnostics::default();
        for owner in line {
            // A problem among the bases has been reported with them.
            found = Diagnostics::default();
            let fields = &model.data_types[owner.0].fields;
            for (field, own) in fields.iter().zip(&names.members[owner.0]) {
                let names = [&own.getter, &own.setter, &own.chained];
                scope.claim_all(&names, &field.name, &field.about, &mut found);
            }
        }
        problems.extend(found);
    }
}

fn values(item: &EnumType) -> Vec<Ident> {
    let of = |value: &EnumValue| {
        let name = name(&value.name, &value.about);
        match item.usage {
            EnumUsage::Typed => names::variant(name),
            EnumUsage::Untyped => names::constant(name),
        }
    };
    item.values.iter().map(of).collect()
}

fn check_values(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    for id in &facts.selection.enums {
        let item = &model.enums[id.0];
        let mut scope = NameScope::new(item.name.as_str(), RESERVED_IN_ENUMS);
        for (value, ident) in item.values.iter().zip(&names.values[id.0]) {
            scope.claim(ident, &value.name, &value.about, problems);
        }
    }
}

fn operations(mo: &ManagedObject) -> Vec<OperationNames> {
    let of = |operation: &Operation| {
        let name = name(&operation.name, &operation.about);
        OperationNames { method: names::method(name), table: names::constant(name), call: names::type_(name) }
    };
    mo.operations.iter().map(of).collect()
}

fn check_operations(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    for id in &facts.selection.managed_objects {
        let mo = &model.managed_objects[id.0];
        let mut methods = NameScope::new(mo.name.as_str(), RESERVED_IN_MANAGED_OBJECTS);
        let mut types = NameScope::new(mo.name.as_str(), &[]);
        types.claim(&names.managed_objects[id.0], &mo.name, &mo.about, problems);
        for (operation, given) in mo.operations.iter().zip(&names.operations[id.0]) {
            methods.claim(&given.method, &operation.name, &operation.about, problems);
            if has_call(model, operation) {
                types.claim(&given.call, &operation.name, &operation.about, problems);
            }
        }
    }
}

fn parameters(fields: &[Field]) -> Vec<Ident> {
    fields.iter().map(|field| names::field(name(&field.name, &field.about))).collect()
}

/// Required parameters only have to differ from each other; optional ones become methods of the call.
fn check_parameters(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    for id in &facts.selection.requests {
        let request = &model.requests[id.0];
        let mut scope = NameScope::new(request.name.as_str(), &[]);
        let methods = NameScope::new(request.name.as_str(), RESERVED_IN_CALLS);
        for (field, ident) in request.fields.iter().zip(&names.parameters[id.0]) {
            scope.claim(ident, &field.name, &field.about, problems);
            if field.presence == Presence::Optional {
                methods.check_reserved(ident, &field.name, &field.about, problems);
            }
        }
    }
}

/// Names that have been given in one scope, and to what.
struct NameScope<'a> {
    owner: &'a str,
    reserved: &'a [&'static str],
    given: BTreeMap<String, (WireName, Pointer)>,
}

impl<'a> NameScope<'a> {
    fn new(owner: &'a str, reserved: &'a [&'static str]) -> Self {
        Self { owner, reserved, given: BTreeMap::new() }
    }

    fn claim(&mut self, ident: &Ident, wire: &WireName, about: &About, problems: &mut Diagnostics) {
        self.claim_all(&[ident], wire, about, problems);
    }

    /// Gives several names to one thing; only the first that is taken is reported.
    fn claim_all(&mut self, idents: &[&Ident], wire: &WireName, about: &About, problems: &mut Diagnostics) {
        for ident in idents {
            self.check_reserved(ident, wire, about, problems);
            let name = names::plain(ident);
            if let Some((other, place)) = self.given.get(&name) {
                let values = [wire.as_str(), other.as_str(), &name, self.owner, &place.to_string()];
                return problems.add(Code::NamesCollide, &about.origin, &values);
            }
            self.given.insert(name, (wire.clone(), about.origin.clone()));
        }
    }

    fn check_reserved(&self, ident: &Ident, wire: &WireName, about: &About, problems: &mut Diagnostics) {
        let name = names::plain(ident);
        if self.reserved.contains(&name.as_str()) {
            problems.add(Code::ReservedName, &about.origin, &[wire.as_str(), &name, self.owner]);
        }
    }
}
