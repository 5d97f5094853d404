//! `SearchIndex`: objects by what is known of them.

use vim25_api::types::{InvalidDatastore, InvalidDatastorePath};
use vim25_runtime::{List, ManagedObjectReference, Value};

use super::Handler::Now;
use super::{Handlers, singleton};
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::search::Key;
use crate::store::is_a;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("FindAllByDnsName", Now(|call| all(call, dns_name))),
    ("FindAllByIp", Now(|call| all(call, ip))),
    ("FindAllByUuid", Now(|call| all(call, uuid))),
    ("FindByDatastorePath", Now(find_by_datastore_path)),
    ("FindByDnsName", Now(|call| first(call, dns_name))),
    ("FindByInventoryPath", Now(find_by_inventory_path)),
    ("FindByIp", Now(|call| first(call, ip))),
    ("FindByUuid", Now(|call| first(call, uuid))),
    ("FindChild", Now(find_child)),
];

/// What is looked for, by the arguments of a call.
type Wanted = fn(&Call<'_>) -> Result<Key, Failure>;

fn uuid(call: &Call<'_>) -> Result<Key, Failure> {
    let uuid = call.required_text("uuid")?.to_lowercase();
    Ok(match (is_of_machines(call), call.boolean("instanceUuid").unwrap_or_default()) {
        (true, true) => Key::InstanceUuid(uuid),
        (true, false) => Key::Uuid(uuid),
        (false, _) => Key::HostUuid(uuid),
    })
}

fn ip(call: &Call<'_>) -> Result<Key, Failure> {
    let ip = call.required_text("ip")?.to_lowercase();
    Ok(if is_of_machines(call) { Key::Ip(ip) } else { Key::HostIp(ip) })
}

fn dns_name(call: &Call<'_>) -> Result<Key, Failure> {
    let name = call.required_text("dnsName")?.to_lowercase();
    Ok(if is_of_machines(call) { Key::DnsName(name) } else { Key::HostDnsName(name) })
}

/// Whether virtual machines are looked for, or else hosts.
fn is_of_machines(call: &Call<'_>) -> bool {
    call.boolean("vmSearch").unwrap_or_default()
}

fn all(call: &mut Call<'_>, wanted: Wanted) -> Outcome {
    let key = wanted(call)?;
    Ok(Some(List::References(find(call, &key)?.into()).into()))
}

fn first(call: &mut Call<'_>, wanted: Wanted) -> Outcome {
    let key = wanted(call)?;
    Ok(find(call, &key)?.into_iter().next().map(Value::from))
}

/// What has a key, and lies in the datacenter if one is given.
fn find(call: &mut Call<'_>, key: &Key) -> Result<Vec<ManagedObjectReference>, Failure> {
    let datacenter = call.reference("datacenter").cloned();
    if let Some(datacenter) = &datacenter {
        check_exists(call, datacenter)?;
    }
    call.state.search.update(&call.state.store);
    let found = call.state.search.find(key);
    let is_in = |object: &ManagedObjectReference| {
        datacenter.as_ref().is_none_or(|datacenter| call.state.with_ancestors(object).contains(datacenter))
    };
    Ok(found.filter(is_in).collect())
}

fn check_exists(call: &Call<'_>, object: &ManagedObjectReference) -> Result<(), Failure> {
    if call.state.store.contains(object) { Ok(()) } else { Err(fault::object_not_found(object)) }
}

/// A path is names with slashes between them, from the root folder on, which is not named.
fn find_by_inventory_path(call: &mut Call<'_>) -> Outcome {
    let path = call.required_text("inventoryPath")?;
    call.state.search.update(&call.state.store);
    let mut found = singleton("Folder");
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let Some(child) = call.state.search.find(&Key::child(&found, name)).next() else { return Ok(None) };
        found = child;
    }
    Ok(Some(found.into()))
}

fn find_child(call: &mut Call<'_>) -> Outcome {
    let Some(entity) = call.reference("entity").cloned() else {
        return Err(fault::invalid_argument("entity", "the required argument is absent"));
    };
    let name = call.required_text("name")?;
    check_exists(call, &entity)?;
    call.state.search.update(&call.state.store);
    Ok(call.state.search.find(&Key::child(&entity, &name)).next().map(Value::from))
}

/// A path is `[datastore] directory/file.vmx`.
fn find_by_datastore_path(call: &mut Call<'_>) -> Outcome {
    let path = call.required_text("path")?;
    let name = path.strip_prefix('[').and_then(|path| path.split_once(']'));
    let Some((name, _)) = name else {
        let mut invalid = InvalidDatastorePath::new();
        invalid.set_datastore_path(path.as_str());
        return Err(fault::fault(invalid, format!("`{path}` is no path of a datastore.")));
    };
    let key = Key::File(path.clone());
    let found = find(call, &key)?.into_iter().find(|object| is_a(object.type_name(), "VirtualMachine"));
    if found.is_none() && !has_datastore(call, name) {
        let mut invalid = InvalidDatastore::new();
        invalid.set_name(name);
        return Err(fault::fault(invalid, format!("There is no datastore `{name}`.")));
    }
    Ok(found.map(Value::from))
}

fn has_datastore(call: &Call<'_>, name: &str) -> bool {
    let Some(datacenter) = call.reference("datacenter") else { return false };
    let datastores = call.state.store.references(datacenter, "datastore");
    datastores.iter().any(|datastore| call.state.store.text(datastore, "name") == name)
}
