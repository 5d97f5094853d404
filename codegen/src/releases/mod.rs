//! Several releases of the API → one: the newest, in which everything knows when it came, and what has vanished is kept.
//!
//! Things are paired up by their wire names, faults of an operation by the fault. The newest version of each wins; what
//! the newest release lacks stands behind what it has.
//!
//! - `since` is the first release that has the thing. What the oldest release has already keeps its `***Since:***` note.
//! - `until` is the last release that has it, if the newest lacks it.
//! - Neither is told where the thing around it says the same (type and member, enum and value, operation and parameter
//!   or fault).
//! - A member is required if all releases that have it demand it and the newest still has it. A required member that is
//!   newer than its type stays required: the runtime does not demand it from older servers.
//! - A type, base, result or path that changed is a warning, a requirement that changed is a [`Change`].
//!
//! A document that lacks a whole service tells nothing of when the things of that service came or went.
//!
//! Documents of one release are parts of one API, such as one per service. They must not share a path, and what they
//! both have must be the same.

mod coverage;
pub mod diff;
mod merge;
mod moved;
mod names;
mod order;
mod parts;
mod timeline;

use std::fmt;

use self::coverage::Coverage;
use self::merge::Merging;
use self::names::Names;
use self::timeline::{Life, Timeline, timelines};
use crate::diagnostics::Diagnostics;
use crate::model::{EnumId, Excluded, MoId, Model, Release, RequestId, TypeId};
use crate::report::Counts;

/// The merged model, and what is worth a look.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The newest release with the memory of all.
    pub model: Model,
    /// What each document has, oldest first.
    pub counts: Vec<Counts>,
    /// What was required in one release and not in another.
    pub changes: Vec<Change>,
    /// What changed its type.
    pub warnings: Diagnostics,
}

/// A requirement that changed between two releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `Type.member`, `RequestType.parameter` or `result of ManagedObject.Operation`.
    pub what: String,
    /// The first release in which it is so.
    pub release: Release,
    /// How it changed.
    pub requirement: Requirement,
}

/// `Disk.size: optional since 8.0.2.0`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = match self.requirement {
            Requirement::Dropped => "optional",
            Requirement::Added => "required",
        };
        write!(f, "{}: {now} since {}", self.what, self.release)
    }
}

/// How a requirement changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// It has become optional.
    Dropped,
    /// It has become required.
    Added,
}

/// Merges the models of all documents.
pub(crate) fn merge(models: Vec<Model>) -> Result<Merged, Diagnostics> {
    let models = parts::join(models)?;
    order::check(&models)?;
    let counts = models.iter().map(Counts::of).collect();
    Ok(Merged { counts, ..merge_releases(models) })
}

/// Merges one model per release, oldest first, at least one.
fn merge_releases(mut models: Vec<Model>) -> Merged {
    let names = Names::of(models.iter().rev());
    models.iter_mut().for_each(|model| names.renumber(model));
    let releases: Vec<_> = models.iter().map(|model| model.release).collect();
    let coverage = Coverage::of(&models, |model| names.ids(model));
    let mut merging = Merging {
        names: &names,
        releases: &releases,
        coverage: &coverage,
        problems: Diagnostics::default(),
        changes: Vec::new(),
    };
    let excluded = excluded(&models);
    let types = items(&mut models, |model| &mut model.data_types, |ty| ty.name.clone());
    let enums = items(&mut models, |model| &mut model.enums, |ty| ty.name.clone());
    let requests = items(&mut models, |model| &mut model.requests, |ty| ty.name.clone());
    let objects = items(&mut models, |model| &mut model.managed_objects, |object| object.name.clone());
    let newest = models.pop().expect("there is at least one document");
    let mut model = Model {
        releases: releases.clone(),
        data_types: numbered(types, TypeId).map(|(id, ty)| merging.data_type(id, ty)).collect(),
        enums: numbered(enums, EnumId).map(|(id, ty)| merging.enumeration(id, ty)).collect(),
        requests: numbered(requests, RequestId).map(|(id, ty)| merging.request(id, ty)).collect(),
        managed_objects: numbered(objects, MoId).map(|(id, object)| merging.managed_object(id, object)).collect(),
        excluded,
        ..newest
    };
    let Merging { mut problems, changes, .. } = merging;
    say_it_once(&mut model);
    moved::drop_vanished_doubles(&mut model, &mut problems);
    Merged { model, counts: Vec::new(), changes, warnings: problems }
}

/// Pairs up one kind of items. Models are given oldest first.
fn items<T, K: Eq + std::hash::Hash>(
    models: &mut [Model],
    take: impl Fn(&mut Model) -> &mut Vec<T>,
    key: impl Fn(&T) -> K,
) -> Vec<Timeline<T>> {
    let releases: Vec<_> = models.iter_mut().map(|model| std::mem::take(take(model))).enumerate().collect();
    timelines(releases.into_iter(), key)
}

/// The order of the timelines is that of the common ids.
fn numbered<T, I>(timelines: Vec<Timeline<T>>, id: fn(usize) -> I) -> impl Iterator<Item = (I, Timeline<T>)> {
    timelines.into_iter().enumerate().map(move |(index, timeline)| (id(index), timeline))
}

fn excluded(models: &[Model]) -> Vec<Excluded> {
    let all = models.iter().map(|model| model.excluded.clone()).enumerate().collect::<Vec<_>>();
    let timelines = timelines(all.into_iter(), |schema| schema.name.clone());
    timelines.into_iter().map(Timeline::into_newest).collect()
}

/// Drops from parameters what all operations that take them say themselves. Inherited operations share a request type.
fn say_it_once(model: &mut Model) {
    let mut outer: Vec<Option<Life>> = vec![None; model.requests.len()];
    for operation in model.managed_objects.iter().flat_map(|object| &object.operations) {
        let Some(id) = operation.request else { continue };
        let life = Life::of_about(&operation.about);
        outer[id.0] = Some(match outer[id.0] {
            Some(other) => other.around(life),
            None => life,
        });
    }
    for (request, outer) in model.requests.iter_mut().zip(outer) {
        let outer = outer.unwrap_or(Life::of_about(&request.about));
        for field in &mut request.fields {
            Life::of_about(&field.about).within(outer).note(&mut field.about);
        }
    }
}
