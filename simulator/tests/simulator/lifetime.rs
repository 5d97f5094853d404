//! Time, limits, and the same thing twice.

use std::time::Duration;

use serde_json::json;
use vim25_simulator::{ManualClock, Simulator};

use crate::client::{ADMIN, Client, PASSWORD, READER, start, started};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_lives() {
    let clock = ManualClock::default();
    let simulator = started(Simulator::builder().clock(clock.clone())).await;
    let (idle, used) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, ADMIN).await);
    clock.advance(29 * MINUTE);
    used.property("message").await.no_content();
    clock.advance(MINUTE);
    idle.property("message").await.fault("NotAuthenticated");
    assert_eq!(used.property("currentSession").await.result()["lastActiveTime"], "2026-01-01T00:30:00Z");
    assert_eq!(simulator.open_sessions(), 1);
    clock.advance(30 * MINUTE);
    assert_eq!(simulator.open_sessions(), 0);
}

#[tokio::test]
async fn the_idle_time_can_be_set_and_zero_is_for_ever() {
    for (timeout, open) in [(MINUTE, 0), (2 * MINUTE, 1), (Duration::ZERO, 1)] {
        let clock = ManualClock::default();
        let simulator = started(Simulator::builder().clock(clock.clone()).idle_timeout(timeout)).await;
        Client::login(&simulator, ADMIN).await;
        clock.advance(MINUTE);
        assert_eq!(simulator.open_sessions(), open, "{timeout:?}");
    }
}

#[tokio::test]
async fn a_test_can_end_all_sessions() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    simulator.faults().expire_sessions();
    client.property("message").await.fault("NotAuthenticated");
    Client::login(&simulator, ADMIN).await.property("message").await.no_content();
}

#[tokio::test]
async fn there_is_a_limit_of_sessions() {
    let simulator = started(Simulator::builder().max_sessions(2)).await;
    let first = Client::login(&simulator, ADMIN).await;
    let second = Client::login(&simulator, READER).await;
    let ticket = second.session_manager("AcquireCloneTicket", json!({})).await.result();
    let nobody = Client::new(&simulator);
    let credentials = json!({ "userName": ADMIN, "password": PASSWORD });
    assert_eq!(nobody.session_manager("Login", credentials.clone()).await.status, 503);
    assert_eq!(nobody.session_manager("CloneSession", json!({ "cloneTicket": ticket })).await.status, 503);
    assert_eq!(first.session_manager("ImpersonateUser", json!({ "userName": READER })).await.status, 503);
    first.session_manager("Logout", json!({})).await.no_content();
    // The ticket was not used up.
    nobody.session_manager("CloneSession", json!({ "cloneTicket": ticket })).await.result();
}

#[tokio::test]
async fn the_same_seed_and_the_same_calls_give_the_same_replies() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let simulator = started(Simulator::builder().seed(seed).clock(ManualClock::default())).await;
        let client = Client::login(&simulator, ADMIN).await;
        let ticket = client.session_manager("AcquireCloneTicket", json!({})).await.text;
        let content = client.get("ServiceInstance/ServiceInstance/content").await.text;
        let session = client.property("currentSession").await.text;
        runs.push((client.session_id, ticket, content, session));
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0].0, runs[2].0);
    assert_ne!(runs[0].1, runs[2].1);
    assert_ne!(runs[0].2, runs[2].2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clients_at_once_get_a_session_each() {
    let simulator = start().await;
    let logins: Vec<_> = (0..50)
        .map(|_| {
            let client = Client::new(&simulator);
            tokio::spawn(async move {
                let reply = client.session_manager("Login", json!({ "userName": ADMIN, "password": PASSWORD })).await;
                client.with_session_of(&reply)
            })
        })
        .collect();
    let mut ids = Vec::new();
    for login in logins {
        let client = login.await.unwrap();
        client.property("message").await.no_content();
        ids.extend(client.session_id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), simulator.open_sessions()), (50, 50));
}
