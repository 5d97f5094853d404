//! `cargo xtask generate` where the disk, other processes and other files do not play along.

#![cfg(unix)]

mod documents;
#[path = "../support/mod.rs"]
mod support;
