//! All virtual machines of a large inventory, with everything about them.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use vim25::prelude::*;
use vim25::{BoxFuture, ReqwestTransport, Transport, TransportError, TransportOptions};
use vim25_bench::{Figures, Result, Times, is_quick, peak_memory};

use crate::server;
use crate::usage::{allocations, processor_time};

const VMS: usize = 10_000;

/// The default transport, which is waited for and counted.
#[derive(Clone, Debug)]
struct Counting {
    transport: ReqwestTransport,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    bytes: AtomicU64,
    /// The longest body.
    longest: AtomicU64,
    /// Until replies were there, in nanoseconds.
    waited: AtomicU64,
}

impl Transport for Counting {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, std::result::Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let sent = Instant::now();
            let reply = self.transport.send(request).await?;
            let nanoseconds = u64::try_from(sent.elapsed().as_nanos()).unwrap_or(u64::MAX);
            self.counts.waited.fetch_add(nanoseconds, Ordering::Relaxed);
            self.counts.bytes.fetch_add(reply.body().len() as u64, Ordering::Relaxed);
            self.counts.longest.fetch_max(reply.body().len() as u64, Ordering::Relaxed);
            Ok(reply)
        })
    }
}

/// What one retrieval took.
struct Run {
    elapsed: Duration,
    /// Of it, without the waits for replies.
    own: Duration,
    /// In microseconds.
    processor: f64,
    bytes: u64,
    longest: u64,
    allocations: u64,
}

pub(crate) async fn measure(figures: &Figures) -> Result<()> {
    let server = server::start(VMS)?;
    let transport =
        Counting { transport: ReqwestTransport::new(false, &TransportOptions::default())?, counts: Arc::default() };
    let client = server::client(&server)?.transport(transport.clone()).connect().await?;
    let before = peak_memory();
    let first = retrieve(&client, &transport.counts).await?;
    let peak = peak_memory();
    let mut runs = vec![first];
    while runs.len() < if is_quick() { 1 } else { 5 } {
        runs.push(retrieve(&client, &transport.counts).await?);
    }
    report(figures, &runs)?;
    if let (Some(before), Some(peak)) = (before, peak) {
        figures.add(&format!("{VMS} VMs: peak of memory, more than before"), megabytes(peak - before), "MB")?;
    }
    client.logout().await?;
    Ok(())
}

async fn retrieve(client: &Client, counts: &Counts) -> Result<Run> {
    for count in [&counts.bytes, &counts.longest, &counts.waited] {
        count.store(0, Ordering::Relaxed);
    }
    let (begun, processor, before) = (Instant::now(), processor_time(), allocations());
    let properties =
        (VirtualMachine::NAME, VirtualMachine::RUNTIME.power_state(), VirtualMachine::CONFIG, VirtualMachine::SUMMARY);
    let mut rows = client.retrieve::<VirtualMachine>().select(properties).rows();
    let mut count = 0;
    while let Some(row) = rows.next().await {
        let row = row?;
        black_box(row.get()?);
        count += 1;
    }
    if count != VMS {
        return Err(format!("{count} rows instead of {VMS}").into());
    }
    let elapsed = begun.elapsed();
    Ok(Run {
        elapsed,
        own: elapsed.saturating_sub(Duration::from_nanos(counts.waited.load(Ordering::Relaxed))),
        processor: processor_time() - processor,
        bytes: counts.bytes.load(Ordering::Relaxed),
        longest: counts.longest.load(Ordering::Relaxed),
        allocations: allocations() - before,
    })
}

fn report(figures: &Figures, runs: &[Run]) -> Result<()> {
    let median = |time: fn(&Run) -> Duration| {
        let mut times = Times::default();
        runs.iter().for_each(|run| times.push(time(run)));
        times.median() / 1_000.0
    };
    let (elapsed, own, processor) =
        (median(|run| run.elapsed), median(|run| run.own), median(|run| Duration::from_secs_f64(run.processor / 1e6)));
    let Some(Run { bytes, longest, allocations, .. }) = runs.first() else { return Ok(()) };
    let size = megabytes(*bytes);
    let add = |name: &str, value: f64, unit: &'static str| figures.add(&format!("{VMS} VMs: {name}"), value, unit);
    add("end to end", elapsed, "s")?;
    add("rows per second, end to end", VMS as f64 / elapsed, "")?;
    add("MB per second, end to end", size / elapsed, "")?;
    add("replies", size, "MB")?;
    add("longest reply", megabytes(*longest), "MB")?;
    add("without the waits for replies", own, "s")?;
    add("MB per second, without the waits for replies", size / own, "")?;
    if processor > 0.0 {
        add("processor time of the client", processor, "s")?;
    }
    add("allocations per row", *allocations as f64 / VMS as f64, "allocations")
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
