//! What all managed entities have.

use std::sync::{Arc, LazyLock};

use vim25_api::types::{AlarmState, CustomFieldDef, CustomFieldValue, Event, Permission, Tag};
use vim25_runtime::{Element, List, ManagedObjectReference, Value};

use crate::store::Store;

/// The properties that all entities have with the same values when they are new.
static COMMON: LazyLock<Vec<(&str, Arc<Value>)>> = LazyLock::new(|| {
    let green = Arc::new(Value::from("green".to_owned()));
    let list = |list: List| Arc::new(Value::from(list));
    let fields = list(CustomFieldValue::into_list(Vec::new()));
    let alarms = list(AlarmState::into_list(Vec::new()));
    vec![
        ("alarmActionsEnabled", Arc::new(true.into())),
        ("availableField", list(CustomFieldDef::into_list(Vec::new()))),
        ("configIssue", list(Event::into_list(Vec::new()))),
        ("configStatus", Arc::clone(&green)),
        ("customValue", Arc::clone(&fields)),
        ("declaredAlarmState", Arc::clone(&alarms)),
        ("disabledMethod", list(List::Strings(Vec::new().into()))),
        ("effectiveRole", list(List::Ints(vec![-1].into()))),
        ("overallStatus", green),
        ("permission", list(Permission::into_list(Vec::new()))),
        ("recentTask", list(List::References(Vec::new().into()))),
        ("tag", list(Tag::into_list(Vec::new()))),
        ("triggeredAlarmState", alarms),
        ("value", fields),
    ]
});

/// Adds an entity that lies in another one. A folder comes to know of it; other parents have to be told.
pub(crate) fn add(
    store: &mut Store,
    object: &ManagedObjectReference,
    parent: &ManagedObjectReference,
    name: &str,
    properties: impl IntoIterator<Item = (&'static str, Arc<Value>)>,
) {
    let common = COMMON.iter().map(|(name, value)| (*name, Arc::clone(value)));
    let own = [("name", Arc::new(Value::from(name.to_owned()))), ("parent", Arc::new(Value::from(parent.clone())))];
    store.add_shared(object.clone(), common.chain(own).chain(properties));
    if parent.type_name() == "Folder" {
        store.link(parent, "childEntity", object);
    }
}

/// Gives the root of all entities what they have. It exists already, and lies in nothing.
pub(super) fn complete_root(store: &mut Store, root: &ManagedObjectReference, name: &str) {
    for (property, value) in COMMON.iter() {
        store.set_shared(root, property, Arc::clone(value));
    }
    store.set(root, "name", name.to_owned());
}
