//! What a release cannot tell: a document may lack whole services, and then says nothing of when their things came or
//! went. The vendor's own document of one release, with vSAN in it, between documents of vim25 alone does not mean that
//! vSAN came with that release.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Ids;
use crate::model::{EnumId, Field, Item, MoId, Model, RequestId, TypeId};

/// Things of which no earlier (or no later) document could have told.
#[derive(Default)]
pub(super) struct Unheard {
    pub(super) types: BTreeSet<TypeId>,
    pub(super) enums: BTreeSet<EnumId>,
    pub(super) requests: BTreeSet<RequestId>,
    pub(super) objects: BTreeSet<MoId>,
}

/// Both directions.
pub(super) struct Coverage {
    /// They may have come before the first document that has them.
    pub(super) before: Unheard,
    /// They may be there after the last document that has them.
    pub(super) after: Unheard,
}

impl Coverage {
    /// Of models with common ids, oldest first. `ids` tells those of a model's own items.
    pub(super) fn of(models: &[Model], ids: impl Fn(&Model) -> Ids) -> Self {
        let ids: Vec<_> = models.iter().map(ids).collect();
        let mut coverage = Self { before: Unheard::default(), after: Unheard::default() };
        for index in 0..models.len() {
            let one = (&models[index], &ids[index]);
            coverage.before.add(one, &models[..index], &ids[..index]);
            coverage.after.add(one, &models[index + 1..], &ids[index + 1..]);
        }
        coverage
    }
}

/// The services that a model has operations of.
pub(super) fn services(model: &Model) -> BTreeSet<&str> {
    model.managed_objects.iter().map(|object| object.service.as_str()).collect()
}

impl Unheard {
    /// What the model has of services that none of the others has, and that none of the others has itself.
    fn add(&mut self, (model, ids): (&Model, &Ids), others: &[Model], other_ids: &[Ids]) {
        let known: BTreeSet<_> = others.iter().flat_map(services).collect();
        if known.is_empty() || services(model).is_subset(&known) {
            return;
        }
        let reached = Reached::from(model, ids, &known);
        let is_new = |id: &&TypeId| other_ids.iter().all(|other| !other.types.contains(*id));
        self.types.extend(ids.types.iter().filter(|id| !reached.types.contains(id)).filter(is_new));
        let is_new = |id: &&EnumId| other_ids.iter().all(|other| !other.enums.contains(*id));
        self.enums.extend(ids.enums.iter().filter(|id| !reached.enums.contains(id)).filter(is_new));
        let is_new = |id: &&RequestId| other_ids.iter().all(|other| !other.requests.contains(*id));
        self.requests.extend(ids.requests.iter().filter(|id| !reached.requests.contains(id)).filter(is_new));
        let objects = model.managed_objects.iter().zip(&ids.objects);
        self.objects.extend(objects.filter(|(object, _)| !known.contains(object.service.as_str())).map(|(_, id)| id));
    }
}

/// What the operations of some services name, with the members and bases of that. Heirs are not followed: all services
/// have heirs of common bases.
#[derive(Default)]
struct Reached {
    types: BTreeSet<TypeId>,
    enums: BTreeSet<EnumId>,
    requests: BTreeSet<RequestId>,
}

impl Reached {
    fn from(model: &Model, ids: &Ids, services: &BTreeSet<&str>) -> Self {
        let mut reached = Self::default();
        let mut open = Vec::new();
        let objects = model.managed_objects.iter().filter(|object| services.contains(object.service.as_str()));
        for operation in objects.flat_map(|object| &object.operations) {
            reached.requests.extend(operation.request);
            open.extend(operation.faults.iter().map(|declared| Item::Object(declared.fault)));
            open.extend(operation.result.iter().map(|result| result.ty.item));
        }
        let requests = model.requests.iter().zip(&ids.requests).filter(|(_, id)| reached.requests.contains(id));
        open.extend(requests.flat_map(|(request, _)| items(&request.fields)));
        let types: BTreeMap<_, _> = ids.types.iter().copied().zip(&model.data_types).collect();
        while let Some(item) = open.pop() {
            match item {
                Item::Enum(id) => {
                    reached.enums.insert(id);
                }
                Item::Object(id) if reached.types.insert(id) => {
                    let ty = types[&id];
                    open.extend(ty.parent.map(Item::Object));
                    open.extend(items(&ty.fields));
                }
                _ => {}
            }
        }
        reached
    }
}

fn items(fields: &[Field]) -> impl Iterator<Item = Item> {
    fields.iter().map(|field| field.ty.item)
}
