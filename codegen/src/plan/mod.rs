//! Model → [`Plan`]: everything that is a matter of Rust. The last stage that can fail.
//!
//! Names first ([`naming`]), then files ([`layout`]), then the items of each file with their docs ([`docs`]), because a
//! link is written according to what its file has in scope.

mod docs;
mod items;
mod layout;
mod links;
mod managed_objects;
mod naming;
mod page;
mod paths;
mod scope;
mod size;
pub(crate) mod types;

use std::collections::BTreeSet;

use crate::Options;
use crate::analyse::Facts;
use crate::analyse::reading::only_reads;
use crate::diagnostics::Diagnostics;
use crate::model::{EnumUsage, MoId, Model, OperationKind};
use crate::names::Ident;
use links::Links;
use naming::Names;
use types::{Plan, Registry};

/// What the planning of every file looks at.
#[derive(Clone, Copy)]
struct Context<'a> {
    model: &'a Model,
    facts: &'a Facts,
    names: &'a Names,
    links: &'a Links,
}

/// Plans the crate.
pub(crate) fn plan(model: &Model, facts: &Facts, options: &Options) -> Result<Plan, Diagnostics> {
    let mut problems = Diagnostics::default();
    let names = naming::assign(model, facts, &mut problems);
    if problems.has_errors() {
        return Err(problems);
    }
    let links = Links::new(model, facts, &names);
    let context = Context { model, facts, names: &names, links: &links };
    Ok(Plan {
        crate_name: options.crate_name.clone(),
        layout: options.layout,
        release: model.release,
        releases: model.releases.clone(),
        docs: docs::library(model, facts, options),
        types: items::data_types(context),
        enums: items::enums(context),
        services: managed_objects::services(context),
        requests: items::requests(context),
        paths: paths::paths(context),
        registry: registry(context),
    })
}

fn registry(context: Context<'_>) -> Registry {
    let Context { model, facts, names, .. } = context;
    let selection = &facts.selection;
    let mut types: Vec<_> =
        selection.types.iter().map(|id| (&model.data_types[id.0].name, &names.types[id.0].table)).collect();
    types.sort_by_key(|(wire, _)| *wire);
    let typed = selection.enums.iter().filter(|id| model.enums[id.0].usage == EnumUsage::Typed);
    let mut enums: Vec<_> = typed.map(|id| (&model.enums[id.0].name, &names.enums[id.0])).collect();
    enums.sort_by_key(|(wire, _)| *wire);
    let with_handles = selection.managed_objects.iter().chain(&selection.handles);
    let mut managed_objects: Vec<_> = with_handles.map(|&id| hierarchy_of(context, id)).collect();
    managed_objects.sort();
    let mut objects: Vec<_> = selection.managed_objects.iter().collect();
    objects.sort_by_key(|id| &model.managed_objects[id.0].name);
    Registry {
        types: types.into_iter().map(|(_, table)| table.clone()).collect(),
        enums: enums.into_iter().map(|(_, ident)| ident.clone()).collect(),
        managed_objects,
        reading_methods: reading_methods(context),
        operations: objects.into_iter().map(|&id| (names.module_path(id), operation_tables(context, id))).collect(),
    }
}

/// Wire names of the methods that change nothing on the server.
fn reading_methods(Context { model, facts, .. }: Context<'_>) -> Vec<String> {
    let objects = facts.selection.managed_objects.iter();
    let operations = objects.flat_map(|id| &model.managed_objects[id.0].operations);
    let methods = operations.filter(|operation| operation.kind == OperationKind::Method);
    let names: BTreeSet<&str> = methods.map(|method| method.name.as_str()).filter(|name| only_reads(name)).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Wire names of a managed object and of its bases.
fn hierarchy_of(context: Context<'_>, id: MoId) -> (String, Vec<String>) {
    let name = |id: MoId| context.model.managed_objects[id.0].name.to_string();
    (name(id), managed_objects::bases(context, id).map(name).collect())
}

fn operation_tables(Context { model, names, .. }: Context<'_>, id: MoId) -> Vec<Ident> {
    let operations = model.managed_objects[id.0].operations.iter();
    let mut tables: Vec<_> =
        operations.zip(&names.operations[id.0]).map(|(operation, given)| (&operation.name, &given.table)).collect();
    tables.sort_by_key(|(wire, _)| *wire);
    tables.into_iter().map(|(_, table)| table.clone()).collect()
}
