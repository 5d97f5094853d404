//! The files of paths: the properties of managed objects, and the data types that they lead into.

use std::collections::BTreeSet;

use super::Context;
use super::layout::{self, Family, Sized};
use super::scope::Collector;
use super::types::{Module, PathTo, Paths, Type};
use crate::model::{self, About, MoId, OperationKind, Presence, Secrecy, TypeId, WireName};
use crate::names::{self, Ident};

/// What paths begin at, or go on from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    ManagedObject(MoId),
    DataType(TypeId),
    ListOf(TypeId),
}

/// The files. Managed objects and data types share them by their names.
pub(super) fn paths(context: Context<'_>) -> Vec<Module<Paths>> {
    let owners = owners(context);
    let items: Vec<Paths> = owners.iter().map(|owner| item(context, *owner)).collect();
    let sized = |(index, owner): (usize, &Owner)| Sized {
        index,
        words: names::words(&names::plain(name(context, *owner))),
        lines: lines(&items[index]),
    };
    let families = layout::families(owners.iter().enumerate().map(sized).collect());
    families.into_iter().map(|family| module(context, &owners, &family)).collect()
}

/// All that have paths, in the order of the files: a list stands behind its data type.
fn owners(Context { model, facts, .. }: Context<'_>) -> Vec<Owner> {
    let has_property = |id: &&MoId| model.managed_objects[id.0].operations.iter().any(is_property);
    let managed_objects = facts.selection.managed_objects.iter().filter(has_property).copied();
    let types = facts.reach.types.iter().filter(|id| !model.data_types[id.0].fields.is_empty()).copied();
    let lists = facts.reach.elements.keys().copied();
    managed_objects
        .map(Owner::ManagedObject)
        .chain(types.map(Owner::DataType))
        .chain(lists.map(Owner::ListOf))
        .collect()
}

fn is_property(operation: &model::Operation) -> bool {
    operation.kind == OperationKind::Property
}

fn name<'a>(Context { names, .. }: Context<'a>, owner: Owner) -> &'a Ident {
    match owner {
        Owner::ManagedObject(id) => &names.managed_objects[id.0],
        Owner::DataType(id) | Owner::ListOf(id) => &names.types[id.0].ident,
    }
}

/// How many lines the item takes.
fn lines(item: &Paths) -> usize {
    match item {
        Paths::Properties { paths, .. } | Paths::Members { paths, .. } => 3 + paths.len(),
        Paths::Elements { .. } => 2,
    }
}

fn module(context: Context<'_>, owners: &[Owner], family: &Family) -> Module<Paths> {
    let mut collector = Collector::default();
    let items: Vec<_> = family.items.iter().map(|&index| item(context, owners[index])).collect();
    for item in &items {
        collect(item, &mut collector);
    }
    Module { name: family.module(), file: family.file.clone(), scope: collector.with_modules(&BTreeSet::new()), items }
}

/// The names that an item uses.
fn collect(item: &Paths, collector: &mut Collector) {
    let paths = match item {
        Paths::Properties { paths, .. } => {
            collector.module("mo");
            paths.as_slice()
        }
        Paths::Members { owner, paths } => {
            collector.item(owner);
            paths.as_slice()
        }
        Paths::Elements { owner, .. } => {
            collector.item(owner);
            &[]
        }
    };
    paths.iter().for_each(|path| collector.ty(&path.ty));
}

fn item(context: Context<'_>, owner: Owner) -> Paths {
    let Context { facts, names, .. } = context;
    match owner {
        Owner::ManagedObject(id) => Paths::Properties { owner: names.mo_path(id), paths: properties(context, id) },
        Owner::DataType(id) => Paths::Members { owner: name(context, owner).clone(), paths: members(context, id) },
        Owner::ListOf(id) => Paths::Elements { owner: name(context, owner).clone(), key: facts.reach.elements[&id] },
    }
}

/// A constant has the name of the property's table, so it is known to differ from the others.
fn properties(context: Context<'_>, id: MoId) -> Vec<PathTo> {
    let Context { model, names, .. } = context;
    let operations = model.managed_objects[id.0].operations.iter().zip(&names.operations[id.0]);
    let properties = operations.filter(|(operation, _)| is_property(operation));
    let path = |(property, given): (&model::Operation, &super::naming::OperationNames)| {
        let result = property.result.as_ref()?;
        let ty = context.ty(result.ty, Presence::Required, Secrecy::Public);
        Some(path(context, (&given.table, &property.name), &property.about, ty))
    };
    properties.filter_map(path).collect()
}

/// A method has the name of the getter.
fn members(context: Context<'_>, id: TypeId) -> Vec<PathTo> {
    let Context { model, names, .. } = context;
    let fields = model.data_types[id.0].fields.iter().zip(&names.members[id.0]);
    let member = |(field, given): (&model::Field, &super::naming::MemberNames)| {
        let ty = context.ty(field.ty, Presence::Required, field.secrecy);
        path(context, (&given.getter, &field.name), &field.about, ty)
    };
    fields.map(member).collect()
}

fn path(context: Context<'_>, (name, wire): (&Ident, &WireName), about: &About, ty: Type) -> PathTo {
    let in_scope = BTreeSet::new();
    let deprecated = context.writer(&in_scope).deprecation(about);
    PathTo { name: name.clone(), wire: wire.to_string(), ty, deprecated }
}
