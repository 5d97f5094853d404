//! Which events are wanted.

use vim25_api::types::{EntityEventArgument, Event, EventEx, EventFilterSpec, ExtendedEvent, TaskEvent};
use vim25_runtime::{DataType, ManagedObjectReference, Object, Value};

use super::MAX_ITEMS;
use super::conditions::{Period, Users, Within, is_one_of};
use crate::events::category;
use crate::fault::{self, Failure};
use crate::store::Store;

/// What names of types may begin with in a filter.
const NAMESPACE: &str = "vim.event.";

/// An `EventFilterSpec`, read once.
#[derive(Clone, Debug)]
pub(crate) struct EventFilter {
    within: Option<Within>,
    period: Option<Period>,
    users: Option<Users>,
    chain_id: Option<i32>,
    /// Whether only events of an alarm or a schedule are wanted: there are none.
    is_of_nothing: bool,
    without_message: bool,
    categories: Vec<String>,
    types: Vec<String>,
    type_ids: Vec<String>,
    tags: Vec<String>,
    is_auditable: bool,
    audit_ids: Vec<String>,
    /// How many of the newest are wanted.
    pub(super) max_count: Option<usize>,
    /// The key of the first event that is wanted.
    first_key: i32,
}

impl EventFilter {
    /// Reads a filter.
    pub(crate) fn new(store: &Store, spec: &EventFilterSpec) -> Result<Self, Failure> {
        let within = spec.entity().map(|by| Within::new(store, by.entity().as_untyped(), by.recursion().as_str()));
        let texts = |texts: vim25_runtime::Strings<'_>| texts.iter().map(str::to_owned).collect();
        let users = spec.user_name().map(|by| Users { with_system: by.system_user(), names: texts(by.user_list()) });
        Ok(Self {
            within: within.transpose()?,
            period: spec.time().map(|time| Period::new(time.begin_time(), time.end_time())),
            users,
            chain_id: spec.event_chain_id(),
            is_of_nothing: spec.alarm().is_some() || spec.scheduled_task().is_some(),
            without_message: spec.disable_full_message() == Some(true),
            categories: texts(spec.category()),
            types: texts(spec.r#type()),
            type_ids: texts(spec.event_type_id()),
            tags: texts(spec.tag()),
            is_auditable: spec.auditable() == Some(true),
            audit_ids: texts(spec.audit_id()),
            max_count: max_count(spec.max_count())?,
            first_key: 0,
        })
    }

    /// The same filter for events with at least a key.
    pub(super) fn starting_at(self, first_key: i32) -> Self {
        Self { first_key, ..self }
    }

    /// Whether an event is wanted. What costs most comes last.
    pub(super) fn lets_through(&self, store: &Store, event: &Event) -> bool {
        !self.is_of_nothing
            && event.key() >= self.first_key
            && self.chain_id.is_none_or(|id| id == event.chain_id())
            && self.users.as_ref().is_none_or(|users| users.holds(event.user_name()))
            && is_one_of(&self.tags, event.change_tag())
            && is_one_of(&self.audit_ids, event.audit_id())
            && (!self.is_auditable || event.audit_id().is_some())
            && is_one_of(&self.categories, Some(category(event)))
            && (self.types.is_empty() || is_of_types(event, &self.types))
            && (self.type_ids.is_empty() || has_type_id(event, &self.type_ids))
            && self.period.as_ref().is_none_or(|period| period.holds(event.created_time()))
            && self.within.as_ref().is_none_or(|within| within.holds(store, &objects_of(event)))
    }

    /// Those of some events that are wanted, by key.
    pub(super) fn items<'a>(
        &'a self,
        store: &'a Store,
        events: impl Iterator<Item = &'a Event>,
    ) -> impl Iterator<Item = (u64, Object)> {
        events.filter(|event| self.lets_through(store, event)).map(|event| self.item(event))
    }

    /// The event as it is wanted, and its key.
    fn item(&self, event: &Event) -> (u64, Object) {
        let mut item = event.clone().into_object();
        if self.without_message {
            item.remove("fullFormattedMessage");
        }
        (event.key().unsigned_abs().into(), item)
    }
}

/// Zero is the default.
fn max_count(count: Option<i32>) -> Result<Option<usize>, Failure> {
    let Some(count) = count.filter(|count| *count != 0) else { return Ok(None) };
    let count = usize::try_from(count).map_err(|_| fault::invalid_argument("filter.maxCount", "it is negative"))?;
    Ok(Some(count.min(MAX_ITEMS)))
}

/// Whether the type of an event is one of some, or derives from one.
fn is_of_types(event: &Event, types: &[String]) -> bool {
    let mut ancestry = event.type_info().ancestry();
    ancestry.any(|ty| types.iter().any(|name| name.strip_prefix(NAMESPACE).unwrap_or(name) == ty.name()))
}

/// The same, or whether an event has one of some ids that are given to types without a name in the API.
fn has_type_id(event: &Event, ids: &[String]) -> bool {
    let own = match (event.downcast_ref::<EventEx>(), event.downcast_ref::<ExtendedEvent>()) {
        (Some(event), _) => Some(event.event_type_id()),
        (_, Some(event)) => Some(event.event_type_id()),
        _ => None,
    };
    own.is_some_and(|own| ids.iter().any(|id| id == own)) || is_of_types(event, ids)
}

