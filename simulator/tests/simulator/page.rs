//! The page, in a browser.

use std::process::Command;

use serde_json::json;

use crate::client::{ADMIN, Client};
use crate::snapshot::furnished;

const EVIL: &str = "<img src=x onerror=\"document.title='owned'\">";

/// What the page has become after some seconds.
async fn dom(url: &str) -> String {
    let port = url.rsplit_once(':').unwrap().1;
    let folder = std::env::temp_dir().join(format!("vim25-simulator-chromium-{port}"));
    let mut command = Command::new("chromium");
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=5000"])
        .arg(format!("--user-data-dir={}", folder.display()))
        .arg(format!("{url}/"));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let _ = std::fs::remove_dir_all(folder);
    // Where a long text may break.
    String::from_utf8(output.stdout).unwrap().replace("<wbr>", "")
}

#[ignore = "needs chromium"]
#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_goes_on() {
    let (simulator, mut state) = furnished(2).await;
    let objects = state["objects"].as_array_mut().unwrap();
    let datacenter = objects.iter_mut().find(|object| object["id"] == "datacenter-9000").unwrap();
    datacenter["properties"]["name"] = json!(EVIL);
    let client = Client::new(&simulator);
    client.admin("PUT", "/simulator/state", &state.to_string()).await.result();
    let client = Client::login(&simulator, ADMIN).await;
    client.property("nonsense").await.fault("InvalidProperty");
    let dom = dom(simulator.url()).await;
    // The session and the request, the task and its object, the inventory.
    for text in [ADMIN, "SessionManager/SessionManager/nonsense", "InvalidProperty", "PowerOffVM_Task", "machine-0"] {
        assert!(dom.contains(text), "{text}: {dom}");
    }
    assert!(dom.contains(">live</p>"), "{dom}");
    assert!(dom.contains("&lt;img src=x onerror="), "{dom}");
    assert!(!dom.contains("<img") && !dom.contains("<title>owned"), "{dom}");
    assert!(dom.contains("<title>vim25 simulator</title>"), "{dom}");
}

#[ignore = "needs chromium"]
#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_for_a_token() {
    let simulator = crate::client::started(vim25_simulator::Simulator::builder().admin_token("open sesame")).await;
    let dom = dom(simulator.url()).await;
    assert!(dom.contains("a token is needed"), "{dom}");
    assert!(!dom.contains("ServiceInstance"), "{dom}");
}
