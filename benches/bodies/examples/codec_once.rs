//! Decodes and encodes the recorded body once, or with the argument `shuffled` the same with its members in any order: what
//! `benches/instructions.sh` counts the instructions of.
//!
//! Both are functions of their own that are never inlined, so that callgrind finds them by their names.

use std::hint::black_box;

use bytes::Bytes;
use vim25_api::types::RetrieveResult;
use vim25_bodies::{Order, big, codec, reorder};

#[inline(never)]
fn counted_decode(body: &Bytes) -> RetrieveResult {
    black_box(codec::decode(black_box(body)))
}

#[inline(never)]
fn counted_encode(result: &RetrieveResult) -> Vec<u8> {
    black_box(codec::encode(black_box(result)))
}

fn main() {
    let is_shuffled = std::env::args().nth(1).as_deref() == Some("shuffled");
    let body = Bytes::from(if is_shuffled { reorder(&big(), Order::Shuffled) } else { big() });
    println!("{}", body.len());
    let result = counted_decode(&body);
    assert_eq!(counted_encode(&result).len(), body.len(), "encoding gives what was decoded");
}
