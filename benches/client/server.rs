//! The simulator, which is this program started once more.

use std::io::{self, Read};
use std::process::Command;
use std::time::Duration;

use vim25::ClientBuilder;
use vim25::prelude::*;
use vim25_bench::{Result, Server};
use vim25_simulator::{DEFAULT_PASSWORD, Simulator};

/// The argument that makes this program a simulator; how many virtual machines it has follows.
const ARGUMENT: &str = "--simulator";

const USER: &str = "administrator@vsphere.local";

/// How many virtual machines the simulator is to have, if this process is to be one.
pub(crate) fn asked_for() -> Option<usize> {
    let mut arguments = std::env::args().skip_while(|argument| argument != ARGUMENT);
    arguments.nth(1)?.parse().ok()
}

/// Is a simulator until the input ends, as it does when the process that measures is gone.
pub(crate) async fn serve(vms: usize) -> Result<()> {
    let simulator = Simulator::builder().vms(vms).hosts(32).task_duration(Duration::ZERO).start().await?;
    println!("listening on {}", simulator.url());
    tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

/// A process that is a simulator.
pub(crate) fn start(vms: usize) -> Result<Server> {
    Server::start(Command::new(std::env::current_exe()?).args([ARGUMENT, &vms.to_string()]))
}

/// The set-up of a client with a session.
pub(crate) fn client(server: &Server) -> Result<ClientBuilder> {
    let builder = Client::builder(format!("http://{}", server.address()))?;
    Ok(builder.credentials(USER, DEFAULT_PASSWORD))
}

/// How many connections the simulator has accepted. The one over which it is asked is among them, the first time.
pub(crate) async fn connections(server: &Server, http: &reqwest::Client) -> Result<u64> {
    let url = format!("http://{}/metrics", server.address());
    let metrics = http.get(url).send().await?.text().await?;
    let line = metrics.lines().find_map(|line| line.strip_prefix("vim25_simulator_connections_total "));
    Ok(line.ok_or("the simulator does not count connections")?.parse()?)
}
