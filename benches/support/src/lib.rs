//! What the benches share: figures, times, a server as a process.

mod figures;
mod server;
mod times;

use std::error::Error;

pub use self::figures::Figures;
pub use self::server::{Server, peak_memory};
pub use self::times::Times;

/// A bench prints its error and ends.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Whether `cargo test --benches` runs the program, which it does with this argument: there is nothing to test.
pub fn is_test() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

/// Whether less is measured, less exactly: to see that a bench works.
pub fn is_quick() -> bool {
    std::env::var_os("BENCH_QUICK").is_some()
}
