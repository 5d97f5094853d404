//! An inventory from nothing but its size: varied, and the same each time.

use super::file::InventoryError;
use super::plan::{
    Allocation, CardType, Cluster, Datacenter, Datastore, DatastoreType, Disk, Host, Inventory, Network, NetworkCard,
    Pool, Portgroup, PowerState, Snapshot, Switch, VirtualMachine,
};
use crate::random::Random;

/// How large an inventory is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// How many datacenters.
    pub datacenters: usize,
    /// How many clusters in each datacenter. Without clusters, the hosts are stand-alone.
    pub clusters: usize,
    /// How many hosts in each cluster.
    pub hosts: usize,
    /// How many virtual machines in all; without it, 10 if there are hosts.
    pub vms: Option<usize>,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { datacenters: 1, clusters: 1, hosts: 3, vms: None }
    }
}

/// What a virtual machine is for: the first part of its name, guest, processors, memory and disks.
struct Role {
    name: &'static str,
    guest_ids: &'static [&'static str],
    cpus: &'static [u16],
    memory_gb: &'static [u32],
    disks_gb: &'static [&'static [u32]],
    pool: &'static str,
}

const ROLES: &[Role] = &[
    Role {
        name: "web",
        guest_ids: &["ubuntu64Guest", "debian11_64Guest"],
        cpus: &[1, 2, 4],
        memory_gb: &[2, 4, 8],
        disks_gb: &[&[20], &[40]],
        pool: "production",
    },
    Role {
        name: "db",
        guest_ids: &["rhel9_64Guest", "sles15_64Guest"],
        cpus: &[4, 8, 16],
        memory_gb: &[16, 32, 64],
        disks_gb: &[&[40, 200], &[40, 100, 400]],
        pool: "production",
    },
    Role {
        name: "app",
        guest_ids: &["rhel8_64Guest", "ubuntu64Guest", "vmwarePhoton64Guest"],
        cpus: &[2, 4],
        memory_gb: &[4, 8, 16],
        disks_gb: &[&[40], &[60], &[40, 80]],
        pool: "production",
    },
    Role {
        name: "win",
        guest_ids: &["windows2019srv_64Guest", "windows2019srvNext_64Guest"],
        cpus: &[2, 4],
        memory_gb: &[8, 16],
        disks_gb: &[&[90], &[90, 120]],
        pool: "production",
    },
    Role {
        name: "build",
        guest_ids: &["debian11_64Guest", "centos8_64Guest"],
        cpus: &[4, 8],
        memory_gb: &[8, 16],
        disks_gb: &[&[120]],
        pool: "test",
    },
];

/// How many virtual machines share a datastore, roughly.
const MACHINES_PER_DATASTORE: usize = 200;

/// The port groups of the distributed switch.
const PORTGROUPS: &[(&str, u16)] = &[("front", 100), ("back", 200), ("storage", 300)];

impl Inventory {
    /// An inventory of a size: names, guests, sizes and places of the virtual machines vary with the seed, and are
    /// the same for the same one. Two thirds of the machines are powered on.
    ///
    /// # Errors
    ///
    /// There are to be virtual machines, but no host for them.
    pub fn generate(sizes: &Sizes, seed: u64) -> Result<Self, InventoryError> {
        let hosts = sizes.datacenters * sizes.hosts;
        let vms = sizes.vms.unwrap_or(if hosts == 0 { 0 } else { 10 });
        if hosts == 0 && vms > 0 {
            let problem = format!("there is no host for {vms} virtual machines");
            return Err(InventoryError::Content { place: "sizes".to_owned(), problem });
        }
        let mut datacenters: Vec<Datacenter> = (0..sizes.datacenters).map(|index| datacenter(index, sizes)).collect();
        let mut random = Random::Seeded(seed);
        let mut counts = vec![0; ROLES.len()];
        for index in 0..vms {
            let datacenter = &mut datacenters[index % sizes.datacenters];
            let turn = index / sizes.datacenters;
            // At least one of each kind, so that small inventories vary, too.
            let role = if index < ROLES.len() { index } else { random.below(ROLES.len()) };
            counts[role] += 1;
            let name = format!("{}-{:02}", ROLES[role].name, counts[role]);
            let machine = machine(&ROLES[role], name, turn, datacenter, &mut random);
            datacenter.virtual_machines.push(machine);
        }
        for datacenter in &mut datacenters {
            add_datastores(datacenter);
        }
        Ok(Self { datacenters })
    }
}

