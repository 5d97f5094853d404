//! Rust names for everything that has a name, each assigned once.
//!
//! A scope is a place in Rust where names must differ: the module `types` (data types and enums), the module `mo`, the
//! methods of a type, the variants of an enum. Two wire names that give one Rust name are an error, which an overlay's
//! `rename` solves.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use crate::analyse::Facts;
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{EnumType, EnumUsage, Field, ManagedObject, Model, Operation, Presence, TypeId, WireName};
use crate::names;
use crate::overlay::Renames;
use crate::spec::Pointer;

/// Methods that every data type has from the runtime and that a member must not hide.
const RESERVED_IN_DATA_OBJECTS: &[&str] = &[
    "clone", "default", "downcast", "downcast_mut", "downcast_ref", "eq", "fmt", "from", "into", "is", "new",
    "type_info", "type_name", "unknown", "unknown_mut",
];

/// Methods that every managed object has from the runtime.
const RESERVED_IN_MANAGED_OBJECTS: &[&str] = &["clone", "fmt", "from", "from_handle", "handle", "into", "new", "reference"];

/// Methods that every call has from the runtime.
const RESERVED_IN_CALLS: &[&str] = &["into_call", "into_future"];

/// Variants and constants that every enum has.
const RESERVED_IN_ENUMS: &[&str] = &["Unrecognized", "VALUES"];

/// The names, by the ids of the model.
pub(crate) struct Names {
    pub(crate) types: Vec<Ident>,
    pub(crate) type_tables: Vec<Ident>,
    pub(crate) enums: Vec<Ident>,
    pub(crate) managed_objects: Vec<Ident>,
    pub(crate) modules: Vec<Ident>,
    /// Own members of each data type.
    pub(crate) members: Vec<Vec<MemberNames>>,
}

/// The methods of one member.
pub(crate) struct MemberNames {
    pub(crate) getter: Ident,
    pub(crate) setter: Ident,
    pub(crate) chained: Ident,
}

/// Assigns the names of what is selected and reports those that meet.
pub(crate) fn assign(model: &Model, facts: &Facts, renames: &Renames, problems: &mut Diagnostics) -> Names {
    let new = |wire: &WireName, origin: &Pointer| renames.name(wire, origin).to_owned();
    let types: Vec<_> = model.data_types.iter().map(|ty| new(&ty.name, &ty.about.origin)).collect();
    let enums: Vec<_> = model.enums.iter().map(|item| new(&item.name, &item.about.origin)).collect();
    let managed_objects: Vec<_> = model.managed_objects.iter().map(|mo| new(&mo.name, &mo.about.origin)).collect();
    let names = Names {
        type_tables: types.iter().map(|name| names::constant(name)).collect(),
        types: types.iter().map(|name| names::type_(name)).collect(),
        enums: enums.iter().map(|name| names::type_(name)).collect(),
        modules: managed_objects.iter().map(|name| names::module(name)).collect(),
        managed_objects: managed_objects.iter().map(|name| names::type_(name)).collect(),
        members: model.data_types.iter().map(|ty| members(&ty.fields, renames)).collect(),
    };
    check_types(model, facts, &names, problems);
    check_managed_objects(model, facts, &names, problems);
    check_members(model, facts, &names, problems);
    names
}

fn members(fields: &[Field], renames: &Renames) -> Vec<MemberNames> {
    let of = |field: &Field| {
        let name = renames.name(&field.name, &field.about.origin);
        MemberNames {
            getter: names::field(name),
            setter: names::setter(name),
            chained: names::chained_setter(name),
        }
    };
    fields.iter().map(of).collect()
}

fn check_types(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    let mut scope = NameScope::new("types", &[]);
    let mut tables = NameScope::new("types", &[]);
    for id in &facts.selection.types {
        let ty = &model.data_types[id.0];
        scope.claim(&names.types[id.0], &ty.name, &ty.about.origin, problems);
        tables.claim(&names.type_tables[id.0], &ty.name, &ty.about.origin, problems);
    }
    for id in &facts.selection.enums {
        let item = &model.enums[id.0];
        scope.claim(&names.enums[id.0], &item.name, &item.about.origin, problems);
    }
}

