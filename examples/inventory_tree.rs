//! Shows the inventory as a tree, read in one sweep.
//!
//! ```text
//! cargo run --example inventory_tree                                      # against a simulator in this process
//! VIM25_PASSWORD=… cargo run --example inventory_tree -- --url URL --user NAME # against a vCenter
//! ```

mod support;

use std::collections::BTreeMap;

use vim25::ManagedObjectReference;
use vim25::prelude::*;

use self::support::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::from_arguments().await?;
    let client = Client::builder(&server.url)?.credentials(&server.user, &server.password).connect().await?;

    // What lies in what: names and references by the id of the parent.
    let mut children: BTreeMap<String, Vec<(String, ManagedObjectReference)>> = BTreeMap::new();
    let mut rows = client.retrieve::<ManagedEntity>().select((ManagedEntity::NAME, ManagedEntity::PARENT)).rows();
    while let Some(row) = rows.next().await {
        let row = row?;
        let (name, parent) = row.values();
        if let (Some(name), Some(parent)) = (name.value(), parent.value()) {
            let child = (name.clone(), row.reference().as_untyped().clone());
            children.entry(parent.value().to_owned()).or_default().push(child);
        }
    }
    let root = client.root_folder();
    println!("{} ({})", client.get(root).name().await?, root.type_name());
    show(&mut children, root.value(), "");
    client.logout().await?;
    Ok(())
}

fn show(children: &mut BTreeMap<String, Vec<(String, ManagedObjectReference)>>, parent: &str, indent: &str) {
    let mut below = children.remove(parent).unwrap_or_default();
    below.sort_by(|(one, _), (other, _)| one.cmp(other));
    let last = below.len().saturating_sub(1);
    for (index, (name, object)) in below.into_iter().enumerate() {
        let (branch, further) = if index == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        println!("{indent}{branch}{name} ({})", object.type_name());
        show(children, object.value(), &format!("{indent}{further}"));
    }
}
