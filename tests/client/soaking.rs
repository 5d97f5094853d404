//! The soak in short: some clients, some seconds, a server in the same process.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::soak::modes::MODES;
use crate::soak::trouble::{Struck, calm, trouble};
use crate::soak::worker::Target;
use crate::soak::{afterwards, clients, left, start};

#[tokio::test(flavor = "multi_thread")]
async fn clients_survive_whatever_goes_wrong() {
    let server = start().await;
    let (url, user, password) = (server.url().to_owned(), server.user().to_owned(), server.password().clone());
    let target = Arc::new(Target { url, user, password });
    // It makes clients believe that their sessions have ended: what is in those stays until the server ends them. The
    // matrix of `hostile.rs` and the long soak have that mode, too.
    let modes: Vec<&str> = MODES.into_iter().filter(|mode| !mode.contains("falseNotAuthenticated")).collect();
    let mut struck = Struck::new();
    let (workers, tally) = tokio::select! {
        done = clients(&target, 8, 1, Instant::now() + Duration::from_secs(4)) => done,
        () = trouble(&server, &modes, 1, &mut struck) => unreachable!("it goes on until the clients are done"),
    };
    calm(&server, &mut struck);
    afterwards(workers).await;
    let (rows, wrong) = (tally.rows(), tally.wrong());
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(struck.values().sum::<u64>() > 20 && rows.len() > 10, "{struck:?} {rows:?}");
    // A session whose id was lost with the reply to the login ends for want of calls; what is in a session ends with it.
    let [_, in_sessions @ ..] = left(&server);
    assert_eq!(in_sessions, [0; 4], "views, filters, collectors, history collectors");
}
