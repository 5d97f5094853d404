//! What a call costs: latency, rate, processor time, allocations, connections; ours and that of a bare reqwest call.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use vim25::prelude::*;
use vim25_bench::{Figures, Result, Server, Times, is_quick};

use crate::server;
use crate::usage::{allocations, processor_time};

/// How many calls are under way at once.
const AT_ONCE: [usize; 3] = [1, 16, 256];

/// A call, made by the client or bare.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A method without arguments and with a small result.
    CurrentTime,
    /// The name of a virtual machine.
    Property,
    /// A reply of some kilobytes.
    ServiceContent,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::CurrentTime, Kind::Property, Kind::ServiceContent];

    fn name(self) -> &'static str {
        match self {
            Kind::CurrentTime => "CurrentTime",
            Kind::Property => "GET name",
            Kind::ServiceContent => "RetrieveServiceContent",
        }
    }
}

/// Who calls: the client, and what a program without it would do.
struct Callers {
    client: Client,
    vm: VirtualMachine,
    http: reqwest::Client,
    /// Up to and with the release.
    url: String,
    session_id: String,
}

impl Callers {
    async fn new(server: &Server) -> Result<Arc<Self>> {
        let client = server::client(server)?.max_concurrent(256).connect().await?;
        let row = client.retrieve::<VirtualMachine>().rows().next().await.ok_or("no virtual machine")??;
        let session_id = client.session_id().ok_or("no session")?;
        Ok(Arc::new(Self {
            vm: client.get(row.reference()),
            http: reqwest::Client::builder().build()?,
            url: format!("http://{}/sdk/vim25/{}", server.address(), client.release()),
            session_id: session_id.expose().to_owned(),
            client,
        }))
    }

    async fn ours(self: Arc<Self>, kind: Kind) -> Result<()> {
        let service = self.client.service_instance();
        match kind {
            Kind::CurrentTime => drop(service.current_time().await?),
            Kind::Property => drop(self.vm.name().await?),
            Kind::ServiceContent => drop(service.retrieve_service_content().await?),
        }
        Ok(())
    }

    /// Sends what the client sends, and reads the reply as bytes.
    async fn bare(self: Arc<Self>, kind: Kind) -> Result<()> {
        let (url, http) = (&self.url, &self.http);
        let request = match kind {
            Kind::CurrentTime => http.post(format!("{url}/ServiceInstance/ServiceInstance/CurrentTime")),
            Kind::Property => http.get(format!("{url}/VirtualMachine/{}/name", self.vm.reference().value())),
            Kind::ServiceContent => http.post(format!("{url}/ServiceInstance/ServiceInstance/RetrieveServiceContent")),
        };
        let request = request.header("accept", "application/json").header("user-agent", "bench");
        let reply = request.header("vmware-api-session-id", &self.session_id).send().await?;
        let body = reply.error_for_status()?.bytes().await?;
        if body.is_empty() { Err("an empty reply".into()) } else { Ok(()) }
    }
}

/// What a series of calls took.
#[derive(Default)]
struct Series {
    times: Times,
    elapsed: Duration,
    /// In microseconds.
    processor: f64,
}

impl Series {
    /// Adds some calls, as many at once as are told.
    async fn run<F, Call>(&mut self, at_once: usize, calls: usize, call: F) -> Result<()>
    where
        F: Fn() -> Call + Clone + Send + 'static,
        Call: Future<Output = Result<()>> + Send,
    {
        let (begun, processor) = (Instant::now(), processor_time());
        let mut tasks = JoinSet::new();
        for _ in 0..at_once {
            let call = call.clone();
            tasks.spawn(async move {
                let mut times = Times::default();
                for _ in 0..calls.div_ceil(at_once) {
                    let sent = Instant::now();
                    call().await?;
                    times.push(sent.elapsed());
                }
                Result::Ok(times)
            });
        }
        while let Some(times) = tasks.join_next().await {
            self.times.extend(times??);
        }
        self.elapsed += begun.elapsed();
        self.processor += processor_time() - processor;
        Ok(())
    }

    fn rate(&self) -> f64 {
        self.times.count() as f64 / self.elapsed.as_secs_f64()
    }

    fn processor_per_call(&self) -> f64 {
        self.processor / self.times.count() as f64
    }
}

pub(crate) async fn measure(figures: &Figures, server: &Server) -> Result<()> {
    let callers = Callers::new(server).await?;
    for kind in Kind::ALL {
        for at_once in AT_ONCE {
            compare(figures, &callers, kind, at_once).await?;
        }
        count_allocations(figures, &callers, kind).await?;
    }
    count_connections(figures, server).await
}

/// Ours and the bare call by turns, so that what else the machine does meets both.
async fn compare(figures: &Figures, callers: &Arc<Callers>, kind: Kind, at_once: usize) -> Result<()> {
    let (rounds, calls) = if is_quick() { (3, 512) } else { (15, 2_048) };
    let (mut ours, mut bare) = (Series::default(), Series::default());
    for _ in 0..rounds {
        let own = callers.clone();
        ours.run(at_once, calls, move || own.clone().ours(kind)).await?;
        let own = callers.clone();
        bare.run(at_once, calls, move || own.clone().bare(kind)).await?;
    }
    let what = format!("{}, {at_once} at once", kind.name());
    let (median, bare_median) = (ours.times.median(), bare.times.median());
    figures.add(&format!("{what}: median"), median * 1_000.0, "µs")?;
    figures.add(&format!("{what}: p99"), ours.times.p99() * 1_000.0, "µs")?;
    figures.add(&format!("{what}: calls per second"), ours.rate(), "")?;
    figures.add(&format!("{what}: median, vim25 / bare reqwest"), median / bare_median, "x")?;
    figures.add(&format!("{what}: more than bare reqwest at the median"), (median - bare_median) * 1_000.0, "µs")?;
    let (processor, bare_processor) = (ours.processor_per_call(), bare.processor_per_call());
    if bare_processor > 0.0 {
        figures.add(&format!("{what}: processor time of the client"), processor, "µs")?;
        figures.add(&format!("{what}: processor time, vim25 / bare reqwest"), processor / bare_processor, "x")?;
    }
    Ok(())
}

/// Allocations of calls one after the other, once everything is warm.
async fn count_allocations(figures: &Figures, callers: &Arc<Callers>, kind: Kind) -> Result<()> {
    const CALLS: u64 = 500;
    let before = allocations();
    for _ in 0..CALLS {
        callers.clone().ours(kind).await?;
    }
    let between = allocations();
    for _ in 0..CALLS {
        callers.clone().bare(kind).await?;
    }
    let per_call = |count: u64| count as f64 / CALLS as f64;
    let name = kind.name();
    figures.add(&format!("{name}: allocations of a call"), per_call(between - before), "allocations")?;
    figures.add(&format!("{name}: of a bare reqwest call"), per_call(allocations() - between), "allocations")
}

/// How many connections a new client opens for many calls.
async fn count_connections(figures: &Figures, server: &Server) -> Result<()> {
    const CALLS: usize = 10_240;
    let observer = reqwest::Client::builder().build()?;
    for at_once in AT_ONCE {
        let before = server::connections(server, &observer).await?;
        let callers = Callers::new(server).await?;
        Series::default().run(at_once, CALLS, move || callers.clone().ours(Kind::Property)).await?;
        let opened = server::connections(server, &observer).await? - before;
        figures.add(&format!("connections opened for {CALLS} calls, {at_once} at once"), opened as f64, "")?;
    }
    Ok(())
}
