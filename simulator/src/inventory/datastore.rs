//! Datastores.

use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};
use vim25_api::types::{
    DatastoreCapability, DatastoreHostMount, DatastoreInfo, DatastoreSummary, HostFileSystemMountInfo,
    NasDatastoreInfo, StorageIORMInfo, VirtualMachineStorageInfo, VmfsDatastoreInfo,
};
use vim25_runtime::{DataType, DateTime, List, ManagedObjectReference, Value};

use super::plan::{self, DatastoreType};
use super::{data, entity, host};
use crate::random::Random;
use crate::state::State;
use crate::store::Store;

const TERABYTE: i64 = 1 << 40;

static CAPABILITY: LazyLock<Arc<Value>> = LazyLock::new(|| {
    data::shared::<DatastoreCapability>(&json!({
        "directoryHierarchySupported": true,
        "rawDiskMappingsSupported": true,
        "perFileThinProvisioningSupported": true,
        "storageIORMSupported": true,
        "nativeSnapshotSupported": false,
        "topLevelDirectoryCreateSupported": true,
        "seSparseSupported": true,
        "vmfsSparseSupported": true,
        "vsanSparseSupported": false,
        "upitSupported": false,
        "vmdkExpandSupported": true,
        "clusteredVmdkSupported": false,
    }))
});

static IORM: LazyLock<Arc<Value>> = LazyLock::new(|| {
    data::shared::<StorageIORMInfo>(&json!({
        "enabled": false,
        "congestionThresholdMode": "automatic",
        "congestionThreshold": 30,
        "percentOfPeakThroughput": 90,
        "statsCollectionEnabled": false,
        "reservationEnabled": true,
        "statsAggregationDisabled": false,
    }))
});

/// Adds a datastore that is mounted nowhere to a datacenter.
pub(super) fn add(
    state: &mut State,
    datacenter: &ManagedObjectReference,
    plan: &plan::Datastore,
    name: &str,
    now: &DateTime,
) -> ManagedObjectReference {
    let datastore = state.store.new_reference("Datastore", "datastore");
    let capacity = i64::from(plan.capacity_gb) << 30;
    let uuid = volume_uuid(&mut state.random);
    let url = format!("ds:///vmfs/volumes/{uuid}/");
    let browser = add_browser(
        &mut state.store,
        &format!("datastoreBrowser-{}", datastore.value()),
        std::slice::from_ref(&datastore),
    );
    let summary = json!({
        "datastore": data::refer(&datastore),
        "name": name,
        "url": url,
        "capacity": capacity,
        "freeSpace": capacity,
        "uncommitted": 0,
        "accessible": false,
        "multipleHostAccess": false,
        "type": match plan.kind { DatastoreType::Vmfs => "VMFS", DatastoreType::Nfs => "NFS" },
        "maintenanceMode": "normal",
    });
    let properties = [
        ("summary", data::shared::<DatastoreSummary>(&summary)),
        ("info", Arc::new(info(plan, name, &uuid, now))),
        ("capability", Arc::clone(&CAPABILITY)),
        ("iormConfiguration", Arc::clone(&IORM)),
        ("browser", Arc::new(browser.into())),
        ("host", Arc::new(List::Objects(Vec::new().into()).into())),
        ("vm", Arc::new(data::references(&[]))),
    ];
    if let Some(folder) = state.store.reference(datacenter, "datastoreFolder").cloned() {
        entity::add(&mut state.store, &datastore, &folder, name, properties);
    }
    state.store.link(datacenter, "datastore", &datastore);
    datastore
}

fn info(plan: &plan::Datastore, name: &str, uuid: &str, now: &DateTime) -> Value {
    let capacity = i64::from(plan.capacity_gb) << 30;
    let mut json = json!({
        "name": name,
        "url": format!("ds:///vmfs/volumes/{uuid}/"),
        "freeSpace": capacity,
        "maxFileSize": 64 * TERABYTE,
        "maxVirtualDiskCapacity": 62 * TERABYTE,
        "maxMemoryFileSize": 64 * TERABYTE,
        "timestamp": now.as_str(),
    });
    match plan.kind {
        DatastoreType::Vmfs => {
            json["maxPhysicalRDMFileSize"] = (64 * TERABYTE).into();
            json["maxVirtualRDMFileSize"] = (62 * TERABYTE).into();
            json["vmfs"] = vmfs(name, uuid, capacity);
            data::object::<VmfsDatastoreInfo>(&json).into()
        }
        DatastoreType::Nfs => {
            json["nas"] = json!({
                "type": "NFS",
                "name": name,
                "capacity": capacity,
                "remoteHost": "nfs.example.com",
                "remotePath": format!("/export/{name}"),
                "userName": "",
                "remoteHostNames": ["nfs.example.com"],
                "securityType": "AUTH_SYS",
                "protocolEndpoint": false,
            });
            data::object::<NasDatastoreInfo>(&json).into()
        }
    }
}

