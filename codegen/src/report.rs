//! What was generated and what was not: every schema and every operation is in one of the counts.

use std::collections::BTreeMap;

use crate::analyse::Facts;
use crate::model::{EnumUsage, Model, Release};

/// The counts of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Release of the document.
    pub release: Release,
    /// What the document holds.
    pub document: Counts,
    /// What was generated.
    pub generated: Counts,
    /// Schemas of the document that have no item of their own, by reason.
    pub exclusions: Vec<Exclusion>,
}

/// Numbers of items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Data objects and faults.
    pub data_types: usize,
    /// Enums that members refer to.
    pub typed_enums: usize,
    /// Enums whose values are met as plain strings.
    pub untyped_enums: usize,
    /// Request types.
    pub requests: usize,
    /// Managed objects with operations.
    pub managed_objects: usize,
    /// Managed objects that are only referred to.
    pub handles: usize,
    /// Methods and properties.
    pub operations: usize,
}

/// Schemas that have no item of their own, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// One lower-case phrase.
    pub reason: &'static str,
    /// Schema names, in the order of the document.
    pub schemas: Vec<String>,
}

pub(crate) fn report(model: &Model, facts: &Facts) -> Report {
    let mut by_reason: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for excluded in &model.excluded {
        by_reason.entry(excluded.reason).or_default().push(excluded.name.to_string());
    }
    let exclusions = by_reason.into_iter().map(|(reason, schemas)| Exclusion { reason, schemas }).collect();
    Report { release: model.release, document: document(model), generated: generated(model, facts), exclusions }
}

fn document(model: &Model) -> Counts {
    let with_operations = model.managed_objects.iter().filter(|mo| !mo.operations.is_empty()).count();
    let typed_enums = model.enums.iter().filter(|item| item.usage == EnumUsage::Typed).count();
    Counts {
        data_types: model.data_types.len(),
        typed_enums,
        untyped_enums: model.enums.len() - typed_enums,
        requests: model.requests.len(),
        managed_objects: with_operations,
        handles: model.managed_objects.len() - with_operations,
        operations: model.managed_objects.iter().map(|mo| mo.operations.len()).sum(),
    }
}

fn generated(model: &Model, facts: &Facts) -> Counts {
    let selection = &facts.selection;
    let typed_enums = selection.enums.iter().filter(|id| model.enums[id.0].usage == EnumUsage::Typed).count();
    Counts {
        data_types: selection.types.len(),
        typed_enums,
        untyped_enums: selection.enums.len() - typed_enums,
        requests: selection.requests.len(),
        managed_objects: selection.managed_objects.len(),
        handles: selection.handles.len(),
        operations: selection.managed_objects.iter().map(|id| model.managed_objects[id.0].operations.len()).sum(),
    }
}
