//! Which host, resource pool and datastore a planned virtual machine gets, where the plan leaves it open.

use std::collections::HashMap;

use super::plan::{Datacenter, Datastore, Host, Pool, PowerState, VirtualMachine};

/// A host of a datacenter, and what it has.
struct Place<'a> {
    host: &'a Host,
    /// The paths of the resource pools that its machines can be in.
    pools: Vec<String>,
    /// Indices of the datastores that are mounted.
    datastores: Vec<usize>,
}

/// Where a virtual machine goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat<'a> {
    pub(super) host: &'a str,
    /// The index of its datastore in the datacenter.
    pub(super) datastore: usize,
}

/// The hosts of a datacenter in turn.
pub(super) struct Seats<'a> {
    places: Vec<Place<'a>>,
    by_host: HashMap<&'a str, usize>,
    datastores: &'a [Datastore],
    turn: usize,
}

impl<'a> Seats<'a> {
    pub(super) fn new(datacenter: &'a Datacenter) -> Self {
        let mut places = Vec::new();
        for cluster in &datacenter.clusters {
            let mut pools = Vec::new();
            pool_paths(&cluster.pools, "", &mut pools);
            places.extend(cluster.hosts.iter().map(|host| place(datacenter, host, pools.clone())));
        }
        places.extend(datacenter.hosts.iter().map(|host| place(datacenter, host, Vec::new())));
        let by_host = places.iter().enumerate().map(|(index, place)| (place.host.name.as_str(), index)).collect();
        Self { places, by_host, datastores: &datacenter.datastores, turn: 0 }
    }

    /// Where the next machine goes, or which member of it is wrong.
    pub(super) fn next(&mut self, machine: &VirtualMachine) -> Result<Seat<'a>, (&'static str, String)> {
        let place = self.place(machine)?;
        let place = &self.places[place];
        let host = place.host.name.as_str();
        let datastore = match &machine.datastore {
            None => place.datastores.first().copied(),
            Some(name) => {
                let index = self.datastores.iter().position(|datastore| datastore.name == *name);
                let index = index.ok_or_else(|| ("datastore", format!("there is no datastore `{name}` here")))?;
                if !place.datastores.contains(&index) {
                    return Err(("datastore", format!("`{name}` is not mounted on `{host}`")));
                }
                Some(index)
            }
        };
        let datastore = datastore.ok_or_else(|| ("datastore", format!("no datastore is mounted on `{host}`")))?;
        Ok(Seat { host, datastore })
    }

    /// The index of the place of the next machine.
    fn place(&mut self, machine: &VirtualMachine) -> Result<usize, (&'static str, String)> {
        let no_pool = |pool: &str| ("pool", format!("there is no resource pool `{pool}` here"));
        let has_pool = |place: &Place<'_>| machine.pool.as_ref().is_none_or(|pool| place.pools.contains(pool));
        let is_running = machine.power_state == PowerState::PoweredOn;
        if let Some(name) = &machine.host {
            let index = self.by_host.get(name.as_str());
            let index = *index.ok_or_else(|| ("host", format!("there is no host `{name}` here")))?;
            let place = &self.places[index];
            if !has_pool(place) {
                return Err(no_pool(machine.pool.as_deref().unwrap_or_default()));
            }
            if is_running && place.host.maintenance {
                return Err(("powerState", format!("`{name}` is in maintenance mode")));
            }
            return Ok(index);
        }
        let count = self.places.len();
        let fits = |place: &Place<'_>| {
            has_pool(place) && !place.datastores.is_empty() && !(is_running && place.host.maintenance)
        };
        let found = (0..count).map(|step| (self.turn + step) % count).find(|&index| fits(&self.places[index]));
        match (found, &machine.pool) {
            (Some(index), _) => {
                self.turn = index + 1;
                Ok(index)
            }
            (None, Some(pool)) if !self.places.iter().any(has_pool) => Err(no_pool(pool)),
            (None, _) => Err(("host", "there is no host with a datastore that could have it".to_owned())),
        }
    }
}

fn place<'a>(datacenter: &Datacenter, host: &'a Host, pools: Vec<String>) -> Place<'a> {
    let datastores = datacenter.datastores.iter().enumerate();
    let datastores = datastores.filter(|(_, datastore)| datastore.is_mounted_on(&host.name)).map(|(index, _)| index);
    Place { host, pools, datastores: datastores.collect() }
}

fn pool_paths(pools: &[Pool], outer: &str, paths: &mut Vec<String>) {
    for pool in pools {
        let path = if outer.is_empty() { pool.name.clone() } else { format!("{outer}/{}", pool.name) };
        pool_paths(&pool.pools, &path, paths);
        paths.push(path);
    }
}
