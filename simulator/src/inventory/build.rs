//! A plan becomes managed objects.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use vim25_runtime::{DateTime, ManagedObjectReference};

use super::machine::Connection;
use super::path::escape;
use super::plan::{self, Inventory};
use super::seat::Seats;
use super::{InventoryError, check, compute, datacenter, datastore, folder, host, machine, network, pool, switch};
use crate::fault::Failure;
use crate::objects::singleton;
use crate::random::Random;
use crate::state::State;
use crate::store::Store;
use crate::vm::Placement;

/// Adds what a plan holds to a state that has the objects of every server. What is random comes from a seed, so that
/// two servers show the same.
pub(crate) fn build(state: &mut State, plan: &Inventory, seed: u64, now: Timestamp) -> Result<(), InventoryError> {
    plan.check()?;
    let random = std::mem::replace(&mut state.random, Random::Seeded(seed));
    let root = singleton("Folder");
    folder::complete_root(&mut state.store, &root);
    let built = plan.datacenters.iter().enumerate().try_for_each(|(index, plan)| {
        let place = format!("datacenters[{index}]");
        Site::build(state, &root, plan, now)?.add_machines(state, &place)
    });
    state.random = random;
    // So that the first search takes no longer than others.
    state.search.update(&state.store);
    built
}

/// A datacenter that is being built: what its virtual machines may be put in.
struct Site<'a> {
    plan: &'a plan::Datacenter,
    now: Timestamp,
    vm_folder: ManagedObjectReference,
    /// By path.
    folders: HashMap<&'a str, ManagedObjectReference>,
    /// By name.
    hosts: HashMap<&'a str, Station>,
    /// In the order of the plan.
    datastores: Vec<ManagedObjectReference>,
    networks: HashMap<&'a str, Wire>,
}

/// A host, and its compute resource's resource pools.
struct Station {
    host: ManagedObjectReference,
    root_pool: ManagedObjectReference,
    /// By path.
    pools: HashMap<String, ManagedObjectReference>,
}

/// What a network card can be connected to.
enum Wire {
    Network(ManagedObjectReference),
    Portgroup { switch_uuid: String, key: String },
}

impl<'a> Site<'a> {
    fn build(
        state: &mut State,
        root: &ManagedObjectReference,
        plan: &'a plan::Datacenter,
        now: Timestamp,
    ) -> Result<Self, InventoryError> {
        let datacenter = datacenter::add(&mut state.store, root, &escape(&plan.name));
        let folder = |store: &Store, property| {
            store.reference(&datacenter, property).cloned().unwrap_or_else(|| datacenter.clone())
        };
        let (vm_folder, host_folder) = (folder(&state.store, "vmFolder"), folder(&state.store, "hostFolder"));
        let mut site = Self {
            plan,
            now,
            vm_folder,
            folders: HashMap::new(),
            hosts: HashMap::new(),
            datastores: Vec::new(),
            networks: HashMap::new(),
        };
        site.add_folders(&mut state.store);
        site.add_hosts(state, &host_folder);
        site.add_datastores(state, &datacenter);
        site.add_networks(state, &datacenter);
        Ok(site)
    }

    fn add_folders(&mut self, store: &mut Store) {
        for path in self.plan.folders.iter().flat_map(|path| check::prefixes(path)) {
            if self.folders.contains_key(path) {
                continue;
            }
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            let parent = self.folders.get(parent).unwrap_or(&self.vm_folder);
            let folder = folder::add(store, parent, &escape(name));
            self.folders.insert(path, folder);
        }
    }

    fn add_hosts(&mut self, state: &mut State, folder: &ManagedObjectReference) {
        let now = DateTime::from(self.now);
        for cluster in &self.plan.clusters {
            let compute = compute::add_cluster(&mut state.store, folder, &escape(&cluster.name), now.clone());
            let mut pools = HashMap::new();
            if let Some(root) = state.store.reference(&compute, "resourcePool").cloned() {
                add_pools(&mut state.store, &root, &cluster.pools, "", &now, &mut pools);
            }
            for host in &cluster.hosts {
                self.add_host(state, &compute, host, &pools);
            }
        }
        for host in &self.plan.hosts {
            let compute = compute::add_stand_alone(&mut state.store, folder, &escape(&host.name), now.clone());
            self.add_host(state, &compute, host, &HashMap::new());
        }
    }

    fn add_host(
        &mut self,
        state: &mut State,
        compute: &ManagedObjectReference,
        plan: &'a plan::Host,
        pools: &HashMap<String, ManagedObjectReference>,
    ) {
        let host = host::add(state, compute, plan, &escape(&plan.name), &DateTime::from(self.now));
        let root_pool = state.store.reference(compute, "resourcePool").unwrap_or(compute).clone();
        self.hosts.insert(&plan.name, Station { host, root_pool, pools: pools.clone() });
    }

    /// The hosts in the order of the plan, with their names.
    fn hosts(&self) -> impl Iterator<Item = (&'a str, &ManagedObjectReference)> {
        self.plan.all_hosts().filter_map(|host| Some((host.name.as_str(), &self.hosts.get(host.name.as_str())?.host)))
    }

