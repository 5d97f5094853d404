//! The time of our codec and our getters: `cargo bench -p vim25-bodies --bench codec`.
//!
//! Criterion measures; the figures are the medians that it finds. A word after `--` runs only what has it in its name,
//! such as `decode` or `access`. No allocator that counts is linked here: it would be measured, too.

mod access;
mod medians;

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use criterion::{BatchSize, BenchmarkGroup, Criterion, SamplingMode, Throughput, measurement::WallTime};
use vim25_bench::Figure;
use vim25_bodies::{Order, big, codec, reorder, sized, virtual_machines};

use self::medians::Medians;

const MB: usize = 1_000_000;

/// A body that is decoded, and what came of it encoded.
struct Body {
    id: &'static str,
    name: &'static str,
    bytes: Bytes,
}

impl Body {
    fn new(id: &'static str, name: &'static str, bytes: Vec<u8>) -> Self {
        Self { id, name, bytes: bytes.into() }
    }
}

fn main() -> vim25_bench::Result<()> {
    let (mut criterion, medians) = medians::criterion();
    let bodies = bodies();
    decode(&mut criterion, &bodies);
    encode(&mut criterion, &bodies);
    access::measure(&mut criterion);
    criterion.final_summary();

    let mut figures = Vec::new();
    for group in ["decode", "encode"] {
        figures.extend(bodies.iter().flat_map(|body| per_body(&medians, group, body)));
    }
    figures.extend(ratios(&medians));
    figures.extend(access::figures(&medians));
    figures.iter().try_for_each(Figure::report)
}

fn bodies() -> Vec<Body> {
    let big = big();
    vec![
        Body::new("first", "recorded, _typeName first", reorder(&big, Order::First)),
        Body::new("last", "recorded, _typeName last", reorder(&big, Order::Last)),
        Body::new("shuffled", "recorded, members shuffled", reorder(&big, Order::Shuffled)),
        Body::new("vms_300", "300 machines of the simulator", virtual_machines(300)),
        Body::new("vms_10000", "10,000 machines of the simulator", virtual_machines(10_000)),
        Body::new("mb_1", "recorded, resized", sized(&big, MB)),
        Body::new("mb_4", "recorded, resized", sized(&big, 4 * MB)),
        Body::new("mb_16", "recorded, resized", sized(&big, 16 * MB)),
        Body::new("mb_64", "recorded, resized", sized(&big, 64 * MB)),
    ]
}

/// A group whose runs are long: each sample is as many runs as the next.
fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat).warm_up_time(Duration::from_millis(500));
    group
}

/// Large bodies take long: fewer runs are as good, as their noise is small.
fn limit(group: &mut BenchmarkGroup<'_, WallTime>, body: &Body) {
    group.throughput(Throughput::Bytes(body.bytes.len() as u64));
    group.sample_size(if body.bytes.len() > 10 * MB { 10 } else { 40 });
}

fn decode(criterion: &mut Criterion, bodies: &[Body]) {
    let mut group = group(criterion, "decode");
    for body in bodies {
        limit(&mut group, body);
        // What was decoded is dropped outside of the measured time.
        group.bench_function(body.id, |bencher| {
            bencher.iter_batched(|| (), |()| codec::decode(black_box(&body.bytes)), BatchSize::PerIteration);
        });
    }
    group.finish();
}

fn encode(criterion: &mut Criterion, bodies: &[Body]) {
    let mut group = group(criterion, "encode");
    // The order of what was decoded makes no difference any more.
    for body in bodies.iter().filter(|body| !matches!(body.id, "last" | "shuffled")) {
        limit(&mut group, body);
        let result = codec::decode(&body.bytes);
        group.bench_function(body.id, |bencher| {
            bencher.iter_batched(|| (), |()| codec::encode(black_box(&result)), BatchSize::PerIteration);
        });
    }
    group.finish();
}

/// What a body takes, and what each byte of it takes.
fn per_body(medians: &Medians, group: &'static str, body: &Body) -> Vec<Figure> {
    let Some(nanoseconds) = medians.get(group, body.id) else { return Vec::new() };
    let bytes = body.bytes.len() as f64;
    let name = format!("{} ({:.1} MB)", body.name, bytes / MB as f64);
    vec![
        Figure::new(group, name.clone(), nanoseconds / 1e6, "ms"),
        Figure::new(group, format!("{name}, per byte"), nanoseconds / bytes, "ns"),
    ]
}

/// What the order of members costs, and whether a body of 64 times the size takes 64 times as long.
fn ratios(medians: &Medians) -> impl Iterator<Item = Figure> {
    let ratio = |name, of, to, scale: f64, target: Option<&'static str>| {
        let value = medians.get("decode", of)? / medians.get("decode", to)? / scale;
        Some(Figure { target, ..Figure::new("decode", name, value, "x") })
    };
    let figures = [
        ratio("_typeName last / first", "last", "first", 1.0, None),
        ratio("members shuffled / _typeName first", "shuffled", "first", 1.0, None),
        ratio("64 MB / 1 MB, per byte", "mb_64", "mb_1", 64.0, Some("<= 1.5")),
    ];
    figures.into_iter().flatten()
}
