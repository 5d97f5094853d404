//! What can be wrong with the plan of an inventory.

use std::collections::HashSet;

use vim25_api::types::VirtualMachineGuestOsIdentifier;

use super::plan::{Cluster, Datacenter, Host, Inventory, Pool, PowerState, Snapshot, VirtualMachine};
use super::seat::Seats;

/// Where something is wrong, and what.
pub(super) type Wrong = (String, String);

type Checked = Result<(), Wrong>;

/// How long the name of an entity may be.
const MAX_NAME: usize = 80;

/// Checks that names are there, not taken, and lead to something, and that numbers are in their ranges.
pub(super) fn inventory(inventory: &Inventory) -> Checked {
    let mut datacenters = Names::default();
    let mut hosts = Names::default();
    for (index, datacenter) in inventory.datacenters.iter().enumerate() {
        let place = format!("datacenters[{index}]");
        datacenters.add(&datacenter.name, &place)?;
        check_datacenter(datacenter, &place, &mut hosts)?;
    }
    Ok(())
}

fn check_datacenter(datacenter: &Datacenter, place: &str, hosts: &mut Names) -> Checked {
    for (index, path) in datacenter.folders.iter().enumerate() {
        let place = format!("{place}.folders[{index}]");
        path.split('/').try_for_each(|name| check_name(name, &place))?;
    }
    let mut compute = Names::default();
    for (index, cluster) in datacenter.clusters.iter().enumerate() {
        let place = format!("{place}.clusters[{index}]");
        compute.add(&cluster.name, &place)?;
        check_cluster(cluster, &place, hosts)?;
    }
    for (index, host) in datacenter.hosts.iter().enumerate() {
        let place = format!("{place}.hosts[{index}]");
        compute.add(&host.name, &place)?;
        check_host(host, &place, hosts)?;
    }
    check_datastores(datacenter, place)?;
    check_networks(datacenter, place)?;
    check_machines(datacenter, place)
}

fn check_cluster(cluster: &Cluster, place: &str, hosts: &mut Names) -> Checked {
    for (index, host) in cluster.hosts.iter().enumerate() {
        check_host(host, &format!("{place}.hosts[{index}]"), hosts)?;
    }
    check_pools(&cluster.pools, place)
}

fn check_host(host: &Host, place: &str, hosts: &mut Names) -> Checked {
    hosts.add(&host.name, place)?;
    within(host.cpu_packages, 1..=32, place, "cpuPackages")?;
    within(host.cores_per_package, 1..=256, place, "coresPerPackage")?;
    within(host.cpu_mhz, 100..=10_000, place, "cpuMHz")?;
    within(host.memory_gb, 1..=24_576, place, "memoryGB")
}

fn check_pools(pools: &[Pool], place: &str) -> Checked {
    let mut names = Names::default();
    for (index, pool) in pools.iter().enumerate() {
        let place = format!("{place}.pools[{index}]");
        names.add(&pool.name, &place)?;
        for (allocation, resource) in [(pool.cpu, "cpu"), (pool.memory, "memory")] {
            if allocation.limit.is_some_and(|limit| limit < allocation.reservation) {
                return wrong(&place, &format!("{resource}.limit"), "it is less than the reservation");
            }
        }
        check_pools(&pool.pools, &place)?;
    }
    Ok(())
}

fn check_datastores(datacenter: &Datacenter, place: &str) -> Checked {
    let mut names = Names::default();
    for (index, datastore) in datacenter.datastores.iter().enumerate() {
        let place = format!("{place}.datastores[{index}]");
        names.add(&datastore.name, &place)?;
        within(datastore.capacity_gb, 1..=65_536, &place, "capacityGB")?;
        for (index, name) in datastore.hosts.iter().flatten().enumerate() {
            if !datacenter.all_hosts().any(|host| host.name == *name) {
                return dangling(&place, &format!("hosts[{index}]"), "host", name);
            }
        }
    }
    Ok(())
}

fn check_networks(datacenter: &Datacenter, place: &str) -> Checked {
    let mut names = Names::default();
    for (index, network) in datacenter.networks.iter().enumerate() {
        let place = format!("{place}.networks[{index}]");
        names.add(&network.name, &place)?;
        within(network.vlan, 0..=4095, &place, "vlan")?;
    }
    for (index, switch) in datacenter.switches.iter().enumerate() {
        let place = format!("{place}.switches[{index}]");
        names.add(&switch.name, &place)?;
        for (index, portgroup) in switch.portgroups.iter().enumerate() {
            let place = format!("{place}.portgroups[{index}]");
            names.add(&portgroup.name, &place)?;
            within(portgroup.vlan, 0..=4094, &place, "vlan")?;
        }
    }
    Ok(())
}

