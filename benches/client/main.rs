//! The client against the simulator: `cargo bench -p vim25 --bench client`.
//!
//! The simulator runs in a process of its own on the same machine, and is spoken with over plain HTTP on loopback. What
//! our layers cost is told beside a bare reqwest call with the same request. Numbers are for reading; nothing here can fail
//! because of them.

mod calls;
mod retrieval;
mod server;
mod sessions;
mod usage;
mod watches;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use vim25_bench::{Figures, Result, is_test};

/// It counts allocations, in the server's process as well, where nobody reads them.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<()> {
    if is_test() {
        return Ok(());
    }
    // A bare reqwest client of this build wants one, though it speaks plain HTTP here. That there is one is no error.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Runtime::new()?;
    match server::asked_for() {
        Some(vms) => runtime.block_on(server::serve(vms)),
        None => runtime.block_on(measure()),
    }
}

async fn measure() -> Result<()> {
    let figures = Figures::new("client");
    // First, as the peak of memory is that of the process.
    retrieval::measure(&figures).await?;
    let server = server::start(1_000)?;
    calls::measure(&figures, &server).await?;
    sessions::measure(&figures, &server).await?;
    watches::measure(&figures, &server).await
}
