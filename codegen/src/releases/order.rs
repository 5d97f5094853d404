//! Is each document as new as it says? Three signs tell that it is not:
//!
//! 1. It has a `***Since:***` note of a release beyond its own.
//! 2. Its newest note is older than the newest note of a document that says it is older.
//! 3. It lacks more than one thing, and more than half, of what the document before it had added to the one before that.
//!    Services that it lacks as a whole do not count.

use std::collections::BTreeSet;

use super::coverage;
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{About, Model, Release};

/// Checks models of different releases, oldest first. A single document is believed.
pub(super) fn check(models: &[Model]) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    if models.len() > 1 {
        models.iter().for_each(|model| beyond(model, &mut problems));
        let notes: Vec<_> = models.iter().map(newest_note).collect();
        for (index, pair) in models.windows(2).enumerate() {
            if let (Some(older), newer) = (notes[index], notes[index + 1])
                && newer.is_none_or(|newer| newer < older)
            {
                let why = match newer {
                    Some(newer) => format!("it tells of things since {older}, this one ends with {newer}"),
                    None => format!("it tells of things since {older}, this one of none"),
                };
                older_than_it_says(&pair[0], &pair[1], &why, &mut problems);
            }
        }
    }
    if problems.is_empty() {
        models.windows(3).for_each(|three| lost(three, &mut problems));
    }
    problems.into_result(Some(()))
}

fn older_than_it_says(older: &Model, newer: &Model, why: &str, problems: &mut Diagnostics) {
    let values = [&newer.release.to_string(), older.origin.file(), &older.release.to_string(), why];
    problems.add(Code::OlderThanItSays, &newer.origin.join_all(&["info", "version"]), &values);
}

/// The first sign; one note is enough to tell.
fn beyond(model: &Model, problems: &mut Diagnostics) {
    let newer = abouts(model).find(|about| about.since.is_some_and(|since| since > model.release));
    if let Some(About { since: Some(since), origin, .. }) = newer {
        problems.add(Code::NewerThanItSays, origin, &[&model.release.to_string(), &since.to_string()]);
    }
}

fn newest_note(model: &Model) -> Option<Release> {
    abouts(model).filter_map(|about| about.since).max()
}

fn abouts(model: &Model) -> impl Iterator<Item = &About> {
    let types =
        model.data_types.iter().flat_map(|ty| std::iter::once(&ty.about).chain(ty.fields.iter().map(|f| &f.about)));
    let values = model.enums.iter().flat_map(|ty| std::iter::once(&ty.about).chain(ty.values.iter().map(|v| &v.about)));
    let operations = model.managed_objects.iter().flat_map(|object| object.operations.iter().map(|op| &op.about));
    types.chain(values).chain(operations)
}

/// The third sign.
fn lost(models: &[Model], problems: &mut Diagnostics) {
    let [first, second, third] = models else { return };
    let services = coverage::services(third);
    // A type does not tell its service.
    let is_whole = coverage::services(second).is_subset(&services);
    let names = |model| paths(model, &services).into_iter().chain(types(model).filter(|_| is_whole));
    let [first_has, second_has, third_has] = [first, second, third].map(|model| names(model).collect::<BTreeSet<_>>());
    let added: Vec<_> = second_has.difference(&first_has).collect();
    let missing = added.iter().filter(|name| !third_has.contains(**name)).count();
    if missing > 1 && missing * 2 > added.len() {
        let why = format!("{missing} of the {} types and operations that it brought are missing here", added.len());
        older_than_it_says(second, third, &why, problems);
    }
}

fn types(model: &Model) -> impl Iterator<Item = &str> {
    model.data_types.iter().map(|ty| ty.name.as_str())
}

/// Of the operations of some services.
fn paths<'m>(model: &'m Model, services: &BTreeSet<&str>) -> Vec<&'m str> {
    let objects = model.managed_objects.iter().filter(|object| services.contains(object.service.as_str()));
    objects.flat_map(|object| &object.operations).map(|operation| operation.path.as_str()).collect()
}
