//! `vim25-simulator`: the simulator as a program.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use vim25_runtime::Release;
use vim25_simulator::{DEFAULT_PASSWORD, Inventory, Simulator, User, read_users};

const AFTER_HELP: &str = "\
Log in with the credentials that are printed at the start:

  curl -i http://127.0.0.1:8989/sdk/vim25/8.0.2.0/SessionManager/SessionManager/Login \\
       --json '{\"userName\": \"administrator@vsphere.local\", \"password\": \"vim25\"}'

The reply has a header `vmware-api-session-id`; send it with every other request:

  curl http://127.0.0.1:8989/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance/capability \\
       -H 'vmware-api-session-id: …'

A users file is JSON; `fullName` and `role` (administrator or read-only) may be left out:

  [{ \"name\": \"auditor\", \"password\": \"secret\", \"fullName\": \"An auditor\", \"role\": \"read-only\" }]

Requests are logged to stderr, one line each, without secrets: verb, object and operation, status, time, fault, user.
It stops on Ctrl-C or SIGTERM; running requests get 5 seconds, or until the second signal.

Exit codes:
  0  stopped as asked
  1  cannot start: the address is in use, the users file is wrong, …
  2  the command line is wrong";

/// A VI JSON server for tests: logs in, keeps sessions and answers as a vCenter would
///
/// Point any client of the vSphere VI JSON API at it, in any language. It speaks plain HTTP.
#[derive(Parser)]
#[command(name = "vim25-simulator", version, after_long_help = AFTER_HELP)]
struct Cli {
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8989")]
    listen: String,

    /// Somebody who can log in; may be repeated. The role is administrator (default) or read-only.
    /// Others on this machine can see it in the list of processes: `--users` hides it
    #[arg(long = "user", value_name = "NAME:PASSWORD[:ROLE]")]
    user: Vec<User>,

    /// A JSON file with users
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,

    /// A release of the API to serve; may be repeated [default: that of this program and older ones]
    #[arg(long = "release", value_name = "RELEASE")]
    releases: Vec<Release>,

    /// How long a clone ticket or a local ticket can be used
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    clone_ticket_seconds: u64,

    /// How long a session may be idle before it ends; 0 is for ever
    #[arg(long, value_name = "MINUTES", default_value_t = 30)]
    idle_minutes: u32,

    /// How many sessions there may be at once
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    max_sessions: usize,

    /// How many datacenters there are
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    datacenters: usize,

    /// How many clusters each datacenter has; without any, its hosts are stand-alone
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    clusters: usize,

    /// How many hosts each cluster has
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    hosts: usize,

    /// How many virtual machines there are in all [default: 10]
    #[arg(long, value_name = "COUNT")]
    vms: Option<usize>,

    /// A JSON or YAML file that says what there is
    #[arg(long, value_name = "FILE", conflicts_with_all = ["datacenters", "clusters", "hosts", "vms"])]
    inventory: Option<PathBuf>,

    /// Makes ids and tickets the same in every run with the same requests, and easy to guess
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Do not log requests
    #[arg(long)]
    quiet: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(cli: Cli) -> Result<(), Box<dyn std::error::Error>> {
    let has_default_user = cli.user.is_empty() && cli.users.is_none();
    // Set up before the start is announced: whoever waits for the announcement may send a signal at once.
    let mut signals = Signals::new()?;
    let simulator = start(cli).await?;
    announce(&simulator, has_default_user)?;
    signals.next().await;
    tokio::select! {
        () = simulator.stop() => {}
        () = signals.next() => {}
    }
    tell(&"stopped");
    Ok(())
}

async fn start(cli: Cli) -> Result<Simulator, Box<dyn std::error::Error>> {
    let mut builder = Simulator::builder()
        .listen(cli.listen)
        .users(cli.user)
        .ticket_lifetime(Duration::from_secs(cli.clone_ticket_seconds))
        .idle_timeout(Duration::from_secs(60 * u64::from(cli.idle_minutes)))
        .max_sessions(cli.max_sessions)
        .datacenters(cli.datacenters)
        .clusters(cli.clusters)
        .hosts(cli.hosts);
    if let Some(count) = cli.vms {
        builder = builder.vms(count);
    }
    if let Some(file) = cli.inventory {
        builder = builder.inventory(Inventory::read(file)?);
    }
    if let Some(file) = cli.users {
        builder = builder.users(read_users(file)?);
    }
    if !cli.releases.is_empty() {
        builder = builder.releases(cli.releases);
    }
    if let Some(seed) = cli.seed {
        builder = builder.seed(seed);
    }
    if !cli.quiet {
        builder = builder.on_request(|request| tell(request));
    }
    Ok(builder.start().await?)
}

/// Says how to log in. The password is shown only if it is the one that everybody knows.
fn announce(simulator: &Simulator, has_default_user: bool) -> io::Result<()> {
    let (url, user) = (simulator.url(), simulator.user());
    let password = if has_default_user { DEFAULT_PASSWORD } else { "that was given" };
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {url}\nlog in as {user} with the password {password}")?;
    writeln!(out, "holds {}", simulator.holdings())?;
    out.flush()
}

/// Writes a line to stderr. If nobody reads it any more, that is no reason to stop.
fn tell(line: &dyn fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Ctrl-C and, where there is such a thing, SIGTERM.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