fn check_machines(datacenter: &Datacenter, place: &str) -> Checked {
    let folders: HashSet<&str> = datacenter.folders.iter().flat_map(|path| prefixes(path)).collect();
    let networks: HashSet<&str> = datacenter.network_names().collect();
    let mut seats = Seats::new(datacenter);
    let mut names = HashSet::new();
    for (index, machine) in datacenter.virtual_machines.iter().enumerate() {
        let place = format!("{place}.virtualMachines[{index}]");
        check_name(&machine.name, &format!("{place}.name"))?;
        let folder = machine.folder.as_deref();
        if folder.is_some_and(|folder| !folders.contains(folder)) {
            return dangling(&place, "folder", "folder", folder.unwrap_or_default());
        }
        let path = folder.map_or(machine.name.clone(), |folder| format!("{folder}/{}", machine.name));
        if folders.contains(path.as_str()) || !names.insert(path) {
            return wrong(&place, "name", &format!("`{}` is taken", machine.name));
        }
        check_machine(machine, &place, &networks)?;
        seats.next(machine).map_err(|(member, problem)| (format!("{place}.{member}"), problem))?;
    }
    Ok(())
}

fn check_machine(machine: &VirtualMachine, place: &str, networks: &HashSet<&str>) -> Checked {
    within(machine.cpus, 1..=768, place, "cpus")?;
    if !machine.memory_mb.is_multiple_of(4) || !(4..=25_165_824).contains(&machine.memory_mb) {
        return wrong(place, "memoryMB", "it must be a multiple of 4, from 4 to 25165824");
    }
    if !VirtualMachineGuestOsIdentifier::VALUES.contains(&machine.guest_id.as_str()) {
        return wrong(place, "guestId", &format!("`{}` is no guest operating system", machine.guest_id));
    }
    if machine.template && machine.power_state != PowerState::PoweredOff {
        return wrong(place, "powerState", "a template is powered off");
    }
    for (index, disk) in machine.disks.iter().enumerate() {
        within(disk.capacity_gb, 1..=63_488, place, &format!("disks[{index}].capacityGB"))?;
    }
    if machine.disks.len() > 60 {
        return wrong(place, "disks", "there are more than 60");
    }
    for (index, card) in machine.networks.iter().enumerate() {
        if !networks.contains(card.network.as_str()) {
            return dangling(place, &format!("networks[{index}].network"), "network", &card.network);
        }
    }
    if machine.networks.len() > 10 {
        return wrong(place, "networks", "there are more than 10");
    }
    check_snapshots(&machine.snapshots, place, 1)
}

fn check_snapshots(snapshots: &[Snapshot], place: &str, depth: usize) -> Checked {
    for (index, snapshot) in snapshots.iter().enumerate() {
        let place = format!("{place}.snapshots[{index}]");
        check_name(&snapshot.name, &format!("{place}.name"))?;
        if depth > 32 {
            return Err((place, "snapshots are nested more than 32 deep".to_owned()));
        }
        check_snapshots(&snapshot.snapshots, &place, depth + 1)?;
    }
    Ok(())
}

/// A folder and the folders that it lies in.
pub(super) fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end]).chain([path])
}

/// Names of which each may be there once.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn add(&mut self, name: &str, place: &str) -> Checked {
        let place = format!("{place}.name");
        check_name(name, &place)?;
        if self.0.insert(name.to_owned()) { Ok(()) } else { Err((place, format!("`{name}` is taken"))) }
    }
}

fn check_name(name: &str, place: &str) -> Checked {
    if name.is_empty() {
        return Err((place.to_owned(), "it is empty".to_owned()));
    }
    if name.chars().count() > MAX_NAME {
        return Err((place.to_owned(), format!("it is longer than {MAX_NAME} characters")));
    }
    Ok(())
}

fn within<T: PartialOrd + std::fmt::Display>(
    number: T,
    range: std::ops::RangeInclusive<T>,
    place: &str,
    member: &str,
) -> Checked {
    if range.contains(&number) {
        return Ok(());
    }
    wrong(place, member, &format!("it must be from {} to {}", range.start(), range.end()))
}

fn dangling(place: &str, member: &str, what: &str, name: &str) -> Checked {
    wrong(place, member, &format!("there is no {what} `{name}` here"))
}

fn wrong(place: &str, member: &str, problem: &str) -> Checked {
    Err((format!("{place}.{member}"), problem.to_owned()))
}
