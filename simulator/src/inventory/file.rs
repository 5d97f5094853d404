//! Inventories in files.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fs, io};

use super::{Inventory, check};

/// Why an inventory cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InventoryError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The text is neither JSON nor YAML, or something else than an inventory.
    #[error("not an inventory: {0}")]
    Format(String),
    /// Something in it is wrong.
    #[error("{place}: {problem}")]
    Content {
        /// Where, such as `datacenters[0].virtualMachines[2].host`.
        place: String,
        /// What.
        problem: String,
    },
    /// The inventory of a file is wrong.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<InventoryError>,
    },
}

impl Inventory {
    /// Reads an inventory from a JSON or YAML file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or what it holds is wrong; the message says where.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, InventoryError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|source| InventoryError::Read { path: path.into(), source })?;
        text.parse().map_err(|source| InventoryError::File { path: path.into(), source: Box::new(source) })
    }

    /// Checks that names are there, not taken, and lead to something.
    ///
    /// # Errors
    ///
    /// Something is wrong; the message says what and where.
    pub fn check(&self) -> Result<(), InventoryError> {
        check::inventory(self).map_err(|(place, problem)| InventoryError::Content { place, problem })
    }
}

/// JSON or YAML.
impl FromStr for Inventory {
    type Err = InventoryError;

    fn from_str(text: &str) -> Result<Self, InventoryError> {
        // JSON is YAML but for its tabs.
        let inventory: Self = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| InventoryError::Format(error.to_string()))?
        } else {
            serde_yaml::from_str(text).map_err(|error| InventoryError::Format(error.to_string()))?
        };
        inventory.check()?;
        Ok(inventory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Sizes;

    fn problem(text: &str) -> String {
        text.parse::<Inventory>().unwrap_err().to_string()
    }

    fn machine(members: &str) -> String {
        format!(
            "datacenters: [{{ name: A, folders: [x/y], hosts: [{{ name: h }}, {{ name: i, maintenance: true }}],
            networks: [{{ name: n }}], datastores: [{{ name: d, capacityGB: 10, hosts: [h] }}],
            virtualMachines: [{{ name: v, {members} }}] }}]"
        )
    }

    #[test]
    fn what_is_written_is_read_again() {
        let sizes = Sizes { datacenters: 2, clusters: 2, hosts: 2, vms: Some(40) };
        let inventory = Inventory::generate(&sizes, 5).unwrap();
        assert_eq!(serde_json::to_string(&inventory).unwrap().parse::<Inventory>().unwrap(), inventory);
        assert_eq!(serde_yaml::to_string(&inventory).unwrap().parse::<Inventory>().unwrap(), inventory);
        let tabs = "{\n\t\"datacenters\": [\n\t\t{\"name\": \"A\"}]}";
        assert_eq!(tabs.parse::<Inventory>().unwrap().datacenters[0].name, "A");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for text in ["datacenters: [{ nam: A }]", "{\"datacenters\": [{ \"nam\": 1 }]}"] {
            let problem = problem(text);
            assert!(problem.contains("unknown field `nam`") && problem.contains("line 1"), "{problem}");
        }
        let cases = [
            ("host: j", "host: there is no host `j` here"),
            ("folder: x/z", "folder: there is no folder `x/z` here"),
            ("pool: p", "pool: there is no resource pool `p` here"),
            ("host: h, pool: p", "pool: there is no resource pool `p` here"),
            ("networks: [{ network: m }]", "networks[0].network: there is no network `m` here"),
            ("datastore: e", "datastore: there is no datastore `e` here"),
            ("host: i, datastore: d", "datastore: `d` is not mounted on `i`"),
            ("host: i", "datastore: no datastore is mounted on `i`"),
            ("cpus: 0", "cpus: it must be from 1 to 768"),
            ("memoryMB: 3", "memoryMB: it must be a multiple of 4, from 4 to 25165824"),
            ("guestId: penguin", "guestId: `penguin` is no guest operating system"),
            ("disks: [{ capacityGB: 0 }]", "disks[0].capacityGB: it must be from 1 to 63488"),
            ("template: true, powerState: poweredOn", "powerState: a template is powered off"),
            ("snapshots: [{ name: '' }]", "snapshots[0].name: it is empty"),
        ];
        for (members, expected) in cases {
            let expected = format!("datacenters[0].virtualMachines[0].{expected}");
            assert_eq!(problem(&machine(members)), expected);
        }
        machine("folder: x, networks: [{ network: n }], disks: [{ capacityGB: 1 }]").parse::<Inventory>().unwrap();
        assert_eq!(
            problem("datacenters: [{ name: A, hosts: [{ name: h }] }, { name: B, hosts: [{ name: h }] }]"),
            "datacenters[1].hosts[0].name: `h` is taken"
        );
        assert_eq!(problem("datacenters: [{ name: A }, { name: A }]"), "datacenters[1].name: `A` is taken");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Inventory::read("/nowhere/inventory.yaml").unwrap_err();
        assert!(error.to_string().starts_with("cannot read /nowhere/inventory.yaml: "), "{error}");
    }
}
