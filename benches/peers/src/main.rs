//! `vim25-peers [GROUP…]` measures, with all contenders in one process: decode, orders, linear, encode, access.
//!
//! `vim25-peers once NAME COUNT` decodes with one contender and nothing else, for a profiler that counts instructions.

use std::hint::black_box;
use std::time::{Duration, Instant};

use vim25_bodies::{Order, big, reorder, sized, virtual_machines};
use vim25_peers::access::{derived_configs, our_configs, their_configs, walk_derived, walk_ours, walk_theirs};
use vim25_peers::contenders::{self, CONTENDERS, Contender, DERIVED, SONIC_VALUE, VIM_RS, VIM25};
use vim25_peers::report::{print_times, record};
use vim25_peers::rounds::{Times, ratio, rounds, timed, typical};
use vim25_runtime::DataType;

const ROUNDS: usize = 41;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [once, name, count] = arguments.as_slice()
        && once == "once"
    {
        return decode_once(name, count.parse().expect("the count is a number"));
    }
    let is_asked = |group: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == group);
    let groups: [(&str, fn()); 5] =
        [("decode", decode), ("orders", orders), ("linear", linear), ("encode", encode), ("access", access)];
    groups.iter().filter(|(group, _)| is_asked(group)).for_each(|(_, measure)| measure());
}

fn decode_once(name: &str, count: usize) {
    let contender = CONTENDERS.iter().find(|contender| contender.name == name).expect("a contender has this name");
    let body = big();
    (0..count).for_each(|_| assert!((contender.run)(&body, &mut || ()), "it decodes the body"));
}

fn decode() {
    let times = compare("decode, 4 MB reply", &big());
    let faster = |name: &str, target| {
        if let Some(ratio) = ratio(of(name, &times), of(VIM25, &times)) {
            record("decode", &format!("4 MB reply, speed of vim25 / {name}"), ratio, "x", target);
        }
    };
    faster(VIM_RS, Some(">= 2.5"));
    faster(DERIVED, Some(">= 5"));
    faster(SONIC_VALUE, Some(">= 0.5"));
    faster("serde_json::Value", None);
    compare("decode, 300 virtual machines of the simulator", &virtual_machines(300));
}

fn orders() {
    for (order, title) in [(Order::Last, "_typeName last"), (Order::Shuffled, "members shuffled")] {
        let times = compare(&format!("decode, 4 MB reply, {title}"), &reorder(&big(), order));
        if let Some(ratio) = ratio(of(DERIVED, &times), of(VIM25, &times)) {
            record("decode", &format!("4 MB reply, {title}, speed of vim25 / {DERIVED}"), ratio, "x", None);
        }
    }
}

/// The times of a contender by name.
fn of<'a>(name: &str, times: &'a [Times]) -> &'a [Duration] {
    let index = CONTENDERS.iter().position(|contender| contender.name == name);
    &times[index.expect("a contender has this name")]
}

/// Times of all contenders with a body; who does not see the same in it as we do is said and not measured.
fn compare(title: &str, body: &[u8]) -> Vec<Times> {
    let expected = (CONTENDERS[0].look)(body).expect("vim25 decodes the body");
    println!("\n{title}: {} machines, {} devices", expected.names.len(), expected.device_keys.len());
    let is_fit = |contender: &Contender| match (contender.look)(body) {
        Some(seen) if seen == expected => true,
        Some(seen) => {
            println!("  {} sees {} machines, {} devices", contender.name, seen.names.len(), seen.device_keys.len());
            false
        }
        None => (contender.run)(body, &mut || ()),
    };
    let fit: Vec<_> = CONTENDERS.iter().map(is_fit).collect();
    let times = rounds(ROUNDS, CONTENDERS.len(), |index| fit[index].then(|| decode_time(&CONTENDERS[index], body)));
    let names: Vec<_> = CONTENDERS.iter().map(|contender| contender.name).collect();
    print_times(title, body.len(), &names, &times);
    times
}

/// From the bytes to what is made of them, without dropping it.
fn decode_time(contender: &Contender, body: &[u8]) -> Duration {
    let mut ticks = Vec::with_capacity(3);
    (contender.run)(body, &mut || ticks.push(Instant::now()));
    ticks[1] - ticks[0]
}

/// The time grows as the body does.
fn linear() {
    let body = big();
    let bodies: Vec<_> = [1, 4, 16, 64].map(|megabytes| sized(&body, megabytes << 20)).into();
    let times = rounds(11, bodies.len(), |index| Some(decode_time(&CONTENDERS[0], &bodies[index])));
    println!("\ndecode by vim25, bodies of several sizes");
    let per_byte: Vec<_> = bodies.iter().zip(&times).map(|(body, times)| typical(times) / body.len() as f64).collect();
    for (body, per_byte) in bodies.iter().zip(&per_byte) {
        println!("  {:9} bytes {:9.0} MB/s", body.len(), 1e-6 / per_byte);
    }
    record("decode", "time per byte, 64 MB reply / 4 MB reply", per_byte[3] / per_byte[1], "x", Some("<= 1.5"));
}

fn encode() {
    let body = big();
    let ours = contenders::vim25(&body).expect("vim25 decodes the body");
    let derived = contenders::derived(&body).expect("the derived structs decode the body");
    let theirs = contenders::vim_rs(&body).expect("vim_rs decodes the body");
    let by_us = || vim25_runtime::wire::encode(ours.as_object());
    let by_derived = || serde_json::to_vec(&derived).expect("JSON can be written");
    let by_them = || miniserde::json::to_string(&theirs).into_bytes();
    let by_sonic = || sonic_rs::to_vec(&derived).expect("JSON can be written");
    let encoders: [(&str, &dyn Fn() -> Vec<u8>); 4] =
        [(VIM25, &by_us), (DERIVED, &by_derived), (VIM_RS, &by_them), ("sonic_rs derived", &by_sonic)];
    let times = rounds(ROUNDS, encoders.len(), |index| Some(timed(encoders[index].1)));
    print_times("encode, 4 MB reply", body.len(), &encoders.map(|(name, _)| name), &times);
    for (name, encoder) in encoders {
        println!("  {name} writes {} bytes", encoder().len());
    }
    let speed = |index: usize| ratio(&times[index], &times[0]).unwrap_or(f64::NAN);
    record("encode", "4 MB reply, speed of vim25 / serde_json derived", speed(1), "x", Some(">= 1"));
    record("encode", "4 MB reply, speed of vim25 / vim_rs", speed(2), "x", None);
}

/// Names, sizes, and keys and labels of all devices of 300 machines.
fn access() {
    let body = big();
    let ours = contenders::vim25(&body).expect("vim25 decodes the body");
    let derived = contenders::derived(&body).expect("the derived structs decode the body");
    let theirs = contenders::vim_rs(&body).expect("vim_rs decodes the body");
    let (ours, derived, theirs) = (our_configs(&ours), derived_configs(&derived), their_configs(&theirs));
    let read = walk_ours(&ours);
    assert_eq!((read, read), (walk_derived(&derived), walk_theirs(&theirs)), "all read the same");
    let times = rounds(401, 3, |index| {
        Some(match index {
            0 => timed(|| walk_ours(black_box(&ours))),
            1 => timed(|| walk_derived(black_box(&derived))),
            _ => timed(|| walk_theirs(black_box(&theirs))),
        })
    });
    println!("\naccess, {} members of {} machines", read.members, ours.len());
    for (name, times) in ["getters of vim25", "fields of derived structs", "fields of vim_rs"].iter().zip(&times) {
        record("access", name, typical(times) * 1e9 / read.members as f64, "ns", None);
    }
}