/// The objects of the inventory that an event names.
fn objects_of(event: &Event) -> Vec<&ManagedObjectReference> {
    let mut objects = Vec::new();
    for (_, value) in event.members() {
        if let Value::Object(argument) = value
            && argument.is::<EntityEventArgument>()
        {
            objects.extend(argument.members().filter_map(|(_, value)| match value {
                Value::Reference(object) => Some(&**object),
                _ => None,
            }));
        }
    }
    let entity = event.downcast_ref::<TaskEvent>().and_then(|event| event.info().entity());
    objects.extend(entity.map(|entity| entity.as_untyped()));
    objects
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use vim25_api::mo;
    use vim25_api::types::{DatacenterRenamedEvent, HostConnectedEvent, UserLoginSessionEvent};
    use vim25_api::types::{EventFilterSpecByEntity, VirtualMachineRuntimeInfo, VmPoweredOnEvent};
    use vim25_runtime::Ref;

    use super::*;
    use crate::random::Random;
    use crate::state::State;

    fn reference(kind: &str, id: &str) -> ManagedObjectReference {
        ManagedObjectReference::new(kind, id)
    }

    /// A datacenter with a host and a virtual machine on it, in folders, and a second one without anything.
    fn inventory() -> State {
        let mut state = State::new(Random::new(Some(1)).unwrap());
        state.store.add(reference("Folder", "group-d1"), []);
        for (kind, id, parent) in [
            ("Datacenter", "dc", reference("Folder", "group-d1")),
            ("Datacenter", "other-dc", reference("Folder", "group-d1")),
            ("Folder", "hosts", reference("Datacenter", "dc")),
            ("Folder", "vms", reference("Datacenter", "dc")),
            ("ComputeResource", "resource", reference("Folder", "hosts")),
            ("HostSystem", "host", reference("ComputeResource", "resource")),
            ("VirtualMachine", "vm", reference("Folder", "vms")),
        ] {
            state.store.add(reference(kind, id), [("name", id.to_owned().into()), ("parent", parent.into())]);
        }
        let mut runtime = VirtualMachineRuntimeInfo::new();
        runtime.set_host(Ref::<mo::HostSystem>::new("host"));
        state.store.set(&reference("VirtualMachine", "vm"), "runtime", runtime);
        state
    }

    /// Posts an event of a virtual machine, a host, a datacenter and nothing, with the keys 1 to 4.
    fn with_events(mut state: State) -> State {
        let now = Timestamp::UNIX_EPOCH;
        state.post_event(VmPoweredOnEvent::new(), "", Some(&reference("VirtualMachine", "vm")), "me", now);
        state.post_event(HostConnectedEvent::new(), "", Some(&reference("HostSystem", "host")), "me", now);
        state.post_event(DatacenterRenamedEvent::new(), "", Some(&reference("Datacenter", "dc")), "me", now);
        state.post_event(UserLoginSessionEvent::new(), "", None, "me", now);
        state
    }

    fn keys(state: &State, kind: &str, id: &str, recursion: &str) -> Vec<i32> {
        let mut by = EventFilterSpecByEntity::new();
        by.insert("entity", reference(kind, id)).unwrap();
        by.insert("recursion", recursion.to_owned()).unwrap();
        let filter = EventFilter::new(&state.store, &EventFilterSpec::new().with_entity(by)).unwrap();
        state.events.iter().filter(|event| filter.lets_through(&state.store, event)).map(Event::key).collect()
    }

    #[test]
    fn events_are_about_entities_and_what_lies_in_them() {
        let state = with_events(inventory());
        for (kind, id, itself, children, all) in [
            ("VirtualMachine", "vm", &[1][..], &[][..], &[1][..]),
            // What happens to a virtual machine happens on its host as well.
            ("HostSystem", "host", &[1, 2], &[], &[1, 2]),
            ("ComputeResource", "resource", &[], &[1, 2], &[1, 2]),
            ("Folder", "vms", &[], &[1], &[1]),
            ("Datacenter", "dc", &[3], &[1, 2], &[1, 2, 3]),
            ("Datacenter", "other-dc", &[], &[], &[]),
            ("Folder", "group-d1", &[4], &[1, 2, 3], &[1, 2, 3, 4]),
        ] {
            assert_eq!(keys(&state, kind, id, "self"), itself, "{id}");
            assert_eq!(keys(&state, kind, id, "children"), children, "{id}");
            assert_eq!(keys(&state, kind, id, "all"), all, "{id}");
        }
    }

    #[test]
    fn events_of_what_is_gone_are_found_by_where_it_was() {
        let mut state = with_events(inventory());
        state.store.remove(&reference("VirtualMachine", "vm"));
        assert_eq!(keys(&state, "Datacenter", "dc", "all"), [1, 2, 3]);
        assert_eq!(keys(&state, "Datacenter", "dc", "self"), [3]);
        let mut by = EventFilterSpecByEntity::new();
        by.insert("entity", reference("VirtualMachine", "vm")).unwrap();
        assert!(EventFilter::new(&state.store, &EventFilterSpec::new().with_entity(by)).is_err());
    }
}
