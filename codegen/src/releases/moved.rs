//! Members that moved along the line of inheritance: the newest release has them in a base or in an heir.
//!
//! Kept where they were, they would shadow, or be shadowed by, the member of today, which no other stage expects. So the
//! place of today is the only one, and it was there as long as the member was.

use crate::diagnostics::{Code, Diagnostics};
use crate::model::{Field, Model, Presence, TypeId, WireName};

/// Drops vanished members whose names another type of the same line has.
pub(super) fn drop_vanished_doubles(model: &mut Model, problems: &mut Diagnostics) {
    for index in 0..model.data_types.len() {
        let ty = &model.data_types[index];
        let is_vanished = |field: &&Field| ty.about.until.or(field.about.until).is_some();
        let vanished: Vec<_> = ty.fields.iter().filter(is_vanished).map(|field| field.name.clone()).collect();
        for name in vanished {
            if let Some(other) = double(model, TypeId(index), &name) {
                drop_field(model, TypeId(index), other, &name, problems);
            }
        }
    }
}

/// Another type on a line through `id` that has a member `name` of its own.
fn double(model: &Model, id: TypeId, name: &WireName) -> Option<TypeId> {
    let owners: Vec<_> = (0..model.data_types.len())
        .map(TypeId)
        .filter(|other| *other != id && model.data_types[other.0].fields.iter().any(|field| field.name == *name))
        .collect();
    owners.into_iter().find(|other| derives(model, id, *other) || derives(model, *other, id))
}

fn derives(model: &Model, id: TypeId, base: TypeId) -> bool {
    std::iter::successors(Some(id), |id| model.data_types[id.0].parent).any(|ancestor| ancestor == base)
}

fn drop_field(model: &mut Model, id: TypeId, other: TypeId, name: &WireName, problems: &mut Diagnostics) {
    let is_moved_up = derives(model, id, other);
    let [from, to] = [id, other].map(|id| model.data_types[id.0].name.to_string());
    let fields = &mut model.data_types[id.0].fields;
    let position = fields.iter().position(|field| field.name == *name).expect("it was just found");
    let dropped = fields.remove(position);
    for field in model.data_types[other.0].fields.iter_mut().filter(|field| field.name == *name) {
        field.about.since = field.about.since.min(dropped.about.since);
        if is_moved_up {
            // Older servers have it in some heirs only.
            field.presence = Presence::Optional;
        }
        problems.add(Code::MemberMoved, &field.about.origin, &[name.as_str(), &from, &to]);
    }
}
