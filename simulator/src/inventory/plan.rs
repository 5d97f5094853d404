//! What an inventory is planned to hold.

use serde::{Deserialize, Serialize};

/// What a simulator holds when it starts: datacenters with hosts, storage, networks and virtual machines.
///
/// It is made from sizes ([`Inventory::generate`]), read from a file ([`Inventory::read`]), or written down:
///
/// ```
/// use vim25_simulator::Inventory;
///
/// let inventory: Inventory = "
/// datacenters:
///   - name: Berlin
///     folders: [web/production]
///     clusters:
///       - name: blades
///         hosts: [{ name: esx-1.example.com }, { name: esx-2.example.com, memoryGB: 512 }]
///         pools: [{ name: gold, cpu: { shares: 8000 } }]
///     datastores:
///       - { name: san-1, type: vmfs, capacityGB: 4096 }
///     networks: [{ name: VM Network }]
///     switches: [{ name: switch-1, portgroups: [{ name: front, vlan: 100 }] }]
///     virtualMachines:
///       - name: web-01
///         folder: web/production
///         pool: gold
///         cpus: 4
///         memoryMB: 8192
///         disks: [{ capacityGB: 40 }]
///         networks: [{ network: front }]
///         powerState: poweredOn
///         snapshots: [{ name: before the update }]
/// "
/// .parse()?;
/// assert_eq!(inventory.datacenters[0].virtual_machines[0].name, "web-01");
/// # Ok::<(), vim25_simulator::InventoryError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inventory {
    /// The datacenters, which lie in the root folder.
    #[serde(default)]
    pub datacenters: Vec<Datacenter>,
}

/// A datacenter and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Datacenter {
    /// Its name.
    pub name: String,
    /// Folders for virtual machines: names of nested folders with slashes between them. Outer folders need not be named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<String>,
    /// The clusters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<Cluster>,
    /// The stand-alone hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Host>,
    /// The datastores.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datastores: Vec<Datastore>,
    /// The standard networks: each is a port group on every host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Network>,
    /// The distributed switches, which all hosts are members of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub switches: Vec<Switch>,
    /// The virtual machines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub virtual_machines: Vec<VirtualMachine>,
}

/// A cluster of hosts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Its hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Host>,
    /// The resource pools in the one that every cluster has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Pool>,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Host {
    /// Its name, which no other host has: a DNS name or an IP address.
    pub name: String,
    /// How many processors it has.
    pub cpu_packages: u16,
    /// How many cores each of them has, with two threads each.
    pub cores_per_package: u16,
    /// How fast they are.
    #[serde(rename = "cpuMHz")]
    pub cpu_mhz: u16,
    /// How much memory it has.
    #[serde(rename = "memoryGB")]
    pub memory_gb: u16,
    /// Whether it is in maintenance mode.
    pub maintenance: bool,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            name: String::new(),
            cpu_packages: 2,
            cores_per_package: 16,
            cpu_mhz: 2600,
            memory_gb: 256,
            maintenance: false,
        }
    }
}

/// A resource pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// What it gets of the processors, in MHz.
    #[serde(default)]
    pub cpu: Allocation,
    /// What it gets of the memory, in MB.
    #[serde(default)]
    pub memory: Allocation,
    /// The resource pools in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Pool>,
}

/// What a resource pool gets of a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allocation {
    /// What it gets in any case.
    #[serde(default)]
    pub reservation: u32,
    /// What it gets at most; without it, all there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Its weight against others; without it, the normal one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares: Option<u16>,
}

/// What kind of storage a datastore is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DatastoreType {
    /// Disks with a VMFS.
    #[default]
    Vmfs,
    /// A directory of an NFS server.
    Nfs,
}

/// A datastore.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Datastore {
    /// Its name.
    pub name: String,
    /// What kind of storage it is.
    #[serde(rename = "type", default)]
    pub kind: DatastoreType,
    /// How much it can hold.
    #[serde(rename = "capacityGB")]
    pub capacity_gb: u32,
    /// The hosts that it is mounted on; without it, all hosts of the datacenter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<Vec<String>>,
}

