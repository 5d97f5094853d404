//! A simulator as a process of its own: what it computes and allocates is not the client's.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::Result;

/// A simulator as a process. Dropped, it ends.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// It ends when it cannot tell how to log in.
    _output: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Server {
    /// Starts a program that prints `listening on http://ADDRESS` when it is ready.
    ///
    /// # Errors
    ///
    /// The program cannot be started, or ends without that line.
    pub fn start(command: &mut Command) -> Result<Self> {
        // A program that looks for the end of its input sees that of this process.
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().ok_or("no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut url = || lines.find_map(|line| Some(line.ok()?.strip_prefix("listening on http://")?.to_owned()));
        let address = url().ok_or("the simulator did not say where it listens")?;
        Ok(Self { process, _output: lines, address })
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What the process holds in memory, in bytes, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        status(&self.process.id().to_string(), "VmRSS:")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The most that this process has held in memory, in bytes, where the system tells.
pub fn peak_memory() -> Option<u64> {
    status("self", "VmHWM:")
}

fn status(process: &str, field: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}
