//! `cargo xtask generate` where the disk, other processes and other files do not play along. ARCHITECTURE.md tells what
//! is promised, "What a run of the generator leaves behind".

#![cfg(unix)]

mod disk;
mod documents;
mod elsewhere;
mod interrupted;
mod line_endings;
mod obstacles;
#[path = "../support/mod.rs"]
mod support;
mod turns;
