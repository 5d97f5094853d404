//! Who decodes, and by which call. Each call is the ordinary safe one of its crate.

use std::hint::black_box;

use serde::de::IgnoredAny;
use vim_rs::core::client::{Transport, unmarshal};

use crate::sight::{Seen, Sight};

/// vim25's view of the body.
pub type Ours = vim25_api::types::RetrieveResult;
/// The same as a generic generator would have it.
pub type Derived = vim25_derived::types::RetrieveResult;
/// vim_rs's.
pub type Theirs = vim_rs::types::structs::RetrieveResult;

/// One way to read a body.
pub struct Contender {
    /// What the tables call it.
    pub name: &'static str,
    /// Whether what it makes borrows the body, which so stays in memory.
    pub borrows: bool,
    /// Decodes once. Calls `tick` before, after, and when what was made is dropped again. False if it cannot.
    pub run: fn(&[u8], tick: &mut dyn FnMut()) -> bool,
    /// What it sees in a body; none if it cannot decode it.
    pub look: fn(&[u8]) -> Option<Seen>,
}

pub const VIM25: &str = "vim25";
pub const VIM_RS: &str = "vim_rs";
pub const DERIVED: &str = "serde_json derived";
pub const SONIC_VALUE: &str = "sonic_rs::Value";

/// All of them; vim25 first. A static: a constant would be compiled into each program anew.
pub static CONTENDERS: &[Contender] = &[
    contender(VIM25, |body, tick| observe(tick, || vim25(body)), |body| look(vim25(body))),
    contender(VIM_RS, |body, tick| observe(tick, || vim_rs(body)), |body| look(vim_rs(body))),
    contender(DERIVED, |body, tick| observe(tick, || derived(body)), |body| look(derived(body))),
    contender(
        "sonic_rs derived",
        |body, tick| observe(tick, || sonic_rs::from_slice::<Derived>(body).ok()),
        |body| look(sonic_rs::from_slice::<Derived>(body).ok()),
    ),
    contender(
        "serde_json::Value",
        |body, tick| observe(tick, || serde_json::from_slice::<serde_json::Value>(body).ok()),
        |body| look(serde_json::from_slice::<serde_json::Value>(body).ok()),
    ),
    contender(
        SONIC_VALUE,
        |body, tick| observe(tick, || sonic_rs::from_slice::<sonic_rs::Value>(body).ok()),
        |body| look(sonic_rs::from_slice::<sonic_rs::Value>(body).ok()),
    ),
    contender(
        "sonic_rs::Value of &str",
        |body, tick| {
            let text = std::str::from_utf8(body).expect("the bodies are UTF-8");
            observe(tick, || sonic_rs::from_str::<sonic_rs::Value>(text).ok())
        },
        |body| look(sonic_rs::from_slice::<sonic_rs::Value>(body).ok()),
    ),
    contender(
        "simd_json owned Value",
        |body, tick| {
            let mut body = body.to_vec();
            observe(tick, || simd_json::to_owned_value(&mut body).ok())
        },
        |body| look(simd_json::to_owned_value(&mut body.to_vec()).ok()),
    ),
    Contender {
        borrows: true,
        ..contender(
            "simd_json borrowed Value",
            |body, tick| {
                let mut body = body.to_vec();
                observe(tick, || simd_json::to_borrowed_value(&mut body).ok())
            },
            |body| look(simd_json::to_borrowed_value(&mut body.to_vec()).ok()),
        )
    },
    contender(
        "IgnoredAny (floor)",
        |body, tick| observe(tick, || serde_json::from_slice::<IgnoredAny>(body).ok()),
        |_| None,
    ),
];

const fn contender(
    name: &'static str,
    run: fn(&[u8], &mut dyn FnMut()) -> bool,
    look: fn(&[u8]) -> Option<Seen>,
) -> Contender {
    Contender { name, borrows: false, run, look }
}

/// The entry point of our decoder.
pub fn vim25(body: &[u8]) -> Option<Ours> {
    vim25_runtime::wire::decode(body).ok()
}

/// What the client of vim_rs calls for each reply: a check of UTF-8, then miniserde.
pub fn vim_rs(body: &[u8]) -> Option<Theirs> {
    unmarshal(Transport::Json, body).ok()
}

pub fn derived(body: &[u8]) -> Option<Derived> {
    serde_json::from_slice(body).ok()
}

fn observe<T>(tick: &mut dyn FnMut(), decode: impl FnOnce() -> Option<T>) -> bool {
    tick();
    let decoded = black_box(decode());
    tick();
    let is_decoded = decoded.is_some();
    drop(decoded);
    tick();
    is_decoded
}

fn look<T: Sight>(decoded: Option<T>) -> Option<Seen> {
    decoded.map(|decoded| decoded.see())
}
