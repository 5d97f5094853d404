//! vim25 beside other ways to read and write the same JSON, in one process.

pub mod access;
pub mod contenders;
pub mod report;
pub mod rounds;
pub mod sight;
