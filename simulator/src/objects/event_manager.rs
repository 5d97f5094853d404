//! `EventManager`: knows all events.

use vim25_api::REGISTRY;
use vim25_api::types::{
    Event, EventArgDesc, EventEx, EventFilterSpec, EventManagerEventViewSpec, EventManagerViewByStartId,
    GeneralUserEvent, InvalidEvent, ManagedEntityEventArgument, SessionEvent, TaskEvent, TaskInfo,
};
use vim25_runtime::{DataType, Element, ManagedObjectReference, Release};

use super::Handler::Now;
use super::{Handlers, singleton};
use crate::call::{Call, Outcome};
use crate::descriptions::{self, element, words};
use crate::events::refer;
use crate::fault::{self, Failure};
use crate::history::{self, EventFilter, Filter, MAX_COLLECTORS};
use crate::store::Store;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("CreateCollectorForEvents", Now(create_collector)),
    ("LogUserEvent", Now(log_user_event)),
    ("PostEvent", Now(post_event)),
    ("QueryEvents", Now(query_events)),
    ("RetrieveArgumentDescription", Now(retrieve_argument_description)),
];

/// Members of events that are no arguments of their messages.
const NO_ARGUMENTS: &[&str] = &["key", "chainId", "fullFormattedMessage", "changeTag", "auditId"];

/// Sets the properties that never change.
pub(super) fn set_constants(store: &mut Store, release: Release) {
    let manager = singleton("EventManager");
    store.set(&manager, "maxCollector", MAX_COLLECTORS);
    store.set(&manager, "description", descriptions::of_events(release));
}

/// How many events are wanted at most is counted once: those that come later are let through as well.
fn create_collector(call: &mut Call<'_>) -> Outcome {
    let spec = filter_spec(call)?;
    let filter = EventFilter::new(&call.state.store, &spec)?;
    let filter = history::within_count(call.state, filter);
    let collector = history::create(call, "EventHistoryCollector", Filter::Events(filter), spec)?;
    call.state.store.set(&collector, "initialized", true);
    Ok(Some(collector.into()))
}

fn query_events(call: &mut Call<'_>) -> Outcome {
    let filter = EventFilter::new(&call.state.store, &filter_spec(call)?)?;
    let view = call.object::<EventManagerEventViewSpec>("eventViewSpec").and_then(|view| view.downcast_ref());
    let start = view.map(|view: &EventManagerViewByStartId| (view.start_event_id(), view.is_forward()));
    Ok(Some(history::events(call.state, filter, start).into()))
}

fn filter_spec(call: &Call<'_>) -> Result<EventFilterSpec, Failure> {
    let spec = call.object::<EventFilterSpec>("filter").cloned();
    spec.ok_or_else(|| fault::invalid_argument("filter", "the required argument is absent"))
}

fn log_user_event(call: &mut Call<'_>) -> Outcome {
    let Some(entity) = call.reference("entity").cloned() else {
        return Err(fault::invalid_argument("entity", "the required argument is absent"));
    };
    if !call.state.store.contains(&entity) {
        return Err(fault::object_not_found(&entity));
    }
    let session = call.required_session()?;
    let missing = call.state.missing_privileges(session, &entity, &["Global.LogEvent"]);
    if !missing.is_empty() {
        return Err(fault::no_permission(&entity, &missing));
    }
    let user_name = session.user_name.clone();
    let message = call.required_text("msg")?;
    let mut argument = ManagedEntityEventArgument::new();
    argument.set_name(call.state.store.text(&entity, "name"));
    refer(&mut argument, "entity", &entity);
    let mut event = GeneralUserEvent::new();
    event.set_entity(argument).set_message(&message);
    call.state.post_event(event, &message, Some(&entity), &user_name, call.now);
    Ok(None)
}

/// Adds an event of a client, about the objects that it names itself.
fn post_event(call: &mut Call<'_>) -> Outcome {
    let Some(event) = call.object::<Event>("eventToPost").cloned() else {
        return Err(fault::invalid_argument("eventToPost", "the required argument is absent"));
    };
    check_can_be_posted(&event)?;
    let user_name = call.required_session()?.user_name.clone();
    let chain_id = call.object::<TaskInfo>("taskInfo").map(|info| chain_of(call, info)).transpose()?;
    let message = message(&event);
    let outer = std::mem::replace(&mut call.state.events.chain_id, chain_id);
    call.state.post_event(event, &message, None, &user_name, call.now);
    call.state.events.chain_id = outer;
    Ok(None)
}

/// Sessions and tasks are known to nobody but the server.
fn check_can_be_posted(event: &Event) -> Result<(), Failure> {
    let is_of_server = event.is::<SessionEvent>() || event.is::<TaskEvent>();
    let is_nothing = event.type_info().name() == Event::TYPE.name();
    let is_nameless = event.downcast_ref::<EventEx>().is_some_and(|event| event.event_type_id().is_empty());
    if is_of_server || is_nothing || is_nameless {
        return Err(fault::fault(InvalidEvent::new(), "Clients cannot post events of this type, or without an id."));
    }
    Ok(())
}

/// The chain of a task, as the server knows it.
fn chain_of(call: &Call<'_>, info: &TaskInfo) -> Result<i32, Failure> {
    let task = ManagedObjectReference::from(info.task());
    let known = call.state.store.object::<TaskInfo>(&task, "info").map(TaskInfo::event_chain_id);
    known.ok_or_else(|| fault::invalid_argument("taskInfo.task", "there is no such task"))
}

/// The text of an event: that of the client, or what its type tells.
fn message(event: &Event) -> String {
    let extended = event.downcast_ref::<EventEx>();
    let own = event.full_formatted_message().or_else(|| extended?.message());
    let own = own.or_else(|| extended.map(EventEx::event_type_id));
    own.map_or_else(|| words(event.type_info().name()), str::to_owned)
}

fn retrieve_argument_description(call: &mut Call<'_>) -> Outcome {
    let type_id = call.required_text("eventTypeId")?;
    let ty = REGISTRY.find_type(type_id.strip_prefix("vim.event.").unwrap_or(&type_id));
    let Some(ty) = ty.filter(|ty| ty.is_a(Event::TYPE)) else {
        return Err(fault::invalid_argument("eventTypeId", "there is no such type of events"));
    };
    let release = call.simulation.settings.newest_release();
    let fields = ty.fields().filter(|field| field.is_in(release) && !NO_ARGUMENTS.contains(&field.name));
    let arguments = fields.map(|field| {
        let text = words(field.name);
        let mut argument = EventArgDesc::new();
        argument.set_name(field.name).set_type(field.item.to_string());
        argument.set_description(element(field.name, &text, &text));
        argument
    });
    Ok(Some(EventArgDesc::into_list(arguments.collect()).into()))
}
