//! `CustomFieldsManager`: the custom attributes that objects can have.

use vim25_api::REGISTRY;
use vim25_api::types::{
    CustomFieldDef, CustomFieldDefAddedEvent, CustomFieldDefRemovedEvent, CustomFieldDefRenamedEvent, CustomFieldValue,
    DuplicateName, Event, InvalidPrivilege, PrivilegePolicyDef,
};
use vim25_runtime::{Element, ManagedObjectReference};

use super::Handler::Now;
use super::Handlers;
use super::extensible_managed_object::{set_value, set_values};
use crate::authorization::known_privilege;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure, fault};
use crate::store::Store;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("AddCustomFieldDef", Now(add)),
    ("RemoveCustomFieldDef", Now(remove)),
    ("RenameCustomFieldDef", Now(rename)),
    ("SetField", Now(set_field)),
];

/// The number of the first attribute.
const FIRST_KEY: i32 = 101;

/// The definitions of all attributes.
pub(super) fn definitions(store: &Store) -> Vec<CustomFieldDef> {
    let manager = super::singleton("CustomFieldsManager");
    store.data_objects(&manager, "field").into_iter().cloned().collect()
}

fn add(call: &mut Call<'_>) -> Outcome {
    let (name, kind) = (call.required_text("name")?, call.text("moType"));
    check_name(call, &name, None)?;
    let mut definitions = definitions(&call.state.store);
    // Numbers are not used again, at least not while a later attribute is there.
    let key = definitions.iter().map(CustomFieldDef::key).max().map_or(FIRST_KEY, |key| FIRST_KEY.max(key + 1));
    let mut definition = CustomFieldDef::new();
    definition.set_key(key).set_name(&name).set_type("string");
    if let Some(kind) = kind {
        if REGISTRY.find_managed_object(&kind).is_none_or(|info| !info.is_a("ExtensibleManagedObject")) {
            return Err(fault::invalid_argument("moType", "objects of this type have no custom attributes"));
        }
        definition.set_managed_object_type(kind);
    }
    if let Some(policy) = policy(call, "fieldDefPolicy")? {
        definition.set_field_def_privileges(policy);
    }
    if let Some(policy) = policy(call, "fieldPolicy")? {
        definition.set_field_instance_privileges(policy);
    }
    definitions.push(definition.clone());
    call.state.store.set(call.object, "field", CustomFieldDef::into_list(definitions));
    let mut event = CustomFieldDefAddedEvent::new();
    event.set_field_key(key).set_name(&name);
    post(call, event, &format!("The custom attribute {name} was defined"));
    Ok(Some(definition.into()))
}

/// Removes an attribute, and its values from all objects.
fn remove(call: &mut Call<'_>) -> Outcome {
    let definition = definition(call)?;
    let key = definition.key();
    let has_value = |store: &Store, object: &ManagedObjectReference| {
        store.data_objects::<CustomFieldValue>(object, "value").iter().any(|value| value.key() == key)
    };
    let store = &mut call.state.store;
    let mut objects: Vec<_> = store.objects().filter(|object| has_value(store, object)).cloned().collect();
    objects.sort_by_cached_key(ToString::to_string);
    for object in objects {
        let values = store.data_objects::<CustomFieldValue>(&object, "value").into_iter().cloned();
        let left = values.filter(|value| value.key() != key).collect();
        set_values(store, &object, left);
    }
    let left = definitions(store).into_iter().filter(|definition| definition.key() != key).collect();
    store.set(call.object, "field", CustomFieldDef::into_list(left));
    let mut event = CustomFieldDefRemovedEvent::new();
    event.set_field_key(key).set_name(definition.name());
    post(call, event, &format!("The custom attribute {} was removed", definition.name()));
    Ok(None)
}

fn rename(call: &mut Call<'_>) -> Outcome {
    let (definition, name) = (definition(call)?, call.required_text("name")?);
    check_name(call, &name, Some(definition.key()))?;
    let mut definitions = definitions(&call.state.store);
    if let Some(definition) = definitions.iter_mut().find(|other| other.key() == definition.key()) {
        definition.set_name(&name);
    }
    call.state.store.set(call.object, "field", CustomFieldDef::into_list(definitions));
    let mut event = CustomFieldDefRenamedEvent::new();
    event.set_new_name(&name);
    event.set_field_key(definition.key()).set_name(definition.name());
    post(call, event, &format!("The custom attribute {} is now called {name}", definition.name()));
    Ok(None)
}

fn set_field(call: &mut Call<'_>) -> Outcome {
    let entity = call.entity("entity", "Global.SetCustomField")?;
    let (definition, value) = (definition(call)?, call.required_text("value")?);
    set_value(call, &entity, &definition, "key", &value)
}

/// The attribute that a call is about.
fn definition(call: &Call<'_>) -> Result<CustomFieldDef, Failure> {
    let key = call.int("key")?;
    let definition = definitions(&call.state.store).into_iter().find(|definition| definition.key() == key);
    definition.ok_or_else(|| fault::invalid_argument("key", "there is no custom attribute with this number"))
}

/// Fails if an attribute cannot have a name.
fn check_name(call: &Call<'_>, name: &str, own: Option<i32>) -> Result<(), Failure> {
    if name.trim().is_empty() {
        return Err(fault::invalid_argument("name", "a custom attribute must have a name"));
    }
    let definitions = definitions(&call.state.store);
    if definitions.iter().any(|definition| definition.name() == name && Some(definition.key()) != own) {
        let mut duplicate = DuplicateName::new();
        duplicate.set_name(name).set_object(call.object);
        return Err(fault(duplicate, format!("There is a custom attribute `{name}` already.")));
    }
    Ok(())
}

fn policy(call: &Call<'_>, argument: &str) -> Result<Option<PrivilegePolicyDef>, Failure> {
    let Some(policy) = call.object::<PrivilegePolicyDef>(argument) else { return Ok(None) };
    let privileges =
        [policy.create_privilege(), policy.read_privilege(), policy.update_privilege(), policy.delete_privilege()];
    if let Some(unknown) = privileges.into_iter().find(|privilege| known_privilege(privilege).is_none()) {
        let mut invalid = InvalidPrivilege::new();
        invalid.set_privilege(unknown);
        return Err(fault(invalid, format!("There is no privilege `{unknown}`.")));
    }
    Ok(Some(policy.clone()))
}

fn post(call: &mut Call<'_>, event: impl Into<Event>, message: &str) {
    let user_name = call.user_name();
    call.state.post_event(event, message, None, &user_name, call.now);
}