fn vmfs(name: &str, uuid: &str, capacity: i64) -> Json {
    json!({
        "type": "VMFS",
        "name": name,
        "capacity": capacity,
        "blockSizeMb": 1,
        "blockSize": 1024,
        "unmapGranularity": 1024,
        "unmapPriority": "low",
        "maxBlocks": 63_963_136,
        "majorVersion": 6,
        "version": "6.82",
        "uuid": uuid,
        "extent": [{ "diskName": format!("naa.60003ff4{}", uuid.replace('-', "")), "partition": 1 }],
        "vmfsUpgradable": false,
        "ssd": true,
        "local": false,
    })
}

/// The id of a volume: `5f0c9a3b-7d1e4c22-91ab-0050568e1234`.
fn volume_uuid(random: &mut Random) -> String {
    let digits = random.token();
    [&digits[..8], &digits[8..16], &digits[16..20], &digits[20..]].join("-")
}

/// Adds what lists the files of datastores.
pub(super) fn add_browser(
    store: &mut Store,
    id: &str,
    datastores: &[ManagedObjectReference],
) -> ManagedObjectReference {
    let browser = ManagedObjectReference::new("HostDatastoreBrowser", id);
    let properties =
        [("datastore", data::references(datastores)), ("supportedType", List::Objects(Vec::new().into()).into())];
    store.add(browser.clone(), properties);
    browser
}

/// Mounts a datastore, which is mounted nowhere yet, on hosts. They show its volume once [`host::set_volumes`] tells them.
pub(super) fn mount(store: &mut Store, datastore: &ManagedObjectReference, hosts: &[ManagedObjectReference]) {
    let mount = mount_info(store, datastore);
    let entry = |host: &ManagedObjectReference| {
        data::object::<DatastoreHostMount>(&json!({ "key": data::refer(host), "mountInfo": mount })).into_object()
    };
    store.set(datastore, "host", List::Objects(hosts.iter().map(entry).collect()));
    store.edit::<DatastoreSummary>(datastore, "summary", |summary| {
        summary.set_accessible(!hosts.is_empty()).set_multiple_host_access(hosts.len() > 1);
    });
    for host in hosts {
        for object in host::with_compute_resource(store, host) {
            store.link(&object, "datastore", datastore);
            for browser in host::browsers_of(store, &object) {
                store.link(&browser, "datastore", datastore);
            }
        }
    }
}

/// Where the volume of a datastore is on every host that it is mounted on, as JSON.
fn mount_info(store: &Store, datastore: &ManagedObjectReference) -> Json {
    let url = store.object::<DatastoreSummary>(datastore, "summary").map_or("", DatastoreSummary::url);
    let path = url.trim_start_matches("ds://").trim_end_matches('/');
    json!({ "path": path, "accessMode": "readWrite", "mounted": true, "accessible": true })
}

/// The volume of a datastore as hosts show it.
pub(super) fn volume(store: &Store, datastore: &ManagedObjectReference) -> Option<HostFileSystemMountInfo> {
    let info = store.object::<DatastoreInfo>(datastore, "info")?;
    let Value::Object(volume) = info.member("vmfs").or_else(|| info.member("nas"))? else { return None };
    let volume = serde_json::to_value(volume).ok()?;
    let mount = mount_info(store, datastore);
    Some(data::object(&json!({ "mountInfo": mount, "volume": volume, "vStorageSupport": "vStorageUnsupported" })))
}

/// Computes how much of a datastore is free from what the virtual machines on it take.
pub(crate) fn refresh(store: &mut Store, datastore: &ManagedObjectReference) {
    let (mut committed, mut uncommitted) = (0, 0);
    for vm in store.references(datastore, "vm") {
        let storage = store.object::<VirtualMachineStorageInfo>(vm, "storage");
        for usage in storage.iter().flat_map(|storage| storage.per_datastore_usage()) {
            if usage.datastore().as_untyped() == datastore {
                committed += usage.committed();
                uncommitted += usage.uncommitted();
            }
        }
    }
    let Some(summary) = store.object::<DatastoreSummary>(datastore, "summary") else { return };
    let free = (summary.capacity() - committed).max(0);
    if (summary.free_space(), summary.uncommitted()) == (free, Some(uncommitted)) {
        return;
    }
    store.edit::<DatastoreSummary>(datastore, "summary", |summary| {
        summary.set_free_space(free).set_uncommitted(uncommitted);
    });
    store.edit::<DatastoreInfo>(datastore, "info", |info| {
        info.set_free_space(free);
    });
}