fn datacenter(index: usize, sizes: &Sizes) -> Datacenter {
    let name = format!("DC{index}");
    let host = |number: usize| Host {
        name: format!("esx-{number:02}.{}.example.com", name.to_lowercase()),
        // Every third one is larger.
        cores_per_package: if number.is_multiple_of(3) { 24 } else { 16 },
        memory_gb: if number.is_multiple_of(3) { 512 } else { 256 },
        ..Host::default()
    };
    let hosts_of = |cluster: usize| (1..=sizes.hosts).map(|number| host(cluster * sizes.hosts + number)).collect();
    let cluster = |index: usize| Cluster {
        name: format!("{name}-cluster-{}", index + 1),
        hosts: hosts_of(index),
        pools: vec![
            Pool {
                name: "production".to_owned(),
                cpu: Allocation { shares: Some(8000), ..Allocation::default() },
                ..Pool::default()
            },
            Pool {
                name: "test".to_owned(),
                memory: Allocation { limit: Some(131_072), ..Allocation::default() },
                ..Pool::default()
            },
        ],
    };
    let portgroup = |&(kind, vlan): &(&str, u16)| Portgroup { name: format!("{name}-{kind}"), vlan };
    Datacenter {
        folders: ROLES.iter().map(|role| role.name.to_owned()).chain(["templates".to_owned()]).collect(),
        clusters: (0..sizes.clusters).map(cluster).collect(),
        hosts: if sizes.clusters == 0 { hosts_of(0) } else { Vec::new() },
        networks: vec![Network { name: "VM Network".to_owned(), vlan: 0 }],
        switches: vec![Switch {
            name: format!("{name}-switch"),
            portgroups: PORTGROUPS.iter().map(portgroup).collect(),
        }],
        name,
        ..Datacenter::default()
    }
}

fn machine(role: &Role, name: String, turn: usize, datacenter: &Datacenter, random: &mut Random) -> VirtualMachine {
    let (host, is_in_cluster) = match datacenter.clusters.len() {
        0 => (&datacenter.hosts[turn % datacenter.hosts.len()], false),
        clusters => {
            let hosts = &datacenter.clusters[turn % clusters].hosts;
            (&hosts[turn / clusters % hosts.len()], true)
        }
    };
    let template = random.below(12) == 0;
    let folder = if template { Some("templates") } else { (random.below(4) > 0).then_some(role.name) };
    let is_on = !template && random.below(11) < 8;
    let pool = (is_in_cluster && !template && random.below(2) == 0).then(|| role.pool.to_owned());
    let disks = random.pick(role.disks_gb).iter();
    let mut networks = vec![card(datacenter, random)];
    if role.name == "db" || random.below(4) == 0 {
        networks.push(card(datacenter, random));
    }
    VirtualMachine {
        guest_id: (*random.pick(role.guest_ids)).to_owned(),
        cpus: *random.pick(role.cpus),
        memory_mb: 1024 * random.pick(role.memory_gb),
        annotation: if random.below(3) == 0 { format!("One of the {} servers", role.name) } else { String::new() },
        power_state: match is_on {
            true => PowerState::PoweredOn,
            false if !template && random.below(10) == 0 => PowerState::Suspended,
            false => PowerState::PoweredOff,
        },
        template,
        folder: folder.map(str::to_owned),
        host: Some(host.name.clone()),
        pool,
        datastore: None,
        disks: disks.map(|&capacity_gb| Disk { capacity_gb, thin: random.below(4) > 0 }).collect(),
        networks,
        snapshots: if !template && random.below(5) == 0 { snapshots(random) } else { Vec::new() },
        name,
    }
}

fn card(datacenter: &Datacenter, random: &mut Random) -> NetworkCard {
    let count = datacenter.network_names().count();
    let network = datacenter.network_names().nth(random.below(count)).unwrap_or_default().to_owned();
    let kind = if random.below(8) == 0 { CardType::E1000e } else { CardType::Vmxnet3 };
    NetworkCard { network, kind }
}

