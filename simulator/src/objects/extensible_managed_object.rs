//! `ExtensibleManagedObject`: what all objects with custom attributes have in common.

use vim25_api::types::{
    CustomFieldDef, CustomFieldStringValue, CustomFieldValue, CustomFieldValueChangedEvent, HostListSummary,
    VirtualMachineSummary,
};
use vim25_runtime::{Element, ManagedObjectReference, Value};

use super::Handler::{Now, Property};
use super::custom_fields_manager::definitions;
use super::{Handlers, Reading};
use crate::call::{Call, Outcome};
use crate::events::entity_argument;
use crate::fault;
use crate::store::{Store, is_a, property};

/// What the simulator plays of it: everything. `value` is in the store.
pub(super) const HANDLERS: Handlers =
    &[("availableField", Property(available_field)), ("setCustomValue", Now(set_custom_value))];

/// The attributes that the object can have. They are not in the store, as each new one would change all objects.
#[expect(clippy::unnecessary_wraps, reason = "other properties may be unset")]
fn available_field(reading: &Reading<'_>) -> Option<Value> {
    let kind = reading.object.type_name();
    let available =
        definitions(&reading.state.store).into_iter().filter(|definition| is_available(definition, kind)).collect();
    Some(CustomFieldDef::into_list(available).into())
}

fn set_custom_value(call: &mut Call<'_>) -> Outcome {
    let (name, value) = (call.required_text("key")?, call.required_text("value")?);
    let definition = definitions(&call.state.store).into_iter().find(|definition| definition.name() == name);
    let unknown = || fault::invalid_argument("key", "there is no custom attribute with this name");
    let definition = definition.ok_or_else(unknown)?;
    set_value(call, call.object, &definition, "key", &value)
}

/// Sets the value of an attribute of an object; an empty one takes it away.
pub(super) fn set_value(
    call: &mut Call<'_>,
    object: &ManagedObjectReference,
    definition: &CustomFieldDef,
    argument: &str,
    value: &str,
) -> Outcome {
    if !is_available(definition, object.type_name()) {
        return Err(fault::invalid_argument(argument, "objects of this type do not have this custom attribute"));
    }
    let key = definition.key();
    let values = call.state.store.data_objects::<CustomFieldValue>(object, "value").into_iter().cloned();
    let (present, mut values): (Vec<_>, Vec<_>) = values.partition(|value| value.key() == key);
    if !value.is_empty() {
        let mut new = CustomFieldStringValue::new();
        new.set_value(value);
        new.set_key(key);
        values.push(new.into());
        values.sort_by_key(|value| value.key());
    }
    set_values(&mut call.state.store, object, values);
    if !is_a(object.type_name(), "ManagedEntity") {
        return Ok(None);
    }
    let mut event = CustomFieldValueChangedEvent::new();
    event
        .set_entity(entity_argument(&call.state.store, object))
        .set_field_key(key)
        .set_name(definition.name())
        .set_value(value);
    if let Some(previous) = present.first().and_then(|value| value.downcast_ref::<CustomFieldStringValue>()) {
        event.set_prev_state(previous.value());
    }
    let message = format!("The custom attribute {} of {} is now `{value}`", definition.name(), event.entity().name());
    let user_name = call.user_name();
    call.state.post_event(event, &message, Some(object), &user_name, call.now);
    Ok(None)
}

/// Sets the values of the attributes of an object, wherever they are shown.
pub(super) fn set_values(store: &mut Store, object: &ManagedObjectReference, values: Vec<CustomFieldValue>) {
    store.edit::<VirtualMachineSummary>(object, "summary", |summary| {
        summary.set_custom_value(values.clone());
    });
    store.edit::<HostListSummary>(object, "summary", |summary| {
        summary.set_custom_value(values.clone());
    });
    for name in ["value", "customValue"] {
        if let Some(property) = property(object.type_name(), name) {
            store.set(object, property.name, CustomFieldValue::into_list(values.clone()));
        }
    }
}

fn is_available(definition: &CustomFieldDef, kind: &str) -> bool {
    definition.managed_object_type().is_none_or(|of| is_a(kind, of))
}
