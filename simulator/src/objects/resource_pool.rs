//! `ResourcePool`: shares of what the hosts of a cluster have.

use vim25_api::mo;
use vim25_api::types::{
    ConcurrentAccess, DuplicateName, Event, InvalidName, ResourceAllocationInfo, ResourceConfigSpec,
    ResourcePoolCreatedEvent, ResourcePoolDestroyedEvent, ResourcePoolEventArgument, ResourcePoolReconfiguredEvent,
    SharesLevel,
};
use vim25_runtime::{DateTime, ManagedObjectReference, Ref};

use super::Handler::Now;
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::inventory::{path, pool};

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("CreateResourcePool", Now(create)),
    ("DestroyChildren", Now(destroy_children)),
    ("RefreshRuntime", Now(|_| Ok(None))),
    ("UpdateConfig", Now(update_config)),
];

/// How long the name of an entity may be.
const MAX_NAME: usize = 80;

fn create(call: &mut Call<'_>) -> Outcome {
    let name = free_name(call, call.object)?;
    let config = complete(required_spec(call, "spec")?, &pool::normal_config(), "spec")?;
    let created = pool::add(&mut call.state.store, call.object, &name, &config, DateTime::from(call.now));
    let mut event = ResourcePoolCreatedEvent::new();
    event.set_parent(argument(call, call.object)).set_resource_pool(argument(call, &created));
    post(call, event, &format!("The resource pool {name} was created"), &created)?;
    Ok(Some(created.into()))
}

fn update_config(call: &mut Call<'_>) -> Outcome {
    let present = call.state.store.text(call.object, "name").to_owned();
    let parent = call.state.store.reference(call.object, "parent").cloned();
    let is_root = parent.as_ref().is_none_or(|parent| parent.type_name() != "ResourcePool");
    let name = match (call.text("name"), &parent) {
        (Some(name), Some(parent)) if path::escape(&path::unescape(&name)) != present => {
            if is_root {
                return Err(fault::not_supported("The root resource pool keeps its name."));
            }
            free_name(call, parent)?
        }
        _ => present,
    };
    if let Some(spec) = call.object::<ResourceConfigSpec>("config").cloned() {
        if is_root {
            return Err(fault::not_supported("What the root resource pool gets is what its hosts have."));
        }
        let Some(known) = call.state.store.object::<ResourceConfigSpec>(call.object, "config").cloned() else {
            return Err(fault::system_error("a resource pool without a configuration"));
        };
        check_change_version(&spec, &known)?;
        let mut config = complete(&spec, &known, "config")?;
        let version: u32 = known.change_version().and_then(|version| version.parse().ok()).unwrap_or_default();
        config.set_change_version(version.wrapping_add(1).to_string()).set_last_modified(DateTime::from(call.now));
        pool::refer_entity(&mut config, call.object);
        pool::set_config(&mut call.state.store, call.object, &name, config);
    } else if let Some(known) = call.state.store.object::<ResourceConfigSpec>(call.object, "config").cloned() {
        pool::set_config(&mut call.state.store, call.object, &name, known);
    }
    let object = call.object;
    let mut event = ResourcePoolReconfiguredEvent::new();
    event.set_resource_pool(argument(call, object));
    post(call, event, &format!("The resource pool {name} was changed"), object)?;
    Ok(None)
}

/// Who says which version of the configuration is to be changed does not want to change another one.
fn check_change_version(spec: &ResourceConfigSpec, known: &ResourceConfigSpec) -> Result<(), Failure> {
    let is_other = spec.change_version().is_some_and(|version| !version.is_empty())
        && spec.change_version() != known.change_version();
    if is_other {
        let problem = "The configuration was changed by somebody else.";
        return Err(fault::fault(ConcurrentAccess::new(), problem));
    }
    Ok(())
}

/// Removes the resource pools in a resource pool; their virtual machines and the pools in them move up.
fn destroy_children(call: &mut Call<'_>) -> Outcome {
    for child in call.state.store.references(call.object, "resourcePool").to_vec() {
        let name = call.state.store.text(&child, "name").to_owned();
        let mut event = ResourcePoolDestroyedEvent::new();
        event.set_resource_pool(argument(call, &child));
        post(call, event, &format!("The resource pool {name} was removed"), &child)?;
        dissolve(call, &child);
    }
    pool::refresh_children(&mut call.state.store, call.object);
    Ok(None)
}

