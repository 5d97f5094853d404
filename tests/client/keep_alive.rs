//! Sessions that do not end for want of use.

use std::time::Duration;

use tokio::time::sleep;
use vim25_simulator::Simulator;

use crate::request_log::{RequestLog, builder, connected};

#[tokio::test]
async fn a_session_that_is_kept_alive_outlives_the_idle_timeout() {
    let (vcenter, log) = RequestLog::start(Simulator::builder().idle_timeout(Duration::from_secs(1))).await;
    let kept = builder(&vcenter).keep_alive(Duration::from_millis(300)).connect().await.expect("a login");
    let idle = connected(&vcenter).await;
    sleep(Duration::from_millis(2_500)).await;
    for client in [&kept, &idle] {
        client.session_manager().session_list().await.expect("a session");
    }
    assert_eq!((kept.relogins(), idle.relogins()), (0, 1));
    assert!((3..=9).contains(&log.count("CurrentTime")), "{}", log.count("CurrentTime"));
}

#[tokio::test]
async fn keeping_alive_is_for_idle_sessions_and_ends_with_the_client() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).keep_alive(Duration::from_millis(400)).connect().await.expect("a login");
    for _ in 0..10 {
        client.session_manager().session_list().await.expect("a session");
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(log.count("CurrentTime"), 0);
    let twin = client.clone();
    drop(client);
    sleep(Duration::from_millis(600)).await;
    assert!(log.count("CurrentTime") > 0);
    drop(twin);
    let before = log.len();
    sleep(Duration::from_millis(1_000)).await;
    assert_eq!(log.len(), before);
}

#[tokio::test]
async fn nothing_is_kept_alive_after_a_logout() {
    let (vcenter, log) = RequestLog::start(Simulator::builder()).await;
    let client = builder(&vcenter).keep_alive(Duration::from_millis(50)).connect().await.expect("a login");
    client.logout().await.expect("a logout");
    let before = log.len();
    sleep(Duration::from_millis(300)).await;
    assert_eq!((log.len(), vcenter.open_sessions()), (before, 0));
}
