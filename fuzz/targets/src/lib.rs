//! What is fuzzed: each target is a function of bytes that panics if something is wrong.

#![allow(clippy::missing_panics_doc, reason = "a panic is how a target tells what it has found")]

mod decode;
mod generator;
mod likeness;
mod mutate;
mod place;
mod round_trip;
mod simulator;

pub use self::decode::decode;
pub use self::generator::{generator, overlay};
pub use self::round_trip::round_trip;
pub use self::simulator::simulator;
