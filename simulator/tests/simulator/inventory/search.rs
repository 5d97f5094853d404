//! How objects are found.

use serde_json::{Value, json};
use vim25_simulator::Simulator;

use super::objects::{Id, Objects};
use super::{find, large, moref, small};
use crate::client::{ADMIN, Client, started};

#[tokio::test]
async fn objects_are_found_by_path_and_name() {
    let simulator = started(Simulator::builder().inventory(small())).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let by_path = async |path: &str| find(client, "FindByInventoryPath", json!({ "inventoryPath": path })).await;
    assert_eq!(by_path("/").await, Some(moref("Folder", "group-d1")));
    let datacenter = by_path("/DC%2f1").await.unwrap();
    assert_eq!(datacenter["type"], "Datacenter");
    assert_eq!(by_path("DC%2F1/").await, Some(datacenter.clone()));
    for path in ["/DC/1", "/DC%2f1/vm/nobody", "/DC%2f1/web-01", "/DC%2f1/vm/web-01/more"] {
        assert_eq!(by_path(path).await, None, "{path}");
    }
    for (path, kind, name) in [
        ("/DC%2f1/vm", "Folder", "vm"),
        ("/DC%2f1/vm/a/b", "Folder", "b"),
        ("/DC%2f1/vm/a/b/50%25", "VirtualMachine", "50%25"),
        ("/DC%2f1/vm/a/b/50%", "VirtualMachine", "50%25"),
        ("/DC%2f1/vm/a/web-01", "VirtualMachine", "web-01"),
        ("/DC%2f1/host/esx.example.com", "ComputeResource", "esx.example.com"),
        ("/DC%2f1/host/esx.example.com/esx.example.com", "HostSystem", "esx.example.com"),
        ("/DC%2f1/host/esx.example.com/Resources", "ResourcePool", "Resources"),
        ("/DC%2f1/datastore/san", "Datastore", "san"),
    ] {
        let found = by_path(path).await.unwrap_or_else(|| panic!("{path}"));
        assert_eq!(found["type"], kind);
        let id = found["value"].as_str().unwrap();
        assert_eq!(client.get(&format!("{kind}/{id}/name")).await.result(), name);
    }
    let folder = by_path("/DC%2f1/vm/a").await.unwrap();
    let child = async |name: &str| find(client, "FindChild", json!({ "entity": folder, "name": name })).await;
    assert_eq!(child("web-01").await, by_path("/DC%2f1/vm/a/web-01").await);
    assert_ne!(child("web-01").await, by_path("/DC%2f1/vm/web-01").await);
    assert_eq!(child("50%").await, None);
    let body = json!({ "entity": moref("Folder", "group-v0"), "name": "x" }).to_string();
    client.post("SearchIndex/SearchIndex/FindChild", &body).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn objects_are_found_by_what_is_known_of_them() {
    let simulator = started(large()).await;
    let client = &Client::login(&simulator, ADMIN).await;
    let objects = Objects::read(client).await;
    let datacenters: Vec<Id> = objects.of_kind("Datacenter").map(|(id, _)| id.clone()).collect();
    let (host, properties) = objects.of_kind("HostSystem").next().unwrap();
    let expected = Some(moref("HostSystem", &host.1));
    let uuid = &properties["summary"]["hardware"]["uuid"];
    let ip = &properties["config"]["network"]["vnic"][0]["spec"]["ip"]["ipAddress"];
    let all = Some(json!([moref("HostSystem", &host.1)]));
    for (by, member, key) in [("Uuid", "uuid", uuid), ("Ip", "ip", ip), ("DnsName", "dnsName", &properties["name"])] {
        let arguments = |vm: bool| json!({ member: key, "vmSearch": vm });
        assert_eq!(find(client, &format!("FindBy{by}"), arguments(false)).await, expected, "{by}");
        assert_eq!(find(client, &format!("FindAllBy{by}"), arguments(false)).await, all, "{by}");
        assert_eq!(find(client, &format!("FindBy{by}"), arguments(true)).await, None, "{by}");
        assert_eq!(find(client, &format!("FindAllBy{by}"), arguments(true)).await, Some(json!([])), "{by}");
        for datacenter in &datacenters {
            let mut arguments = arguments(false);
            arguments["datacenter"] = moref("Datacenter", &datacenter.1);
            let is_here = objects.list(datacenter, "datastore") == {
                let mut mounted = objects.list(host, "datastore");
                mounted.sort();
                let mut own = objects.list(datacenter, "datastore");
                own.sort();
                if own == mounted { objects.list(datacenter, "datastore") } else { Vec::new() }
            };
            let found = find(client, &format!("FindBy{by}"), arguments).await;
            assert_eq!(found, expected.clone().filter(|_| is_here), "{by}");
        }
    }
    for (vm, properties) in objects.of_kind("VirtualMachine").filter(|(_, it)| it.contains_key("config")) {
        let expected = Some(moref("VirtualMachine", &vm.1));
        let config = &properties["config"];
        let by_uuid = async |uuid: &Value, instance: bool| {
            let arguments = json!({ "uuid": uuid, "vmSearch": true, "instanceUuid": instance });
            find(client, "FindByUuid", arguments).await
        };
        assert_eq!(by_uuid(&config["uuid"], false).await, expected);
        assert_eq!(by_uuid(&config["instanceUuid"], true).await, expected);
        let mut found = 0;
        for datacenter in &datacenters {
            let datacenter = moref("Datacenter", &datacenter.1);
            let arguments = json!({ "datacenter": datacenter, "path": config["files"]["vmPathName"] });
            let reply = client.post("SearchIndex/SearchIndex/FindByDatastorePath", &arguments.to_string()).await;
            if reply.status == 200 {
                assert_eq!(Some(reply.result()), expected);
                found += 1;
            } else {
                reply.fault("InvalidDatastore");
            }
        }
        assert_eq!(found, 1);
        if let Some(ip) = properties.get("guest").and_then(|guest| guest.get("ipAddress")) {
            assert_eq!(find(client, "FindByIp", json!({ "ip": ip, "vmSearch": true })).await, expected);
        }
    }
    let path = "SearchIndex/SearchIndex/FindByDatastorePath";
    let arguments = |path: &str| json!({ "datacenter": moref("Datacenter", &datacenters[0].1), "path": path });
    client.post(path, &arguments("san/x.vmx").to_string()).await.fault("InvalidDatastorePath");
    client.post(path, &arguments("[nowhere] x/x.vmx").to_string()).await.fault("InvalidDatastore");
    client.post(path, &arguments("[DC0-vmfs-01] x/x.vmx").to_string()).await.no_content();
}
