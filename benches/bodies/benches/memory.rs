//! What replies cost in memory: `cargo bench -p vim25-bodies --bench memory`.
//!
//! Counted by the allocator, so that one run says it all. Decoding begins with a body of its own, which is given away: where
//! what was decoded keeps the body, that counts as held, too.

use allocation_counter::measure;
use bytes::Bytes;
use vim25_bench::Figure;
use vim25_bodies::{Order, big, codec, count_objects, reorder, virtual_machines};

fn main() -> vim25_bench::Result<()> {
    // `cargo test --benches` runs benches with this argument; there is nothing to test.
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let big = big();
    let bodies = [
        ("recorded, _typeName first", reorder(&big, Order::First)),
        ("recorded, _typeName last", reorder(&big, Order::Last)),
        ("recorded, members shuffled", reorder(&big, Order::Shuffled)),
        ("300 machines of the simulator", virtual_machines(300)),
    ];
    let figures: Vec<Figure> = bodies.iter().flat_map(|(name, body)| figures(name, body)).collect();
    figures.iter().try_for_each(Figure::report)
}

fn figures(name: &str, body: &[u8]) -> [Figure; 5] {
    let (bytes, objects) = (body.len() as f64, count_objects(body) as f64);
    let mut result = None;
    let decoding = measure(|| {
        let body = Bytes::copy_from_slice(body);
        result = Some(codec::decode(&body));
    });
    let result = result.expect("it was set above");
    let encoding = measure(|| drop(codec::encode(&result)));
    let figure = |what, value, unit| Figure::new("memory", format!("{name}, {what}"), value, unit);
    // The copy of the body is one allocation.
    let allocations = decoding.count_total.saturating_sub(1) as f64;
    [
        figure("held / size of body", decoding.bytes_current as f64 / bytes, "x").target("<= 2"),
        figure("peak with body / size of body", decoding.bytes_max as f64 / bytes, "x"),
        figure("decoding, per object", allocations / objects, "allocations"),
        figure("asked for in all / size of body", decoding.bytes_total as f64 / bytes, "x"),
        figure("encoding", encoding.count_total as f64, "allocations"),
    ]
}
