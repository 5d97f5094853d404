//! Which data types the paths to properties lead into.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hierarchy, Selection, object};
use crate::model::{Item, Model, OperationKind, Primitive, Shape, Type, TypeId};

/// The member by which a path chooses an element of a list: `device[4000]`.
const KEY: &str = "key";

/// Where paths lead.
#[derive(Default)]
pub(crate) struct Reach {
    /// The data types that properties are of, the types of their members, and so on, each with its bases, which declare
    /// the members that it inherits.
    pub(crate) types: BTreeSet<TypeId>,
    /// The data types of lists on the way whose elements have a key, and what the key is.
    pub(crate) elements: BTreeMap<TypeId, Primitive>,
}

/// Follows the properties of all managed objects.
pub(super) fn reach(model: &Model, hierarchy: &Hierarchy, selection: &Selection) -> Reach {
    let operations = selection.managed_objects.iter().flat_map(|id| &model.managed_objects[id.0].operations);
    let properties = operations.filter(|operation| operation.kind == OperationKind::Property);
    let mut open: Vec<Type> = properties.filter_map(|property| Some(property.result.as_ref()?.ty)).collect();
    let mut reach = Reach::default();
    while let Some(ty) = open.pop() {
        let Some(id) = object(ty.item) else { continue };
        if ty.shape == Shape::List {
            let Some(key) = key(model, hierarchy, id) else { continue };
            reach.elements.insert(id, key);
        }
        for id in hierarchy.ancestors(id).chain([id]) {
            if reach.types.insert(id) {
                open.extend(model.data_types[id.0].fields.iter().map(|field| field.ty));
            }
        }
    }
    reach
}

/// What the key of a data type is, if it has one that a path can name.
fn key(model: &Model, hierarchy: &Hierarchy, id: TypeId) -> Option<Primitive> {
    let fields = hierarchy.all_fields(model, id);
    let (_, key) = fields.into_iter().find(|(_, field)| field.name.as_str() == KEY)?;
    match (key.ty.shape, key.ty.item) {
        (Shape::One, Item::Primitive(key @ (Primitive::Int | Primitive::Long | Primitive::String))) => Some(key),
        _ => None,
    }
}
