//! The decoding of vim25 behind several tokenizers: the same tables and visitors, driven through `Deserialize` of a data
//! type, so that only the reading of the JSON differs.
//!
//! Without arguments all are run interleaved. `tokenizers NAME ROUNDS` runs one, for a profiler that counts instructions.

mod walk;

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::de::{DeserializeOwned, IgnoredAny};
use vim25_api::types::RetrieveResult;
use vim25_bodies::{Order, big, reorder};

use self::walk::Walk;

type Decode = fn(&mut [u8]);

/// What is built while the JSON is read, and by which tokenizer.
const CONTENDERS: &[(&str, Decode)] = &[
    ("vim25/serde_json", serde_json::<RetrieveResult>),
    ("vim25/sonic_rs", sonic_rs::<RetrieveResult>),
    ("vim25/simd_json", simd_json::<RetrieveResult>),
    ("walk/serde_json", serde_json::<Walk>),
    ("walk/sonic_rs", sonic_rs::<Walk>),
    ("walk/simd_json", simd_json::<Walk>),
    ("ignore/serde_json", serde_json::<IgnoredAny>),
    ("ignore/sonic_rs", sonic_rs::<IgnoredAny>),
    ("ignore/simd_json", simd_json::<IgnoredAny>),
    ("value/serde_json", serde_json::<serde_json::Value>),
    ("value/sonic_rs", sonic_rs::<sonic_rs::Value>),
    ("value/simd_json", |body| drop(black_box(simd_json::to_owned_value(body).expect("the body is JSON")))),
    ("tape/simd_json", |body| drop(black_box(simd_json::to_tape(body).expect("the body is JSON")))),
    ("utf8/std", |body| {
        black_box(std::str::from_utf8(body).expect("the body is UTF-8"));
    }),
];

/// Rounds of an interleaved run: each contender once in each, in rotating order.
const ROUNDS: usize = 41;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [name, rounds] => one(name, rounds.parse().expect("the second argument is a number")),
        _ => all(),
    }
}

fn serde_json<T: DeserializeOwned>(body: &mut [u8]) {
    drop(black_box(serde_json::from_slice::<T>(body).expect("the body fits")));
}

fn sonic_rs<T: DeserializeOwned>(body: &mut [u8]) {
    drop(black_box(sonic_rs::from_slice::<T>(body).expect("the body fits")));
}

/// It unescapes strings in place.
fn simd_json<T: DeserializeOwned>(body: &mut [u8]) {
    drop(black_box(simd_json::serde::from_slice::<T>(body).expect("the body fits")));
}

fn one(name: &str, rounds: usize) {
    let (_, run) = CONTENDERS.iter().find(|(other, _)| *other == name).expect("the first argument names a contender");
    let body = big();
    for _ in 0..rounds {
        run(&mut body.clone());
    }
}

fn all() {
    let big = big();
    for (order, body) in [
        ("_typeName first", big.clone()),
        ("_typeName last", reorder(&big, Order::Last)),
        ("shuffled", reorder(&big, Order::Shuffled)),
    ] {
        compare(order, &body);
    }
}

fn compare(title: &str, body: &[u8]) {
    let mut times = vec![Vec::with_capacity(ROUNDS); CONTENDERS.len()];
    for round in 0..ROUNDS {
        for step in 0..CONTENDERS.len() {
            let index = (round + step) % CONTENDERS.len();
            let mut body = body.to_vec();
            let start = Instant::now();
            CONTENDERS[index].1(&mut body);
            times[index].push(start.elapsed());
        }
    }
    println!(
        "{title}, {} bytes, {ROUNDS} rounds: min ms, median ms, MB/s, median of time / vim25/serde_json",
        body.len()
    );
    for ((name, _), own) in CONTENDERS.iter().zip(&times) {
        let ratios = own.iter().zip(&times[0]).map(|(own, first)| own.as_secs_f64() / first.as_secs_f64());
        let ratio = median(ratios.collect());
        let middle = median(own.iter().map(Duration::as_secs_f64).collect());
        let least = own.iter().min().map_or(0.0, Duration::as_secs_f64);
        let throughput = body.len() as f64 / 1e6 / middle;
        println!("  {name:20} {:8.2} {:8.2} {throughput:8.0} {ratio:8.3}", least * 1e3, middle * 1e3);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
