//! What the managers of tasks and events say about all that there can be, from the tables of the API.

use vim25_api::REGISTRY;
use vim25_api::types::{
    ElementDescription, Event, EventDescription, EventDescriptionEventDetail, TaskDescription, TaskReason,
    TypeDescription,
};
use vim25_runtime::{DataType, OperationKind, Release, TypeInfo};

use crate::events::{CATEGORIES, category_of_type};
use crate::tasks::description_id;

/// The states of tasks: key, name, what they mean.
const STATES: &[(&str, &str, &str)] = &[
    ("queued", "Queued", "The task waits"),
    ("running", "Running", "The task is being carried out"),
    ("success", "Success", "The task has done what it had to"),
    ("error", "Error", "The task has failed or was cancelled"),
];

/// The operations, states and reasons of tasks in a release.
pub(crate) fn of_tasks(release: Release) -> TaskDescription {
    let operations = REGISTRY.operations.iter().filter(|operation| operation.kind == OperationKind::Task);
    let operations = operations.filter(|operation| is_in(operation.since, operation.until, release));
    let mut operations: Vec<(String, String)> =
        operations.map(|operation| (description_id(operation), words(operation.name))).collect();
    operations.sort();
    operations.dedup();
    let mut description = TaskDescription::new();
    description
        .set_method_info(operations.iter().map(|(key, text)| element(key, text, text)))
        .set_state(elements(STATES))
        .set_reason(heirs(TaskReason::TYPE, release).map(|ty| {
            let text = words(ty.name());
            let mut reason = TypeDescription::new();
            reason.set_key(ty.name()).set_label(&text).set_summary(&text);
            reason
        }));
    description
}

/// The categories and types of events in a release.
pub(crate) fn of_events(release: Release) -> EventDescription {
    let mut description = EventDescription::new();
    description.set_category(elements(CATEGORIES)).set_event_info(heirs(Event::TYPE, release).map(|ty| {
        let text = words(ty.name().strip_suffix("Event").unwrap_or(ty.name()));
        let mut detail = EventDescriptionEventDetail::new();
        detail
            .set_key(ty.name())
            .set_category(category_of_type(ty))
            .set_format_on_datacenter(&text)
            .set_format_on_compute_resource(&text)
            .set_format_on_host(&text)
            .set_format_on_vm(&text)
            .set_full_format(&text)
            .set_description(text);
        detail
    }));
    description
}

/// A description of what has a key.
pub(crate) fn element(key: &str, label: &str, summary: &str) -> ElementDescription {
    let mut element = ElementDescription::new();
    element.set_key(key).set_label(label).set_summary(summary);
    element
}

fn elements(table: &[(&str, &str, &str)]) -> impl Iterator<Item = ElementDescription> {
    table.iter().map(|(key, label, summary)| element(key, label, summary))
}

/// The types that derive from one in a release, by name.
fn heirs(base: &'static TypeInfo, release: Release) -> impl Iterator<Item = &'static TypeInfo> {
    let heirs = REGISTRY.types.iter().copied().filter(move |ty| ty.is_a(base) && ty.name() != base.name());
    heirs.filter(move |ty| is_in(ty.introduced(), ty.dropped_after(), release))
}

fn is_in(since: Option<Release>, until: Option<Release>, release: Release) -> bool {
    since.is_none_or(|since| since <= release) && until.is_none_or(|until| release <= until)
}

/// `Power on VM` of `PowerOnVM_Task`, `Vm powered on` of `VmPoweredOn`.
pub(crate) fn words(name: &str) -> String {
    let name = name.strip_suffix("_Task").unwrap_or(name);
    let mut words = vec![String::new()];
    let mut letters = name.chars().peekable();
    let mut was_upper = true;
    while let Some(letter) = letters.next() {
        let is_upper = letter.is_uppercase();
        let begins_word = is_upper && (!was_upper || letters.peek().is_some_and(|next| next.is_lowercase()));
        if begins_word && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
        was_upper = is_upper;
    }
    for word in words.iter_mut().skip(1) {
        let is_abbreviation = word.len() > 1 && word.chars().all(char::is_uppercase);
        if !is_abbreviation {
            *word = word.to_lowercase();
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use vim25_api::RELEASE;

    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(words("PowerOnVM_Task"), "Power on VM");
        assert_eq!(words("VmPoweredOn"), "Vm powered on");
        assert_eq!(words("NASDatastoreCreated"), "NAS datastore created");
        assert_eq!(words("destroy"), "destroy");
        assert_eq!(words(""), "");
    }

    #[test]
    fn the_descriptions_are_complete() {
        let (tasks, events) = (of_tasks(RELEASE), of_events(RELEASE));
        assert_eq!(tasks.check(), Ok(()));
        assert_eq!(events.check(), Ok(()));
        let keys: Vec<&str> = tasks.method_info().iter().map(|info| info.key()).collect();
        assert!(keys.contains(&"VirtualMachine.powerOnVM") && keys.contains(&"Folder.createVM"), "{keys:?}");
        assert!(events.event_info().len() > 400);
        let category = |key| events.event_info().iter().find(|info| info.key() == key).map(|info| info.category());
        assert_eq!(category("VmPoweredOnEvent"), Some("info"));
        assert_eq!(category("VmFailedToPowerOnEvent"), Some("error"));
        assert_eq!(category("GeneralUserEvent"), Some("user"));
        assert_eq!(category("Event"), None);
    }

    #[test]
    fn what_a_release_does_not_have_is_not_described() {
        let old = of_events(Release::new(8, 0, 1, 0));
        assert!(old.event_info().len() <= of_events(RELEASE).event_info().len());
    }
}
