//! `PropertyCollector`: many properties of many objects in one call, and what changes in them.

mod change;
mod collector;
mod filter;
mod retrieve;
mod selector;
#[cfg(test)]
mod tests;
mod updates;

use vim25_runtime::{ManagedObjectReference, Value};

pub(crate) use self::collector::Collector;
pub(crate) use self::retrieve::Retrieval;
use super::Handler::{Now, Property, Wait};
use super::{Handlers, Reading, singleton};
use crate::call::{Call, Outcome};
use crate::fault;
use crate::viewer::Viewer;
use filter::Filter;
use vim25_api::types::PropertyFilterSpec;
use vim25_runtime::Element;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("CancelRetrievePropertiesEx", Now(retrieve::cancel_retrieve_properties_ex)),
    ("CancelWaitForUpdates", Now(updates::cancel_wait_for_updates)),
    ("CheckForUpdates", Now(updates::check_for_updates)),
    ("ContinueRetrievePropertiesEx", Now(retrieve::continue_retrieve_properties_ex)),
    ("CreateFilter", Now(create_filter)),
    ("CreatePropertyCollector", Now(create_property_collector)),
    ("DestroyPropertyCollector", Now(destroy_property_collector)),
    ("RetrieveProperties", Now(retrieve::retrieve_properties)),
    ("RetrievePropertiesEx", Now(retrieve::retrieve_properties_ex)),
    ("WaitForUpdates", Wait(updates::wait_for_updates)),
    ("WaitForUpdatesEx", Wait(updates::wait_for_updates_ex)),
    ("filter", Property(filters)),
];

fn create_filter(call: &mut Call<'_>) -> Outcome {
    let spec = call.object::<PropertyFilterSpec>("spec").cloned();
    let spec = spec.ok_or_else(|| fault::invalid_argument("spec", "the required argument is absent"))?;
    let is_partial = call.boolean("partialUpdates").unwrap_or_default();
    let selector = selector::Selector::new(&spec, call.release)?;
    selector.check_starts(Viewer::of(call))?;
    let session = call.required_session()?.clone();
    let reference = call.state.new_session_reference(&session, "PropertyFilter");
    let properties = [("spec", spec.into()), ("partialUpdates", is_partial.into())];
    call.state.add_session_object(session.number, &reference, Some(call.object), properties);
    let filter = Filter::new(reference.clone(), selector, is_partial);
    call.state.session_objects.collector(session.number, call.object).add_filter(filter);
    Ok(Some(reference.into()))
}

fn create_property_collector(call: &mut Call<'_>) -> Outcome {
    let session = call.required_session()?.clone();
    let reference = call.state.new_session_reference(&session, "PropertyCollector");
    call.state.add_session_object(session.number, &reference, None, []);
    Ok(Some(reference.into()))
}

/// Removes a collector and its filters. The default collector stays, as the whole session relies on it.
fn destroy_property_collector(call: &mut Call<'_>) -> Outcome {
    if *call.object != singleton("PropertyCollector") {
        call.state.remove_session_object(call.object);
        return Ok(None);
    }
    let session = call.required_session()?.number;
    updates::cancel_wait_for_updates(call)?;
    for filter in call.state.session_objects.made_by(session, call.object) {
        call.state.remove_session_object(&filter);
    }
    Ok(None)
}

#[expect(clippy::unnecessary_wraps, reason = "other properties may be unset")]
fn filters(reading: &Reading<'_>) -> Option<Value> {
    let session = reading.session().map(|session| session.number);
    let filters = session.map(|session| reading.state.session_objects.made_by(session, reading.object));
    Some(ManagedObjectReference::into_list(filters.unwrap_or_default()).into())
}
