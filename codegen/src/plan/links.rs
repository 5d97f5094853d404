//! Links of doc comments: from the names that texts use to the items of the crate.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::Names;
use crate::analyse::Facts;
use crate::model::{MoId, Model};
use crate::names::{self, Ident};

/// Everything that a text can name, by the spelling of the texts: `Type`, `Type.field`, `ManagedObject.Method`,
/// `X_enum`, `X_enum.value`.
pub(crate) struct Links(BTreeMap<String, Target>);

/// The item that a link leads to.
struct Target {
    /// `types`, `mo` or `mo::vsan`.
    module: String,
    item: Ident,
    member: Option<Ident>,
}

/// What can be written without a path in the file that a link stands in.
pub(crate) struct Here<'a> {
    /// Items that the file defines or imports, and modules that it imports.
    pub(crate) in_scope: &'a BTreeSet<String>,
}

impl Links {
    pub(crate) fn new(model: &Model, facts: &Facts, names: &Names) -> Self {
        let mut links = Self(BTreeMap::new());
        links.add_types(model, facts, names);
        links.add_enums(model, facts, names);
        links.add_managed_objects(model, facts, names);
        links
    }

    /// The link for a name in a text.
    pub(crate) fn find(&self, name: &str, here: &Here<'_>) -> Option<String> {
        let target = self.0.get(name)?;
        Some(link(&target.module, &target.item, target.member.as_ref(), here))
    }

    fn add(&mut self, key: String, module: &str, item: &Ident, member: Option<&Ident>) {
        let target = Target { module: module.to_owned(), item: item.clone(), member: member.cloned() };
        self.0.entry(key).or_insert(target);
    }

    fn add_types(&mut self, model: &Model, facts: &Facts, names: &Names) {
        for id in &facts.selection.types {
            let wire = &model.data_types[id.0].name;
            self.add(wire.to_string(), "types", &names.types[id.0].ident, None);
            // An inherited member is linked where it is declared: rustdoc does not look behind `Deref`.
            for owner in facts.hierarchy.ancestors(*id).chain([*id]) {
                let fields = model.data_types[owner.0].fields.iter().zip(&names.members[owner.0]);
                for (field, member) in fields {
                    let key = format!("{wire}.{}", field.name);
                    self.add(key, "types", &names.types[owner.0].ident, Some(&member.getter));
                }
            }
        }
    }

    fn add_enums(&mut self, model: &Model, facts: &Facts, names: &Names) {
        for id in &facts.selection.enums {
            let (item, ident) = (&model.enums[id.0], &names.enums[id.0]);
            self.add(format!("{}_enum", item.name), "types", ident, None);
            self.add(item.name.to_string(), "types", ident, None);
            for (value, variant) in item.values.iter().zip(&names.values[id.0]) {
                self.add(format!("{}_enum.{}", item.name, value.name), "types", ident, Some(variant));
                self.add(format!("{}.{}", item.name, value.name), "types", ident, Some(variant));
            }
        }
    }

    fn add_managed_objects(&mut self, model: &Model, facts: &Facts, names: &Names) {
        for id in &facts.selection.managed_objects {
            let (mo, ident) = (&model.managed_objects[id.0], &names.managed_objects[id.0]);
            let module = mo_module(names, *id);
            self.add(mo.name.to_string(), &module, ident, None);
            for (operation, names) in mo.operations.iter().zip(&names.operations[id.0]) {
                self.add(format!("{}.{}", mo.name, operation.name), &module, ident, Some(&names.method));
            }
        }
        for id in &facts.selection.handles {
            let module = mo_module(names, *id);
            self.add(model.managed_objects[id.0].name.to_string(), &module, &names.managed_objects[id.0], None);
        }
    }
}

/// The module of a managed object's service.
pub(crate) fn mo_module(names: &Names, id: MoId) -> String {
    match &names.services[id.0] {
        Some(service) => format!("mo::{}", names::plain(service)),
        None => "mo".to_owned(),
    }
}

/// The Markdown of a link. The path is left out where the text alone finds the item.
pub(crate) fn link(module: &str, item: &Ident, member: Option<&Ident>, here: &Here<'_>) -> String {
    let item = names::plain(item);
    let text = match member {
        Some(member) => format!("{item}::{}", names::plain(member)),
        None => item.clone(),
    };
    if here.in_scope.contains(&item) {
        return format!("[`{text}`]");
    }
    let first = module.split("::").next().unwrap_or(module);
    let root = if here.in_scope.contains(first) { "" } else { "crate::" };
    format!("[`{text}`]({root}{module}::{text})")
}
