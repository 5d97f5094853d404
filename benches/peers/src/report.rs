//! The table on the terminal, and the figures for whoever collects them.

use std::time::Duration;

use vim25_bench::Figure;

use crate::rounds::{Times, ratio, typical};

/// Prints the times of contenders; the ratio is to the first of them.
pub fn print_times(title: &str, bytes: usize, names: &[&str], times: &[Times]) {
    println!("\n{title}, {bytes} bytes");
    println!("  {:28} {:>9} {:>9} {:>9} {:>12}", "", "min ms", "median ms", "MB/s", "time / first");
    for (name, own) in names.iter().zip(times) {
        let Some(least) = own.iter().min().map(Duration::as_secs_f64) else {
            println!("  {name:28} {:>9} {:>9} {:>9} {:>12}", "-", "-", "-", "cannot");
            continue;
        };
        let middle = typical(own);
        let throughput = bytes as f64 / 1e6 / middle;
        let slower = ratio(own, &times[0]).unwrap_or(f64::NAN);
        println!("  {name:28} {:9.2} {:9.2} {throughput:9.0} {slower:12.2}", least * 1e3, middle * 1e3);
    }
}

/// A figure: printed, and appended to the file that `BENCH_RECORD` names.
pub fn record(group: &'static str, name: &str, value: f64, unit: &'static str, target: Option<&'static str>) {
    let reported = Figure { target, ..Figure::new(group, name, value, unit) }.report();
    reported.expect("the file of BENCH_RECORD can be written");
}
