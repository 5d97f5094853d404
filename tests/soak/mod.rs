//! Many clients at once against a server on which everything goes wrong, in a random order that a seed fixes.
//!
//! A short form is one of the tests of the client. The long one is a program: `cargo run --example soak -- --minutes 10
//! --clients 50`.

pub(crate) mod modes;
pub(crate) mod random;
pub(crate) mod tally;
pub(crate) mod trouble;
pub(crate) mod worker;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use vim25_simulator::Simulator;

use self::tally::Tally;
use self::worker::{Target, Worker};

/// After this time without a call a session ends: also one whose id was lost with the reply to the login.
pub(crate) const IDLE: Duration = Duration::from_secs(20);

/// How many machines there are: one for each client, at the end.
pub(crate) const VMS: usize = 60;

/// A server for the clients.
pub(crate) async fn start() -> Simulator {
    let builder = Simulator::builder().vms(VMS).task_duration(Duration::from_millis(150)).idle_timeout(IDLE);
    builder.max_sessions(10_000).max_ended_tasks(200).start().await.expect("a free port")
}

/// Lets clients work until a time, all at once; gives back those that are left, with the sessions they have in hand.
///
/// # Panics
///
/// If one of them does.
pub(crate) async fn clients(
    target: &Arc<Target>,
    count: usize,
    seed: u64,
    until: Instant,
) -> (Vec<Worker>, Arc<Tally>) {
    let tally = Arc::new(Tally::default());
    let mut workers = JoinSet::new();
    for number in 0..count {
        let mut worker = Worker::new(target.clone(), tally.clone(), number, seed);
        workers.spawn(async move {
            worker.work(until).await;
            worker
        });
    }
    (workers.join_all().await, tally)
}

/// What all of them do when nothing goes wrong any more: end what they have, and see whether everything works again.
///
/// # Panics
///
/// If it does not.
pub(crate) async fn afterwards(workers: Vec<Worker>) {
    let mut ending = JoinSet::new();
    for worker in workers {
        ending.spawn(worker.end());
    }
    ending.join_all().await;
}

/// What is left on a server: sessions, views, filters, property collectors, collectors of tasks and events.
pub(crate) fn left(server: &Simulator) -> [usize; 5] {
    [
        server.open_sessions(),
        server.open_views(),
        server.open_filters(),
        server.open_collectors(),
        server.open_history_collectors(),
    ]
}
