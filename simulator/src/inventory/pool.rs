//! Resource pools.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use vim25_api::types::{ResourceConfigSpec, ResourcePoolRuntimeInfo, ResourcePoolSummary};
use vim25_runtime::{DataType, DateTime, List, ManagedObjectReference, Object, Value};

use super::compute::Capacity;
use super::plan::{Allocation, Pool};
use super::{data, entity};
use crate::store::Store;

/// The shares that are called normal, of processors and of memory.
const NORMAL_SHARES: [i32; 2] = [4_000, 163_840];

/// What a resource pool gets unless somebody says otherwise: no reservation, no limit, normal shares.
pub(crate) fn normal_config() -> ResourceConfigSpec {
    config_of(&Pool::default())
}

/// What a planned resource pool gets.
pub(super) fn config_of(pool: &Pool) -> ResourceConfigSpec {
    let [cpu, memory] = [(pool.cpu, NORMAL_SHARES[0]), (pool.memory, NORMAL_SHARES[1])].map(|(planned, normal)| {
        let Allocation { reservation, limit, shares } = planned;
        json!({
            "reservation": reservation,
            "expandableReservation": true,
            "limit": limit.map_or(-1, i64::from),
            "shares": match shares {
                Some(shares) => json!({ "shares": shares, "level": "custom" }),
                None => json!({ "shares": normal, "level": "normal" }),
            },
        })
    });
    data::object(&json!({ "cpuAllocation": cpu, "memoryAllocation": memory, "scaleDescendantsShares": "disabled" }))
}

/// Adds a resource pool to another one, or the first one to a cluster or stand-alone host.
pub(crate) fn add(
    store: &mut Store,
    parent: &ManagedObjectReference,
    name: &str,
    config: &ResourceConfigSpec,
    now: DateTime,
) -> ManagedObjectReference {
    let pool = store.new_reference("ResourcePool", "resgroup");
    let owner = store.reference(parent, "owner").unwrap_or(parent).clone();
    let mut config = config.clone();
    refer_entity(&mut config, &pool);
    if config.change_version().is_none() {
        config.set_change_version("1");
    }
    config.set_last_modified(now);
    let runtime = runtime(&config, Capacity::of(store, &owner));
    let properties: [(&str, Value); 6] = [
        ("owner", owner.into()),
        ("config", config.clone().into()),
        ("runtime", runtime.clone().into()),
        ("summary", summary(name, &config, &runtime).into()),
        ("resourcePool", data::references(&[])),
        ("vm", data::references(&[])),
    ];
    entity::add(store, &pool, parent, name, properties.map(|(name, value)| (name, Arc::new(value))));
    if parent.type_name() == "ResourcePool" {
        store.link(parent, "resourcePool", &pool);
        refresh_children(store, parent);
    }
    pool
}

/// Sets what a resource pool gets, or its name, with all that tells of it.
pub(crate) fn set_config(store: &mut Store, pool: &ManagedObjectReference, name: &str, config: ResourceConfigSpec) {
    let owner = store.reference(pool, "owner").cloned();
    let runtime = runtime(&config, owner.map_or(Capacity::default(), |owner| Capacity::of(store, &owner)));
    store.set(pool, "name", name.to_owned());
    store.set(pool, "summary", summary(name, &config, &runtime));
    store.set(pool, "config", config);
    store.set(pool, "runtime", runtime);
    if let Some(parent) = store.reference(pool, "parent").cloned() {
        refresh_children(store, &parent);
    }
}

/// Computes what depends on the hosts of a resource pool and of those in it.
pub(super) fn refresh(store: &mut Store, pool: &ManagedObjectReference) {
    let Some(config) = store.object::<ResourceConfigSpec>(pool, "config").cloned() else { return };
    let name = store.text(pool, "name").to_owned();
    set_config(store, pool, &name, config);
    for child in store.references(pool, "resourcePool").to_vec() {
        refresh(store, &child);
    }
}

/// Has a resource pool show what the pools in it get. That of machines is added by whoever asks.
pub(crate) fn refresh_children(store: &mut Store, pool: &ManagedObjectReference) {
    if pool.type_name() != "ResourcePool" {
        return;
    }
    let children = store.references(pool, "resourcePool");
    let configs = children.iter().filter_map(|child| store.object::<ResourceConfigSpec>(child, "config").cloned());
    let configs: Vec<Object> = configs.map(DataType::into_object).collect();
    store.set(pool, "childConfiguration", List::Objects(configs.into()));
}

fn summary(name: &str, config: &ResourceConfigSpec, runtime: &ResourcePoolRuntimeInfo) -> ResourcePoolSummary {
    let mut summary: ResourcePoolSummary = ResourcePoolSummary::new();
    summary.set_name(name).set_config(config.clone()).set_runtime(runtime.clone());
    summary.set_configured_memory_mb(0);
    summary
}

/// What is there for a resource pool that gets something of a capacity.
fn runtime(config: &ResourceConfigSpec, capacity: Capacity) -> ResourcePoolRuntimeInfo {
    let usage = |available: i64, limit: Option<i64>, reservation: Option<i64>| -> Json {
        let max = limit.filter(|&limit| limit >= 0).map_or(available, |limit| limit.min(available));
        json!({
            "reservationUsed": 0,
            "reservationUsedForVm": 0,
            "unreservedForPool": max.max(reservation.unwrap_or_default()),
            "unreservedForVm": max,
            "overallUsage": 0,
            "maxUsage": max,
        })
    };
    let (cpu, memory) = (config.cpu_allocation(), config.memory_allocation());
    let bytes = |megabytes: Option<i64>| megabytes.map(|megabytes| megabytes.saturating_mul(1 << 20));
    data::object(&json!({
        "cpu": usage(capacity.effective_cpu_mhz, cpu.limit(), cpu.reservation()),
        "memory": usage(capacity.effective_memory_mb << 20, bytes(memory.limit()), bytes(memory.reservation())),
        "overallStatus": "green",
        "sharesScalable": "none",
    }))
}

/// Says in the configuration of a resource pool whose it is.
pub(crate) fn refer_entity(config: &mut ResourceConfigSpec, pool: &ManagedObjectReference) {
    let inserted = config.insert("entity", pool.clone());
    debug_assert!(inserted.is_ok());
}
