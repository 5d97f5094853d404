//! Clone tickets, local tickets, tickets for services.

use std::time::Duration;
use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use vim25_simulator::{ManualClock, Simulator};

use crate::client::{ADMIN, Client, READER, Reply, start, started};

async fn ticket(client: &Client) -> Value {
    client.session_manager("AcquireCloneTicket", json!({})).await.result()
}

async fn clone(client: &Client, ticket: &Value) -> Reply {
    client.session_manager("CloneSession", json!({ "cloneTicket": ticket })).await
}

#[tokio::test]
async fn a_clone_is_a_session_of_its_own_with_the_identity_of_the_first() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let first = Client::login(&simulator, READER).await;
    first.session_manager("SetLocale", json!({ "locale": "ko" })).await.no_content();
    let ticket = ticket(&first).await;
    clock.advance(Duration::from_secs(10));
    let reply = clone(&Client::new(&simulator), &ticket).await;
    let (twin, shown) = (first.with_session_of(&reply), reply.result());
    assert_eq!((&shown["userName"], &shown["locale"]), (&json!(READER), &json!("ko")));
    assert_eq!(shown["loginTime"], "2026-01-01T00:00:00Z");
    assert_eq!(shown["lastActiveTime"], "2026-01-01T00:00:10Z");
    assert_eq!(shown["callCount"], 1);
    assert!(twin.key != first.key && twin.session_id != first.session_id);
    first.session_manager("Logout", json!({})).await.no_content();
    twin.property("currentSession").await.result();
}

#[tokio::test]
async fn a_clone_ticket_works_once() {
    let simulator = start().await;
    let first = Client::login(&simulator, ADMIN).await;
    let ticket = ticket(&first).await;
    let nobody = Client::new(&simulator);
    clone(&nobody, &ticket).await.result();
    clone(&nobody, &ticket).await.fault("InvalidLogin");
    clone(&nobody, &json!("nope")).await.fault("InvalidLogin");
    clone(&nobody, &json!("")).await.fault("InvalidLogin");
    clone(&nobody, &json!(first.session_id)).await.fault("InvalidLogin");
    clone(&nobody, &json!(first.key)).await.fault("InvalidLogin");
}

#[tokio::test]
async fn of_many_who_use_a_ticket_at_once_one_wins() {
    let simulator = start().await;
    let ticket = ticket(&Client::login(&simulator, ADMIN).await).await;
    let clones = (0..20).map(|_| {
        let (client, ticket) = (Client::new(&simulator), ticket.clone());
        tokio::spawn(async move { clone(&client, &ticket).await.status })
    });
    let mut won = 0;
    for clone in clones.collect::<Vec<_>>() {
        won += usize::from(clone.await.unwrap() == 200);
    }
    assert_eq!((won, simulator.open_sessions()), (1, 2));
}

#[tokio::test]
async fn a_clone_ticket_grows_old() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone()).ticket_lifetime(Duration::from_secs(5))).await;
    let first = Client::login(&simulator, ADMIN).await;
    let (young, old) = (ticket(&first).await, ticket(&first).await);
    clock.advance(Duration::from_millis(4_999));
    clone(&Client::new(&simulator), &young).await.result();
    clock.advance(Duration::from_millis(1));
    clone(&Client::new(&simulator), &old).await.fault("InvalidLogin");
}

#[tokio::test]
async fn a_clone_ticket_dies_with_its_session() {
    let simulator = start().await;
    let first = Client::login(&simulator, ADMIN).await;
    let ticket = ticket(&first).await;
    first.session_manager("Logout", json!({})).await.no_content();
    clone(&Client::new(&simulator), &ticket).await.fault("InvalidLogin");
}

#[tokio::test]
async fn a_session_can_clone_itself_and_lives_on() {
    let simulator = start().await;
    let first = Client::login(&simulator, ADMIN).await;
    let ticket = ticket(&first).await;
    let twin = first.with_session_of(&clone(&first, &ticket).await);
    first.property("currentSession").await.result();
    twin.property("currentSession").await.result();
}

#[tokio::test]
async fn a_local_ticket_is_a_password_in_a_file_that_works_once() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    client.session_manager("AcquireLocalTicket", json!({ "userName": "nobody" })).await.fault("InvalidLogin");
    let ticket = client.session_manager("AcquireLocalTicket", json!({ "userName": READER })).await.result();
    assert_eq!((&ticket["_typeName"], &ticket["userName"]), (&json!("SessionManagerLocalTicket"), &json!(READER)));
    let path = PathBuf::from(ticket["passwordFilePath"].as_str().unwrap());
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    let password = fs::read_to_string(&path).unwrap();
    let credentials = |user| json!({ "userName": user, "password": password });
    client.session_manager("Login", credentials(ADMIN)).await.fault("InvalidLogin");
    assert_eq!(client.session_manager("Login", credentials(READER)).await.result()["userName"], READER);
    assert!(!path.exists());
    client.session_manager("Login", credentials(READER)).await.fault("InvalidLogin");
}

#[tokio::test]
async fn local_tickets_grow_old_and_go_with_the_simulator() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let client = Client::new(&simulator);
    let mut paths = Vec::new();
    for _ in 0..2 {
        let ticket = client.session_manager("AcquireLocalTicket", json!({ "userName": READER })).await.result();
        paths.push(PathBuf::from(ticket["passwordFilePath"].as_str().unwrap()));
        clock.advance(Duration::from_secs(30));
    }
    let password = fs::read_to_string(&paths[0]).unwrap();
    let credentials = json!({ "userName": READER, "password": password });
    client.session_manager("Login", credentials).await.fault("InvalidLogin");
    assert!(!paths[0].exists() && paths[1].exists());
    drop(simulator);
    assert!(!paths[1].parent().unwrap().exists());
}

#[tokio::test]
async fn tickets_for_services_need_a_session_and_a_purpose() {
    let simulator = start().await;
    let client = Client::login(&simulator, READER).await;
    let clone_session = json!({ "_typeName": "SessionManagerVmomiServiceRequestSpec", "method": "CloneSession" });
    let acquire = |spec: Value| client.session_manager("AcquireGenericServiceTicket", json!({ "spec": spec }));
    let ticket = acquire(clone_session.clone()).await.result();
    assert_eq!(ticket["ticketType"], "VcServiceTicket");
    clone(&Client::new(&simulator), &ticket["id"]).await.result();
    clone(&Client::new(&simulator), &ticket["id"]).await.fault("InvalidLogin");
    let http =
        json!({ "_typeName": "SessionManagerHttpServiceRequestSpec", "method": "httpGet", "url": "https://esx1/disk" });
    let ticket = acquire(http).await.result();
    assert_eq!((&ticket["hostName"], &ticket["ticketType"]), (&json!("esx1"), &json!("HostServiceTicket")));
    assert!(ticket.get("sslThumbprint").is_none());
    acquire(json!({ "_typeName": "SessionManagerVmomiServiceRequestSpec", "method": "Logout" }))
        .await
        .fault("NotSupported");
    acquire(json!({ "_typeName": "SessionManagerServiceRequestSpec" })).await.wrong_argument("spec");
    for url in ["", "disk", "/disk", "ftp://esx1/disk", "https:///disk"] {
        let http = json!({ "_typeName": "SessionManagerHttpServiceRequestSpec", "url": url });
        acquire(http).await.wrong_argument("spec.url");
    }
    let anonymous = Client::new(&simulator);
    let arguments = json!({ "spec": clone_session });
    anonymous.session_manager("AcquireGenericServiceTicket", arguments).await.fault("NotAuthenticated");
}