fn dissolve(call: &mut Call<'_>, child: &ManagedObjectReference) {
    let (store, parent) = (&mut call.state.store, call.object);
    for vm in store.references(child, "vm").to_vec() {
        store.set(&vm, "resourcePool", parent.clone());
        store.link(parent, "vm", &vm);
    }
    store.unlink(parent, "resourcePool", child);
    for grandchild in store.references(child, "resourcePool").to_vec() {
        store.set(&grandchild, "parent", parent.clone());
        store.link(parent, "resourcePool", &grandchild);
    }
    store.remove(child);
}

/// The name that a call gives, if no other resource pool in the parent has it.
fn free_name(call: &Call<'_>, parent: &ManagedObjectReference) -> Result<String, Failure> {
    let given = call.required_text("name")?;
    let name = path::escape(&path::unescape(&given));
    if name.is_empty() || name.chars().count() > MAX_NAME {
        let mut invalid = InvalidName::new();
        invalid.set_name(given);
        return Err(fault::fault(invalid, format!("A name has 1 to {MAX_NAME} characters.")));
    }
    let store = &call.state.store;
    let pools = store.references(parent, "resourcePool");
    if let Some(taken) = pools.iter().find(|pool| store.text(pool, "name") == name) {
        let mut duplicate = DuplicateName::new();
        duplicate.set_name(name.as_str());
        let inserted = duplicate.insert("object", taken.clone());
        debug_assert!(inserted.is_ok());
        return Err(fault::fault(duplicate, format!("The name `{name}` is taken.")));
    }
    Ok(name)
}

fn required_spec<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a ResourceConfigSpec, Failure> {
    call.object(name).ok_or_else(|| fault::invalid_argument(name, "the required argument is absent"))
}

/// A configuration that is given in part; what is not is as it was.
fn complete(
    given: &ResourceConfigSpec,
    known: &ResourceConfigSpec,
    argument: &str,
) -> Result<ResourceConfigSpec, Failure> {
    let mut config = known.clone();
    for (member, value) in given.members() {
        if !["cpuAllocation", "memoryAllocation"].contains(&member.name) {
            let inserted = config.insert(member.name, value.clone());
            debug_assert!(inserted.is_ok());
        }
    }
    let cpu = (given.cpu_allocation(), known.cpu_allocation(), 4_000);
    let memory = (given.memory_allocation(), known.memory_allocation(), 163_840);
    let at = |member: &str| format!("{argument}.{member}");
    config.set_cpu_allocation(allocation(cpu, &at("cpuAllocation"))?);
    config.set_memory_allocation(allocation(memory, &at("memoryAllocation"))?);
    Ok(config)
}

fn allocation(
    (given, known, normal_shares): (&ResourceAllocationInfo, &ResourceAllocationInfo, i32),
    place: &str,
) -> Result<ResourceAllocationInfo, Failure> {
    let mut allocation = known.clone();
    for (member, value) in given.members() {
        let inserted = allocation.insert(member.name, value.clone());
        debug_assert!(inserted.is_ok());
    }
    let reservation = allocation.reservation().unwrap_or_default();
    if reservation < 0 {
        return Err(fault::invalid_argument(&format!("{place}.reservation"), "it is negative"));
    }
    match allocation.limit() {
        Some(limit) if limit < -1 => {
            return Err(fault::invalid_argument(&format!("{place}.limit"), "it is negative"));
        }
        Some(limit) if limit != -1 && limit < reservation => {
            return Err(fault::invalid_argument(&format!("{place}.limit"), "it is less than the reservation"));
        }
        _ => {}
    }
    if let Some(mut shares) = allocation.shares().cloned() {
        match shares.level() {
            SharesLevel::Low => drop(shares.set_shares(normal_shares / 2)),
            SharesLevel::Normal => drop(shares.set_shares(normal_shares)),
            SharesLevel::High => drop(shares.set_shares(normal_shares * 2)),
            _ if shares.shares() < 1 => {
                return Err(fault::invalid_argument(&format!("{place}.shares.shares"), "it is less than 1"));
            }
            _ => {}
        }
        allocation.set_shares(shares);
    }
    Ok(allocation)
}

/// Adds an event about a resource pool, which lies in a cluster.
fn post(
    call: &mut Call<'_>,
    event: impl Into<Event>,
    message: &str,
    pool: &ManagedObjectReference,
) -> Result<(), Failure> {
    let user_name = call.required_session()?.user_name.clone();
    call.state.post_event(event, message, Some(pool), &user_name, call.now);
    Ok(())
}

fn argument(call: &Call<'_>, pool: &ManagedObjectReference) -> ResourcePoolEventArgument {
    let mut argument = ResourcePoolEventArgument::new();
    argument.set_name(call.state.store.text(pool, "name"));
    argument.set_resource_pool(Ref::<mo::ResourcePool>::new(pool.value()));
    argument
}