fn check_managed_objects(model: &Model, facts: &Facts, names: &Names, problems: &mut Diagnostics) {
    let mut scope = NameScope::new("mo", &[]);
    let mut modules = NameScope::new("mo", &["referenced"]);
    for id in &facts.selection.managed_objects {
        let mo = &model.managed_objects[id.0];
        scope.claim(&names.managed_objects[id.0], &mo.name, &mo.about.origin, problems);
        modules.claim(&names.modules[id.0], &mo.name, &mo.about.origin, problems);
    }
    for id in &facts.selection.handles {
        let mo = &model.managed_objects[id.0];
        scope.claim(&names.managed_objects[id.0], &mo.name, &mo.about.origin, problems);
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
                for name in [&own.getter, &own.setter, &own.chained] {
                    scope.claim(name, &field.name, &field.about.origin, &mut found);
                }
            }
        }
        problems.extend(found);
    }
}

/// The variants or constants of an enum.
fn values(item: &EnumType, renames: &Renames, problems: &mut Diagnostics) -> Vec<Ident> {
    let mut scope = NameScope::new(item.name.as_str(), RESERVED_IN_ENUMS);
    let claimed = item.values.iter().map(|value| {
        let name = renames.name(&value.name, &value.about.origin);
        let ident = match item.usage {
            EnumUsage::Typed => names::variant(name),
            EnumUsage::Untyped => names::constant(name),
        };
        scope.claim(&ident, &value.name, &value.about.origin, problems);
        ident
    });
    claimed.collect()
}

/// The names of the operations of a managed object, whose own name is `ident`.
fn operations(
    model: &Model,
    mo: &ManagedObject,
    ident: &Ident,
    (renames, problems): (&Renames, &mut Diagnostics),
) -> Vec<OperationNames> {
    let mut methods = NameScope::new(mo.name.as_str(), RESERVED_IN_MANAGED_OBJECTS);
    let mut types = NameScope::new(mo.name.as_str(), &[]);
    types.claim(ident, &mo.name, &mo.about.origin, problems);
    let mut assigned = Vec::with_capacity(mo.operations.len());
    for operation in &mo.operations {
        let name = renames.name(&operation.name, &operation.about.origin);
        let names = OperationNames {
            method: names::method(name),
            table: names::constant(name),
            call: names::type_(name),
        };
        methods.claim(&names.method, &operation.name, &operation.about.origin, problems);
        if model.has_optional_parameters(operation) {
            types.claim(&names.call, &operation.name, &operation.about.origin, problems);
        }
        assigned.push(names);
    }
    assigned
}

/// The names of the parameters of a request type. Required ones only have to differ from each other; optional ones
/// become methods of the call.
fn parameters(request: &RequestType, renames: &Renames, problems: &mut Diagnostics) -> Vec<Ident> {
    let mut scope = NameScope::new(request.name.as_str(), &[]);
    let claimed = request.fields.iter().map(|field| {
        let ident = names::field(renames.name(&field.name, &field.about.origin));
        scope.claim(&ident, &field.name, &field.about.origin, problems);
        if field.presence == Presence::Optional {
            check_reserved(&ident, RESERVED_IN_CALLS, request.name.as_str(), (&field.name, &field.about.origin), problems);
        }
        ident
    });
    claimed.collect()
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

    fn claim(&mut self, ident: &Ident, wire: &WireName, origin: &Pointer, problems: &mut Diagnostics) {
        let name = names::plain(ident);
        if self.reserved.contains(&name.as_str()) {
            problems.add(Code::ReservedName, origin, &[wire.as_str(), &name, self.owner]);
        }
        match self.given.get(&name) {
            Some((other, place)) => {
                let values = [wire.as_str(), other.as_str(), &name, self.owner, &place.to_string()];
                problems.add(Code::NamesCollide, origin, &values);
            }
            None => {
                self.given.insert(name, (wire.clone(), origin.clone()));
            }
        }
    }
}
