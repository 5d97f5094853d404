//! Where data types and enums are used: the members, parameters and results of their kind.

use std::collections::{BTreeMap, BTreeSet};

use super::Selection;
use crate::model::{EnumId, EnumUsage, Field, Item, MoId, Model, Operation, TaskResult, TypeId};

/// What is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Used {
    Type(TypeId),
    Enum(EnumId),
}

/// Who uses it. Members are those that a type adds; numbers are positions in their lists.
#[derive(Default)]
pub(crate) struct Users {
    pub(crate) members: BTreeSet<(TypeId, usize)>,
    /// Operations with a parameter of the kind.
    pub(crate) takers: BTreeSet<(MoId, usize)>,
    /// Operations with a result of the kind, and those whose task brings one.
    pub(crate) givers: BTreeSet<(MoId, usize)>,
}

/// The users of everything that is selected.
pub(crate) struct Usage {
    users: BTreeMap<Used, Users>,
    nobody: Users,
}

impl Usage {
    pub(crate) fn of(&self, used: Used) -> &Users {
        self.users.get(&used).unwrap_or(&self.nobody)
    }
}

/// Finds the users among what is selected.
pub(super) fn usage(model: &Model, selection: &Selection) -> Usage {
    let enums = model.enums.iter().enumerate().filter(|(_, item)| item.usage == EnumUsage::Untyped);
    let untyped = enums.map(|(index, item)| (item.name.as_str(), EnumId(index))).collect();
    let mut finder = Finder { model, untyped, users: BTreeMap::new() };
    for &id in &selection.types {
        for (at, field) in model.data_types[id.0].fields.iter().enumerate() {
            for used in finder.in_field(field) {
                finder.users.entry(used).or_default().members.insert((id, at));
            }
        }
    }
    for &id in &selection.managed_objects {
        for (at, operation) in model.managed_objects[id.0].operations.iter().enumerate() {
            finder.operation((id, at), operation);
        }
    }
    Usage { users: finder.users, nobody: Users::default() }
}

struct Finder<'a> {
    model: &'a Model,
    untyped: BTreeMap<&'a str, EnumId>,
    users: BTreeMap<Used, Users>,
}

impl Finder<'_> {
    fn operation(&mut self, place: (MoId, usize), operation: &Operation) {
        let model = self.model;
        for field in operation.request.map_or(&[][..], |id| &model.requests[id.0].fields) {
            for used in self.in_field(field) {
                self.users.entry(used).or_default().takers.insert(place);
            }
        }
        let of_task = match operation.task_result {
            Some(TaskResult::Value(ty)) => used(ty.item),
            Some(TaskResult::Void) | None => None,
        };
        let result = operation.result.as_ref().and_then(|result| used(result.ty.item));
        for used in [of_task, result].into_iter().flatten() {
            self.users.entry(used).or_default().givers.insert(place);
        }
    }

    /// The kind of a field, and the enums that its text names: members that take the values of an untyped enum are plain
    /// strings, and only the text tells of which.
    fn in_field(&self, field: &Field) -> BTreeSet<Used> {
        let names = field.about.text.0.split('*').skip(1).step_by(2);
        let named = names.filter_map(|name| self.untyped.get(name.strip_suffix("_enum").unwrap_or(name)));
        named.map(|id| Used::Enum(*id)).chain(used(field.ty.item)).collect()
    }
}

fn used(item: Item) -> Option<Used> {
    match item {
        Item::Object(id) => Some(Used::Type(id)),
        Item::Enum(id) => Some(Used::Enum(id)),
        Item::Primitive(_) | Item::Reference(_) | Item::Any => None,
    }
}
