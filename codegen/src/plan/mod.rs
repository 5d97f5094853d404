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
mod scope;
mod size;
pub(crate) mod types;

use crate::analyse::Facts;
use crate::diagnostics::Diagnostics;
use crate::model::{EnumUsage, Model};
use crate::Options;
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
        release: model.release,
        docs: docs::library(model, facts, options),
        types: items::data_types(context),
        enums: items::enums(context),
        managed_objects: managed_objects::modules(context),
        referenced: managed_objects::referenced(context),
        requests: items::requests(context),
        registry: registry(context),
    })
}

fn registry(Context { model, facts, names, .. }: Context<'_>) -> Registry {
    let selection = &facts.selection;
    let mut types: Vec<_> = selection.types.iter().map(|id| (&model.data_types[id.0].name, &names.types[id.0])).collect();
    types.sort_by_key(|(wire, _)| *wire);
    let typed = selection.enums.iter().filter(|id| model.enums[id.0].usage == EnumUsage::Typed);
    let mut enums: Vec<_> = typed.map(|id| (&model.enums[id.0].name, &names.enums[id.0])).collect();
    enums.sort_by_key(|(wire, _)| *wire);
    let mut operations = Vec::new();
    for id in &selection.managed_objects {
        let mo = &model.managed_objects[id.0];
        for (operation, given) in mo.operations.iter().zip(&names.operations[id.0]) {
            operations.push(((&mo.name, &operation.name), (&names.modules[id.0], &given.table)));
        }
    }
    operations.sort_by_key(|(wire, _)| *wire);
    Registry {
        types: types.into_iter().map(|(_, ident)| ident.clone()).collect(),
        enums: enums.into_iter().map(|(_, ident)| ident.clone()).collect(),
        operations: operations.into_iter().map(|(_, (module, table))| (module.clone(), table.clone())).collect(),
    }
}
