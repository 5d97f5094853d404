//! Model → facts about the whole of it.
//!
//! In: a [`Model`] and the managed objects that are wanted. Out: [`Facts`], tables that later stages look things up
//! in; the model itself is not changed. Everything here is deterministic: ids are ordered as the document is, and sets
//! are ordered by id.

mod closure;
mod hierarchy;
mod inputs;
mod paths;
pub(crate) mod reading;
mod usage;

use std::collections::BTreeSet;

pub(crate) use closure::Selection;
pub(crate) use hierarchy::Hierarchy;
pub(crate) use paths::Reach;
pub(crate) use usage::{Usage, Used, Users};

use crate::diagnostics::Diagnostics;
use crate::model::{Field, Item, Model, OperationResult, TypeId};

/// What the plan wants to know about a model.
pub(crate) struct Facts {
    /// Who derives from whom.
    pub(crate) hierarchy: Hierarchy,
    /// What is generated.
    pub(crate) selection: Selection,
    /// Data types that a request can hold; they get chained setters.
    pub(crate) inputs: BTreeSet<TypeId>,
    /// Data types that are the type of a member, a parameter or a result; their descendants convert into them.
    pub(crate) held: BTreeSet<TypeId>,
    /// Where the paths to properties lead.
    pub(crate) reach: Reach,
    /// Where data types and enums are used.
    pub(crate) usage: Usage,
}

/// Computes the facts. `managed_objects` are wire names; none means all.
pub(crate) fn run(model: &Model, managed_objects: &[String]) -> Result<Facts, Diagnostics> {
    let hierarchy = Hierarchy::of(model);
    let selection = closure::select(model, &hierarchy, managed_objects)?;
    let inputs = inputs::inputs(model, &hierarchy, &selection);
    let held = inputs::held(model, &selection);
    let reach = paths::reach(model, &hierarchy, &selection);
    let usage = usage::usage(model, &selection);
    Ok(Facts { hierarchy, selection, inputs, held, reach, usage })
}

/// The data types that fields name.
fn objects(fields: &[Field]) -> impl Iterator<Item = TypeId> {
    fields.iter().filter_map(|field| object(field.ty.item))
}

/// The data type that a result names.
fn result_object(result: &OperationResult) -> Option<TypeId> {
    object(result.ty.item)
}

fn object(item: Item) -> Option<TypeId> {
    match item {
        Item::Object(id) => Some(id),
        Item::Primitive(_) | Item::Enum(_) | Item::Reference(_) | Item::Any => None,
    }
}
