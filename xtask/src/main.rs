//! The command line of the maintainer.

fn main() {}
