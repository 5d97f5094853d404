//! A body that the simulator writes.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vim25_simulator::{ManualClock, Simulator};

/// Names, addresses and devices follow from it.
const SEED: u64 = 25;

/// The reply to `RetrievePropertiesEx` for all properties of so many virtual machines, of which no two are the same.
///
/// Starts a simulator for it, on a free port, and a tokio runtime; so it must not be called from within one.
///
/// # Panics
///
/// The simulator cannot start, or refuses a request.
pub fn virtual_machines(count: usize) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a tokio runtime starts").block_on(async {
        let builder = Simulator::builder().vms(count).hosts(count / 25 + 1).seed(SEED).clock(ManualClock::default());
        let simulator = builder.start().await.unwrap_or_else(|error| panic!("the simulator does not start: {error}"));
        let body = retrieve(&simulator).await;
        simulator.stop().await;
        body
    })
}

async fn retrieve(simulator: &Simulator) -> Vec<u8> {
    let credentials = json!({ "userName": simulator.user(), "password": simulator.password().expose() });
    let (head, _) = post(simulator, "", "SessionManager/SessionManager/Login", &credentials).await;
    let id = head.lines().find_map(|line| line.strip_prefix("vmware-api-session-id: ")).expect("a login has an id");
    let container = json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" });
    let arguments = json!({ "container": container, "type": ["VirtualMachine"], "recursive": true });
    let (_, view) = post(simulator, id, "ViewManager/ViewManager/CreateContainerView", &arguments).await;
    let view: Value = serde_json::from_slice(&view).expect("a reply is JSON");
    let arguments = json!({
        "specSet": [{
            "_typeName": "PropertyFilterSpec",
            "propSet": [{ "_typeName": "PropertySpec", "type": "VirtualMachine", "all": true }],
            "objectSet": [{
                "_typeName": "ObjectSpec",
                "obj": view,
                "skip": true,
                "selectSet": [{ "_typeName": "TraversalSpec", "type": "ContainerView", "path": "view", "skip": false }],
            }],
        }],
        "options": { "_typeName": "RetrieveOptions" },
    });
    post(simulator, id, "PropertyCollector/propertyCollector/RetrievePropertiesEx", &arguments).await.1
}

/// Head and body of a reply. One request per connection, so that the body ends where the connection does.
async fn post(simulator: &Simulator, session: &str, path: &str, arguments: &Value) -> (String, Vec<u8>) {
    let (address, arguments) = (simulator.url().trim_start_matches("http://"), arguments.to_string());
    let request = format!(
        "POST /sdk/vim25/{}/{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         vmware-api-session-id: {session}\r\ncontent-length: {}\r\n\r\n{arguments}",
        vim25_api::RELEASE,
        arguments.len(),
    );
    let mut reply = Vec::new();
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_end(&mut reply).await
    };
    exchange.await.unwrap_or_else(|error| panic!("{path}: {error}"));
    let end = reply.windows(4).position(|text| text == b"\r\n\r\n").expect("a reply has a head") + 4;
    let body = reply.split_off(end);
    let head = String::from_utf8_lossy(&reply).to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200 "), "{path}: {head}{}", String::from_utf8_lossy(&body));
    (head, body)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::virtual_machines;

    /// What a property of each machine says at a JSON pointer.
    fn values(body: &Value, property: &str, pointer: &str) -> BTreeSet<String> {
        let objects = body["objects"].as_array().unwrap().iter();
        let properties = objects.flat_map(|object| object["propSet"].as_array().unwrap());
        let found = properties.filter(|found| found["name"] == property);
        found.filter_map(|found| found["val"].pointer(pointer)).map(ToString::to_string).collect()
    }

    #[test]
    fn the_machines_differ() {
        let body: Value = serde_json::from_slice(&virtual_machines(40)).unwrap();
        assert_eq!(body["objects"].as_array().map(Vec::len), Some(40));
        assert_eq!(values(&body, "name", "/_value").len(), 40);
        assert_eq!(values(&body, "config", "/uuid").len(), 40);
        assert!(values(&body, "config", "/hardware/device").len() > 1);
        assert!(values(&body, "guest", "/ipAddress").len() > 1);
        assert!(values(&body, "runtime", "/powerState").len() > 1);
    }

    #[test]
    fn every_run_gives_the_same() {
        assert!(virtual_machines(3) == virtual_machines(3));
    }
}
