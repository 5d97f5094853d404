//! What the simulator holds when it starts, and how it is found.

mod agreement;
mod objects;
mod pools;
mod search;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vim25_simulator::inventory::{Datacenter, Datastore, Disk, Host, NetworkCard, VirtualMachine};
use vim25_simulator::{Builder, Inventory, ManualClock, Simulator};

use self::objects::{Id, Objects};
use crate::client::{ADMIN, Client, started};

fn large() -> Builder {
    Simulator::builder().datacenters(2).clusters(2).hosts(4).vms(20)
}

async fn find(client: &Client, method: &str, arguments: Value) -> Option<Value> {
    let reply = client.post(&format!("SearchIndex/SearchIndex/{method}"), &arguments.to_string()).await;
    if reply.status == 204 { None } else { Some(reply.result()) }
}

fn moref(kind: &str, value: &str) -> Value {
    json!({ "_typeName": "ManagedObjectReference", "type": kind, "value": value })
}

fn small() -> Inventory {
    let machine = |name: &str, folder: Option<&str>| VirtualMachine {
        name: name.to_owned(),
        folder: folder.map(str::to_owned),
        disks: vec![Disk { capacity_gb: 10, thin: true }],
        networks: Vec::<NetworkCard>::new(),
        ..VirtualMachine::default()
    };
    Inventory {
        datacenters: vec![Datacenter {
            name: "DC/1".to_owned(),
            folders: vec!["a/b".to_owned()],
            hosts: vec![Host { name: "esx.example.com".to_owned(), ..Host::default() }],
            datastores: vec![Datastore { name: "san".to_owned(), capacity_gb: 100, ..Datastore::default() }],
            virtual_machines: vec![machine("web-01", None), machine("50%", Some("a/b")), machine("web-01", Some("a"))],
            ..Datacenter::default()
        }],
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_inventory() {
    async fn read(builder: Builder) -> BTreeMap<Id, BTreeMap<String, Value>> {
        let clock = ManualClock::new("2026-01-02T03:04:05Z".parse().unwrap());
        let simulator = started(builder.clock(clock)).await;
        let mut objects = Objects::read(&Client::login(&simulator, ADMIN).await).await.0;
        // The id of the server and the sessions, whose beginning is an event, are another matter.
        let others = ["EventManager", "ServiceInstance", "SessionManager"];
        objects.retain(|(kind, _), _| !others.contains(&kind.as_str()));
        objects
    }
    let first = read(Simulator::builder()).await;
    assert!(first == read(Simulator::builder()).await);
    assert!(first != read(Simulator::builder().seed(7)).await);
    assert!(read(Simulator::builder().seed(7)).await == read(Simulator::builder().seed(7)).await);
}

#[tokio::test]
async fn a_plan_that_is_wrong_keeps_it_from_starting() {
    let mut plan = small();
    plan.datacenters[0].virtual_machines[0].host = Some("nobody".to_owned());
    let error = Simulator::builder().inventory(plan).start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the inventory is wrong: datacenters[0].virtualMachines[0].host: there is no host `nobody` here"
    );
    let error = Simulator::builder().hosts(0).vms(3).start().await.unwrap_err();
    assert!(error.to_string().ends_with("there is no host for 3 virtual machines"), "{error}");
    started(Simulator::builder().datacenters(0)).await;
}

#[tokio::test]
async fn environments_tell_what_machines_can_be_made_of() {
    let simulator = started(large()).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let cluster =
        find(client, "FindByInventoryPath", json!({ "inventoryPath": "/DC1/host/DC1-cluster-2" })).await.unwrap();
    let path = format!("ClusterComputeResource/{}", cluster["value"].as_str().unwrap());
    let browser = client.get(&format!("{path}/environmentBrowser")).await.result();
    let hosts = client.get(&format!("{path}/host")).await.result();
    let browser = format!("EnvironmentBrowser/{}", browser["value"].as_str().unwrap());
    let target = client.post(&format!("{browser}/QueryConfigTarget"), "{}").await.result();
    assert_eq!(
        (&target["numCpus"], &target["numCpuCores"], &target["numNumaNodes"]),
        (&json!(96), &json!(48), &json!(2))
    );
    let count = |member: &str| target[member].as_array().unwrap().len();
    let counts = ["datastore", "network", "distributedVirtualPortgroup", "distributedVirtualSwitch"].map(count);
    assert_eq!(counts, [3, 1, 4, 1]);
    let body = json!({ "host": hosts[0] }).to_string();
    let of_host = client.post(&format!("{browser}/QueryConfigTarget"), &body).await.result();
    assert_eq!(of_host["datastore"], target["datastore"]);
    let body = json!({ "host": moref("HostSystem", "host-0") }).to_string();
    client.post(&format!("{browser}/QueryConfigTarget"), &body).await.wrong_argument("host");
    let descriptors = client.post(&format!("{browser}/QueryConfigOptionDescriptor"), "{}").await.result();
    let descriptors = descriptors.as_array().unwrap();
    assert!(descriptors.iter().all(|descriptor| descriptor["host"] == hosts));
    assert_eq!(descriptors.iter().filter(|descriptor| descriptor["defaultConfigOption"] == true).count(), 1);
    let capability = client.post(&format!("{browser}/QueryTargetCapabilities"), "{}").await.result();
    assert_eq!(capability["_typeName"], "HostCapability");
}

/// Not run as a matter of course, as it is about time: `cargo nextest run --release --run-ignored only many_machines`.
#[tokio::test]
#[ignore = "it measures"]
async fn many_machines_are_there_soon() {
    let begun = std::time::Instant::now();
    let before = resident();
    let simulator = started(Simulator::builder().clusters(10).hosts(20).vms(10_000)).await;
    let (took, used) = (begun.elapsed(), resident().saturating_sub(before));
    println!("10,000 machines, 200 hosts: {took:?}, {} MB, {} bytes a machine", used >> 20, used / 10_000);
    let client = &Client::login(&simulator, ADMIN).await;
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        let arguments = json!({ "inventoryPath": "/DC0/vm/nobody" });
        assert_eq!(find(client, "FindByInventoryPath", arguments).await, None);
        println!("a search: {:?}", begun.elapsed());
    }
    assert!(took.as_secs() < 60, "{took:?}");
}

/// How much memory the process has, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() << 10
}
