//! What each contender holds in memory after it has decoded a body, by an allocator that counts. A program of its own:
//! counting takes time.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Stats, StatsAlloc};
use vim25_peers::contenders::{CONTENDERS, Contender, VIM25};
use vim25_peers::report::record;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    measure("4 MB reply", &vim25_bodies::big(), Some("<= 2"));
    measure("300 virtual machines of the simulator", &vim25_bodies::virtual_machines(300), Some("<= 2"));
}

fn measure(title: &str, body: &[u8], target: Option<&'static str>) {
    println!("\nmemory held after decoding / body, and allocations, {title}, {} bytes", body.len());
    for contender in CONTENDERS {
        let Some(Held { bytes, allocations }) = held(contender, body) else {
            println!("  {} cannot decode it", contender.name);
            continue;
        };
        let target = target.filter(|_| contender.name == VIM25);
        record("memory", &format!("{title}, {}", contender.name), bytes as f64 / body.len() as f64, "x", target);
        println!("    {allocations} allocations");
    }
}

struct Held {
    bytes: usize,
    allocations: usize,
}

fn held(contender: &Contender, body: &[u8]) -> Option<Held> {
    let mut ticks: Vec<Stats> = Vec::with_capacity(3);
    let is_decoded = (contender.run)(body, &mut || ticks.push(ALLOCATOR.stats()));
    let change = ticks[1] - ticks[0];
    let borrowed = if contender.borrows { body.len() } else { 0 };
    is_decoded.then(|| Held {
        bytes: change.bytes_allocated - change.bytes_deallocated + borrowed,
        allocations: change.allocations + change.reallocations,
    })
}