/// One snapshot, or a second one on top of it, or two on top of it.
fn snapshots(random: &mut Random) -> Vec<Snapshot> {
    let snapshot =
        |name: &str, snapshots| Snapshot { name: name.to_owned(), description: format!("Taken {name}"), snapshots };
    let later = ["after the update", "after the test"];
    let later = later[..random.below(3)].iter().map(|name| snapshot(name, Vec::new())).collect();
    vec![snapshot("before the update", later)]
}

/// Adds datastores that are large enough, and puts the machines on them in turn.
fn add_datastores(datacenter: &mut Datacenter) {
    let count = datacenter.virtual_machines.len().div_ceil(MACHINES_PER_DATASTORE).max(2) + 1;
    let name = |index: usize| match index {
        0 => format!("{}-nfs-01", datacenter.name),
        index => format!("{}-vmfs-{index:02}", datacenter.name),
    };
    let names: Vec<String> = (0..count).map(name).collect();
    let mut used = vec![0; count];
    for (index, machine) in datacenter.virtual_machines.iter_mut().enumerate() {
        let datastore = index % count;
        machine.datastore = Some(names[datastore].clone());
        let disks: u32 = machine.disks.iter().map(|disk| disk.capacity_gb).sum();
        // Besides the disks there are the files of the memory: for swapping, and of what is suspended.
        used[datastore] += disks + 2 * machine.memory_mb.div_ceil(1024);
    }
    let datastore = |(index, (name, used)): (usize, (String, u32))| Datastore {
        name,
        kind: if index == 0 { DatastoreType::Nfs } else { DatastoreType::Vmfs },
        // Whole terabytes, a quarter of them free.
        capacity_gb: (used + used / 3).div_ceil(1024).max(2) * 1024,
        hosts: None,
    };
    datacenter.datastores = names.into_iter().zip(used).enumerate().map(datastore).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inventory_has_its_size_and_varies() {
        let sizes = Sizes { datacenters: 2, clusters: 2, hosts: 4, vms: Some(200) };
        let inventory = Inventory::generate(&sizes, 1).unwrap();
        inventory.check().unwrap();
        let sum = |count: fn(&Datacenter) -> usize| inventory.datacenters.iter().map(count).sum::<usize>();
        assert_eq!(
            (inventory.datacenters.len(), sum(|d| d.clusters.len()), sum(|d| d.all_hosts().count())),
            (2, 4, 16)
        );
        assert_eq!(sum(|d| d.virtual_machines.len()), 200);
        let machines: Vec<&VirtualMachine> = inventory.datacenters.iter().flat_map(|d| &d.virtual_machines).collect();
        let count = |has: fn(&VirtualMachine) -> bool| machines.iter().filter(|machine| has(machine)).count();
        let powered_on = count(|machine| machine.power_state == PowerState::PoweredOn);
        assert!((120..=150).contains(&powered_on), "{powered_on}");
        assert!(count(|machine| machine.template) > 5);
        assert!(count(|machine| !machine.snapshots.is_empty()) > 20);
        assert!(count(|machine| machine.folder.is_some()) > 100);
        assert!(count(|machine| machine.pool.is_some()) > 60);
        let on_first_host = count(|machine| machine.host.as_deref() == Some("esx-01.dc0.example.com"));
        assert!((12..=13).contains(&on_first_host), "{on_first_host}");
        assert_eq!(Inventory::generate(&sizes, 1).unwrap(), inventory);
        assert_ne!(Inventory::generate(&sizes, 2).unwrap(), inventory);
    }

    #[test]
    fn small_sizes_are_fine_and_machines_need_a_host() {
        for (datacenters, clusters, hosts) in [(0, 1, 3), (1, 0, 3), (1, 1, 0), (1, 0, 0), (3, 2, 1)] {
            let inventory = Inventory::generate(&Sizes { datacenters, clusters, hosts, vms: None }, 1).unwrap();
            inventory.check().unwrap();
            let vms: usize = inventory.datacenters.iter().map(|datacenter| datacenter.virtual_machines.len()).sum();
            assert_eq!(vms, if datacenters * hosts == 0 { 0 } else { 10 });
        }
        let error = Inventory::generate(&Sizes { hosts: 0, vms: Some(1), ..Sizes::default() }, 1).unwrap_err();
        assert_eq!(error.to_string(), "sizes: there is no host for 1 virtual machines");
    }
}