    fn add_datastores(&mut self, state: &mut State, datacenter: &ManagedObjectReference) {
        let mut volumes = HashMap::new();
        for plan in &self.plan.datastores {
            let name = escape(&plan.name);
            let datastore = datastore::add(state, datacenter, plan, &name, &DateTime::from(self.now));
            let on = self.hosts().filter(|(name, _)| plan.is_mounted_on(name)).map(|(_, host)| host.clone());
            let on: Vec<ManagedObjectReference> = on.collect();
            datastore::mount(&mut state.store, &datastore, &on);
            if let Some(volume) = datastore::volume(&state.store, &datastore) {
                volumes.insert(datastore.clone(), volume);
            }
            self.datastores.push(datastore);
        }
        for (_, host) in self.hosts() {
            let datastores = state.store.references(host, "datastore").iter();
            let mounted = datastores.filter_map(|datastore| volumes.get(datastore).cloned()).collect();
            host::set_volumes(&mut state.store, host, mounted);
        }
    }

    fn add_networks(&mut self, state: &mut State, datacenter: &ManagedObjectReference) {
        let hosts: Vec<ManagedObjectReference> = self.hosts().map(|(_, host)| host.clone()).collect();
        for plan in &self.plan.networks {
            let name = escape(&plan.name);
            let network = network::add(&mut state.store, datacenter, &name);
            for host in &hosts {
                network::attach(&mut state.store, &network, host, &plan.name, plan.vlan);
            }
            self.networks.insert(&plan.name, Wire::Network(network));
        }
        let mut cards: HashMap<&str, usize> = HashMap::new();
        for card in self.plan.virtual_machines.iter().flat_map(|machine| &machine.networks) {
            *cards.entry(&card.network).or_default() += 1;
        }
        for plan in &self.plan.switches {
            let now = DateTime::from(self.now);
            let Some(switch) = switch::add(state, datacenter, &escape(&plan.name), &hosts, &now) else { continue };
            let switch_uuid = state.store.text(&switch, "uuid").to_owned();
            for plan in &plan.portgroups {
                let count = cards.get(plan.name.as_str()).copied().unwrap_or_default();
                let ports = switch::Ports { name: escape(&plan.name), count, vlan: plan.vlan, uplink: false };
                let portgroup = switch::add_portgroup(&mut state.store, datacenter, &switch, &ports);
                let key = portgroup.map(|portgroup| portgroup.value().to_owned()).unwrap_or_default();
                self.networks.insert(&plan.name, Wire::Portgroup { switch_uuid: switch_uuid.clone(), key });
            }
        }
    }

    /// Adds the virtual machines, then says how much of hosts and datastores they use.
    fn add_machines(&self, state: &mut State, place: &str) -> Result<(), InventoryError> {
        let mut seats = Seats::new(self.plan);
        let mut directories = HashSet::new();
        for (index, plan) in self.plan.virtual_machines.iter().enumerate() {
            let place = format!("{place}.virtualMachines[{index}]");
            let seat = seats
                .next(plan)
                .map_err(|(member, problem)| InventoryError::Content { place: format!("{place}.{member}"), problem })?;
            let station = &self.hosts[seat.host];
            let placement = Placement {
                folder: plan.folder.as_deref().map_or(&self.vm_folder, |path| &self.folders[path]).clone(),
                pool: plan.pool.as_ref().map_or(&station.root_pool, |path| &station.pools[path]).clone(),
                host: station.host.clone(),
                datastore: self.datastores[seat.datastore].clone(),
            };
            let directory = directory(&self.plan.datastores[seat.datastore].name, &plan.name, &mut directories);
            let connection = |card: &plan::NetworkCard| self.connection(&card.network);
            let spec = machine::spec(plan, &escape(&plan.name), &directory, &placement.datastore, connection);
            machine::add(state, &placement, plan, &spec, self.now)
                .map_err(|failure| InventoryError::Content { place, problem: text(failure) })?;
        }
        state.refresh_usage();
        Ok(())
    }

    fn connection(&self, name: &str) -> Option<Connection> {
        Some(match self.networks.get(name)? {
            Wire::Network(network) => Connection::Network(network.clone(), name.to_owned()),
            Wire::Portgroup { switch_uuid, key } => {
                Connection::Portgroup { switch_uuid: switch_uuid.clone(), key: key.clone() }
            }
        })
    }
}

fn add_pools(
    store: &mut Store,
    parent: &ManagedObjectReference,
    plans: &[plan::Pool],
    outer: &str,
    now: &DateTime,
    pools: &mut HashMap<String, ManagedObjectReference>,
) {
    for plan in plans {
        let path = if outer.is_empty() { plan.name.clone() } else { format!("{outer}/{}", plan.name) };
        let pool = pool::add(store, parent, &escape(&plan.name), &pool::config_of(plan), now.clone());
        add_pools(store, &pool, &plan.pools, &path, now, pools);
        pools.insert(path, pool);
    }
}

/// Where the files of a virtual machine are. Machines of the same name get directories of their own.
fn directory(datastore: &str, name: &str, taken: &mut HashSet<String>) -> String {
    let name = escape(name);
    let numbered = (1..).map(|number| format!("[{datastore}] {name}_{number}"));
    let free = std::iter::once(format!("[{datastore}] {name}")).chain(numbered).find(|path| !taken.contains(path));
    let free = free.unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// What a fault says to people.
fn text(failure: Failure) -> String {
    let fault = failure.into_fault();
    let text = fault.unknown().get("faultstring").and_then(|text| text.as_str().map(str::to_owned));
    text.unwrap_or_else(|| fault.type_name().to_owned())
}
