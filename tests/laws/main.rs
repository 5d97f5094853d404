//! Laws that hold for any value of any type of the API, and for any JSON.
//!
//! Values are made from the tables: `arbitrary` takes a row of numbers and a type. The number of cases is small, so that
//! all of this takes seconds; `PROPTEST_CASES=10000 cargo test --test laws` looks longer.

mod acceptance;
mod arbitrary;
mod choices;
mod hierarchy;
mod json;
mod leaks;
mod masking;
mod objects;
mod roundtrip;
mod texts;
mod traffic;

/// How many cases of a law are tried unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 256;

/// The settings of all laws of this program.
fn config() -> proptest::test_runner::Config {
    let standard = proptest::test_runner::Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { standard.cases } else { CASES };
    proptest::test_runner::Config { cases, failure_persistence: None, ..standard }
}
