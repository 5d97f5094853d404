//! How long it takes until a watch tells of a change.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Barrier;
use tokio::task::JoinSet;
use vim25::prelude::*;
use vim25_bench::{Figures, Result, Server, Times, is_quick};

use crate::server;

/// The pause between two changes: long enough for all to hear of one before the next.
const PAUSE: Duration = Duration::from_millis(20);

/// The beginning of the names that changes give; the number of the change follows.
const PREFIX: &str = "changed-";

/// When each change was sent.
type Sent = Arc<Mutex<Vec<Instant>>>;

pub(crate) async fn measure(figures: &Figures, server: &Server) -> Result<()> {
    let changes = if is_quick() { 20 } else { 200 };
    for watches in [1, 100] {
        let times = watch(server, watches, changes).await?;
        let missed = (watches * changes).saturating_sub(times.count());
        if missed > 0 {
            println!("{missed} changes were overtaken by the next one before they were told");
        }
        let what =
            format!("change to Change::Modify, {watches} of {watches} watches").replace("1 of 1 watches", "1 watch");
        figures.add(&format!("{what}: median"), times.median(), "ms")?;
        figures.add(&format!("{what}: p99"), times.p99(), "ms")?;
    }
    Ok(())
}

/// Renames one virtual machine again and again, which all watches hear.
async fn watch(server: &Server, watches: usize, changes: usize) -> Result<Times> {
    let client = server::client(server)?.connect().await?;
    let row = client.retrieve::<VirtualMachine>().rows().next().await.ok_or("no virtual machine")??;
    let vm = client.get(row.reference());
    let (sent, ready) = (Sent::default(), Arc::new(Barrier::new(watches + 1)));
    let mut followers = JoinSet::new();
    for _ in 0..watches {
        followers.spawn(follow(client.clone(), sent.clone(), ready.clone(), changes));
    }
    ready.wait().await;
    for number in 0..changes {
        tokio::time::sleep(PAUSE).await;
        sent.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        vm.rename_task(format!("{PREFIX}{number}")).await?;
    }
    let mut times = Times::default();
    while let Some(followed) = followers.join_next().await {
        times.extend(followed??);
    }
    vm.rename_task("renamed").await?;
    client.logout().await?;
    Ok(times)
}

/// Follows the names of all virtual machines until the last change is told.
async fn follow(client: Client, sent: Sent, ready: Arc<Barrier>, changes: usize) -> Result<Times> {
    let properties = (VirtualMachine::NAME, VirtualMachine::RUNTIME.power_state());
    let mut stream = client.watch::<VirtualMachine>().select(properties).changes();
    // The first reply holds all there is.
    stream.next().await.ok_or("the watch has ended")??;
    ready.wait().await;
    let mut times = Times::default();
    loop {
        let Change::Modify(row) = stream.next().await.ok_or("the watch has ended")?? else { continue };
        let (name, _) = row.get()?;
        let Some(number) = name.strip_prefix(PREFIX).and_then(|number| number.parse::<usize>().ok()) else { continue };
        let begun = sent.lock().unwrap_or_else(PoisonError::into_inner).get(number).copied();
        times.push(begun.ok_or("a change that nobody made")?.elapsed());
        if number + 1 == changes {
            stream.close().await?;
            return Ok(times);
        }
    }
}