/// A standard network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// The VLAN that its port groups tag; 0 is none.
    #[serde(default)]
    pub vlan: u16,
}

/// A distributed switch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Switch {
    /// Its name.
    pub name: String,
    /// Its port groups, besides the one for uplinks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portgroups: Vec<Portgroup>,
}

/// A port group of a distributed switch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Portgroup {
    /// Its name.
    pub name: String,
    /// The VLAN that it tags; 0 is none.
    #[serde(default)]
    pub vlan: u16,
}

/// Whether a virtual machine is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PowerState {
    /// It is not.
    #[default]
    PoweredOff,
    /// It is.
    PoweredOn,
    /// It was, and will go on from there.
    Suspended,
}

/// A virtual machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VirtualMachine {
    /// Its name.
    pub name: String,
    /// The guest operating system: a value of `VirtualMachineGuestOsIdentifier`.
    pub guest_id: String,
    /// How many virtual processors it has.
    pub cpus: u16,
    /// How much memory it has.
    #[serde(rename = "memoryMB")]
    pub memory_mb: u32,
    /// Notes for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub annotation: String,
    /// Whether it is running.
    pub power_state: PowerState,
    /// Whether it is a template, which is never powered on and in no resource pool.
    pub template: bool,
    /// One of the folders of the datacenter; without it, the outermost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The host that it is registered with; without it, hosts take turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// A resource pool of the cluster of its host: names of nested pools with slashes between them. Without it, the
    /// outermost. If no host is given, it is one whose cluster has the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// The datastore with its files; without it, the first that its host has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datastore: Option<String>,
    /// Its disks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disks: Vec<Disk>,
    /// Its network cards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<NetworkCard>,
    /// Its snapshots.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub snapshots: Vec<Snapshot>,
}

impl Default for VirtualMachine {
    fn default() -> Self {
        Self {
            name: String::new(),
            guest_id: "otherGuest64".to_owned(),
            cpus: 1,
            memory_mb: 1024,
            annotation: String::new(),
            power_state: PowerState::default(),
            template: false,
            folder: None,
            host: None,
            pool: None,
            datastore: None,
            disks: Vec::new(),
            networks: Vec::new(),
            snapshots: Vec::new(),
        }
    }
}

/// A virtual disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disk {
    /// How much it can hold.
    #[serde(rename = "capacityGB")]
    pub capacity_gb: u32,
    /// Whether it takes storage only as it fills.
    #[serde(default)]
    pub thin: bool,
}

/// A virtual network card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkCard {
    /// The network or port group that it is connected to.
    pub network: String,
    /// What card it is.
    #[serde(rename = "type", default)]
    pub kind: CardType,
}

/// What card a virtual network card is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CardType {
    /// `VirtualVmxnet3`.
    #[default]
    Vmxnet3,
    /// `VirtualE1000`.
    E1000,
    /// `VirtualE1000e`.
    E1000e,
}

/// A snapshot of a virtual machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// Notes for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The snapshots that were taken from here on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub snapshots: Vec<Snapshot>,
}

impl Datacenter {
    /// The hosts of the clusters, then the stand-alone ones.
    pub(super) fn all_hosts(&self) -> impl Iterator<Item = &Host> {
        self.clusters.iter().flat_map(|cluster| &cluster.hosts).chain(&self.hosts)
    }

    /// What network cards can be connected to.
    pub(super) fn network_names(&self) -> impl Iterator<Item = &str> {
        let portgroups = self.switches.iter().flat_map(|switch| &switch.portgroups);
        self.networks.iter().map(|network| network.name.as_str()).chain(portgroups.map(|group| group.name.as_str()))
    }
}

impl Datastore {
    /// Whether it is mounted on a host.
    pub(super) fn is_mounted_on(&self, host: &str) -> bool {
        self.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(|name| name == host))
    }
}
