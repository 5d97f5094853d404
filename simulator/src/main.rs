//! `vim25-simulator`: the simulator as a program.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[cfg(feature = "tls")]
use clap::Args;
use clap::{Parser, ValueEnum};
use vim25_runtime::{Release, Secret};
use vim25_simulator::{
    Builder, DEFAULT_PASSWORD, Hostility, Inventory, RequestLog, Rule, Simulator, Strictness, User, read_users,
};

const AFTER_HELP: &str = "\
Log in with the credentials that are printed at the start:

  curl -i http://127.0.0.1:8989/sdk/vim25/8.0.2.0/SessionManager/SessionManager/Login \\
       --json '{\"userName\": \"administrator@vsphere.local\", \"password\": \"vim25\"}'

The reply has a header `vmware-api-session-id`; send it with every other request:

  curl http://127.0.0.1:8989/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance/capability \\
       -H 'vmware-api-session-id: …'

A users file is JSON. An array of users is enough; `fullName` and `role` may be left out:

  [{ \"name\": \"auditor\", \"password\": \"secret\", \"fullName\": \"An auditor\", \"role\": \"read-only\" }]

With groups, roles of your own, and permissions for parts of the inventory:

  { \"roles\": [{ \"name\": \"operator\", \"privileges\": [\"VirtualMachine.Interact.PowerOn\"] }],
    \"groups\": { \"auditors\": { \"fullName\": \"The auditors\", \"role\": \"read-only\" } },
    \"users\": [{ \"name\": \"ann\", \"password\": \"secret\", \"groups\": [\"auditors\"],
                \"permissions\": [{ \"entity\": \"/DC0/vm/web\", \"role\": \"operator\", \"propagate\": true }] }] }

A role is administrator, read-only, no-access, or the name of any other in the property roleList of the
AuthorizationManager. `propagate` is true unless said otherwise.

A rule of what goes wrong is a mode, perhaps with a value, and after colons an operation and how often:

  --fault latency=50ms:jitter=20ms
  --fault badGateway:RetrievePropertiesEx:every=3
  --fault dropBeforeReply:VirtualMachine.PowerOnVM_Task:once
  --fault 'slowBody=100:milliseconds=10:probability=0.1'

A faults file has the same as JSON, and so has /simulator/faults (GET, PUT, POST of one rule, DELETE):

  { \"rules\": [{ \"mode\": \"badGateway\", \"operation\": \"RetrievePropertiesEx\", \"every\": 3 }] }

Modes: latency, dropBeforeReply, dropMidBody, slowBody, closeAfterReply, badGateway, serviceUnavailable, redirect,
wrongContentType, emptyInsteadOfNoContent, nullInsteadOfNoContent, invalidUtf8, expireSession, falseNotAuthenticated,
loseCollectors, invalidCollectorVersion, ignorePageSize, unknownTypes, unknownEnumValues, unknownMembers,
wrappedFaults, boxedReferences, typeNameLast, shuffledMembers, clockSkew.

With HTTPS, clients must trust the CA that is made at each start:

  vim25-simulator --https --certificate-file ca.pem
  curl --cacert ca.pem https://localhost:8989/simulator/status

Requests are logged to stderr, one line each, without secrets: verb, object and operation, status, time, fault, user.
It stops on Ctrl-C or SIGTERM; running requests get 5 seconds, or until the second signal. Then the state file is written.

A browser shows what goes on at the URL of the simulator. The same is at these endpoints, as JSON unless said otherwise:

  GET   /simulator/status, /simulator/sessions, /simulator/requests, /simulator/tasks
  GET   /simulator/inventory?object=Type:id    one level of the tree; depth=9 for more of them
  POST  /simulator/sessions/expire             ends all sessions
  GET   /simulator/state                       all objects, events and running tasks
  PUT   /simulator/state                       replaces them by what was saved
  POST  /simulator/state/save                  writes the state file
  GET   /metrics                               for Prometheus, in its text format

POST and PUT need the header `Content-Type: application/json`.

Exit codes:
  0  stopped as asked
  1  cannot start, or cannot write the state file: the address is in use, the users file is wrong, …
  2  the command line is wrong";

/// A VI JSON server for tests: logs in, keeps sessions and answers as a vCenter would
///
/// Point any client of the vSphere VI JSON API at it, in any language. It speaks plain HTTP, or HTTPS with --https.
#[derive(Parser)]
#[command(name = "vim25-simulator", version, after_long_help = AFTER_HELP)]
struct Cli {
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8989", help_heading = CONNECTIONS)]
    listen: String,

    /// A name that clients call it by, for the certificate and the URL; may be repeated
    #[arg(long = "host-name", value_name = "NAME", help_heading = CONNECTIONS)]
    host_names: Vec<String>,

    #[cfg(feature = "tls")]
    #[command(flatten)]
    https: Https,

    /// Somebody who can log in; may be repeated. The role is administrator (default), read-only
    /// or the name of another.
    /// Others on this machine can see it in the list of processes: `--users` hides it
    #[arg(long = "user", value_name = "NAME:PASSWORD[:ROLE]", help_heading = USERS)]
    user: Vec<User>,

    /// A JSON file with users, and perhaps groups and roles: see below
    #[arg(long, value_name = "FILE", help_heading = USERS)]
    users: Option<PathBuf>,

    /// A release of the API to serve; may be repeated [default: that of this program and older ones]
    #[arg(long = "release", value_name = "RELEASE", help_heading = API)]
    releases: Vec<Release>,

    /// How long a clone ticket or a local ticket can be used
    #[arg(long, value_name = "SECONDS", default_value_t = 60, help_heading = USERS)]
    clone_ticket_seconds: u64,

    /// How long a session may be idle before it ends; 0 is for ever
    #[arg(long, value_name = "MINUTES", default_value_t = 30, help_heading = USERS)]
    idle_minutes: u32,

    /// How many sessions there may be at once
    #[arg(long, value_name = "COUNT", default_value_t = 1000, help_heading = USERS)]
    max_sessions: usize,

    /// How many datacenters there are
    #[arg(long, value_name = "COUNT", default_value_t = 1, help_heading = INVENTORY)]
    datacenters: usize,

    /// How many clusters each datacenter has; without any, its hosts are stand-alone
    #[arg(long, value_name = "COUNT", default_value_t = 1, help_heading = INVENTORY)]
    clusters: usize,

    /// How many hosts each cluster has
    #[arg(long, value_name = "COUNT", default_value_t = 3, help_heading = INVENTORY)]
    hosts: usize,

    /// How many virtual machines there are in all [default: 10]
    #[arg(long, value_name = "COUNT", help_heading = INVENTORY)]
    vms: Option<usize>,

    /// A JSON or YAML file that says what there is
    #[arg(long, value_name = "FILE", conflicts_with_all = ["datacenters", "clusters", "hosts", "vms"], help_heading = INVENTORY)]
    inventory: Option<PathBuf>,

    /// How long a task takes; a fraction is fine
    #[arg(long, value_name = "SECONDS", default_value = "0.5", value_parser = seconds, help_heading = API)]
    task_seconds: Duration,

    /// How many objects a page of the property collector has at most [default: no limit]
    #[arg(long, value_name = "COUNT", help_heading = API)]
    max_page: Option<usize>,

    /// Makes ids and tickets the same in every run with the same requests, and easy to guess
    #[arg(long, value_name = "NUMBER", help_heading = API)]
    seed: Option<u64>,

    /// Something that goes wrong; may be repeated. See below
    #[arg(long = "fault", value_name = "RULE", help_heading = FAULTS)]
    fault: Vec<Rule>,

    /// A JSON file with rules of what goes wrong
    #[arg(long, value_name = "FILE", help_heading = FAULTS)]
    faults: Option<PathBuf>,

    /// What to refuse about the arguments of a call: `vcenter` or `lenient`
    #[arg(long, value_name = "HOW", default_value = "vcenter", help_heading = API)]
    strictness: Strictness,
    /// A file for all objects, events and running tasks: read at the start if it exists, instead of building an
    /// inventory, and written when the simulator stops. Sessions are not in it, but what properties hold is
    #[arg(long, value_name = "FILE", help_heading = OPERATION)]
    state: Option<PathBuf>,

    /// What the endpoints under /simulator/ want in `Authorization: Bearer TOKEN` [default: nothing]. Others on this
    /// machine can see it in the list of processes
    #[arg(long, value_name = "TOKEN", value_parser = token, help_heading = OPERATION)]
    admin_token: Option<Secret>,

    /// Have neither the endpoints under /simulator/ and /metrics nor the page
    #[arg(long, conflicts_with = "admin_token", help_heading = OPERATION)]
    no_admin: bool,

    /// How to log requests
    #[arg(long, value_name = "FORM", value_enum, default_value_t = LogForm::Text, help_heading = OPERATION)]
    log: LogForm,

    /// Do not log requests
    #[arg(long, help_heading = OPERATION)]
    quiet: bool,
}

// The headings of the help.
const CONNECTIONS: &str = "Connections";
const USERS: &str = "Users and sessions";
const API: &str = "What it is";
const INVENTORY: &str = "Inventory";
const FAULTS: &str = "What goes wrong";
const OPERATION: &str = "Operation";

/// HTTPS and its certificate.
#[cfg(feature = "tls")]
#[derive(Args)]
struct Https {
    /// Speak HTTPS, with a certificate for localhost, 127.0.0.1, ::1 and the host names that is made at the start
    #[arg(long, help_heading = CONNECTIONS)]
    https: bool,

    /// Where to write the certificate that clients must trust, as PEM
    #[arg(long, value_name = "FILE", requires = "https", conflicts_with = "certificate", help_heading = CONNECTIONS)]
    certificate_file: Option<PathBuf>,

    /// Speak HTTPS with the certificate in a PEM file, those between it and the CA after it
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "https", help_heading = CONNECTIONS)]
    certificate: Option<PathBuf>,

    /// The key of the certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "certificate", help_heading = CONNECTIONS)]
    key: Option<PathBuf>,
}

/// How requests are logged.
#[derive(Clone, Copy, ValueEnum)]
enum LogForm {
    /// A line for people
    Text,
    /// A line of JSON: time, verb, target, status, fault, ms, user, peer, bytes
    Json,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or("a number of seconds is expected, such as 0.5")
}

fn token(text: &str) -> Result<Secret, &'static str> {
    if text.is_empty() { Err("a token has at least one character") } else { Ok(text.into()) }
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
    let (state, has_page) = (cli.state.clone(), !cli.no_admin);
    let mut simulator = start(cli).await?;
    announce(&simulator, has_default_user, has_page)?;
    signals.next().await;
    tokio::select! {
        () = simulator.close() => {}
        () = signals.next() => {}
    }
    if let Some(file) = state {
        simulator.save(file)?;
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
        .task_duration(cli.task_seconds)
        .strictness(cli.strictness)
        .datacenters(cli.datacenters)
        .clusters(cli.clusters)
        .hosts(cli.hosts);
    let mut hostility = cli.faults.map(Hostility::read).transpose()?.unwrap_or_default();
    hostility.rules.extend(cli.fault);
    builder = builder.hostility(hostility);
    if let Some(count) = cli.max_page {
        builder = builder.max_page(count);
    }
    if let Some(count) = cli.vms {
        builder = builder.vms(count);
    }
    if let Some(file) = cli.inventory {
        builder = builder.inventory(Inventory::read(file)?);
    }
    if let Some(file) = cli.users {
        builder = builder.accounts(read_users(file)?);
    }
    if !cli.releases.is_empty() {
        builder = builder.releases(cli.releases);
    }
    if let Some(seed) = cli.seed {
        builder = builder.seed(seed);
    }
    for name in cli.host_names {
        builder = builder.host_name(name);
    }
    if let Some(file) = cli.state {
        builder = if file.try_exists()? { builder.restore(&file) } else { builder };
        builder = builder.state_file(file);
    }
    if let Some(token) = cli.admin_token {
        builder = builder.admin_token(token);
    }
    if cli.no_admin {
        builder = builder.without_admin();
    }
    if !cli.quiet {
        builder = logging(builder, cli.log);
    }
    #[cfg(feature = "tls")]
    {
        start_secure(builder, cli.https).await
    }
    #[cfg(not(feature = "tls"))]
    {
        Ok(builder.start().await?)
    }
}

fn logging(builder: Builder, form: LogForm) -> Builder {
    match form {
        LogForm::Text => builder.on_request(|request| tell(request)),
        LogForm::Json => builder.on_request(|request: &RequestLog| tell(&request.to_json())),
    }
}

/// Starts with HTTPS, if that is asked for.
#[cfg(feature = "tls")]
async fn start_secure(builder: Builder, https: Https) -> Result<Simulator, Box<dyn std::error::Error>> {
    let builder = match (https.https, https.certificate, https.key) {
        (true, ..) => builder.https(),
        (false, Some(certificate), Some(key)) => builder.certificate(certificate, key),
        _ => builder,
    };
    let simulator = builder.start().await?;
    if let (Some(file), Some(pem)) = (https.certificate_file, simulator.certificate_pem()) {
        std::fs::write(&file, pem).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(simulator)
}

/// Says how to log in. The password is shown only if it is the one that everybody knows.
fn announce(simulator: &Simulator, has_default_user: bool, has_page: bool) -> io::Result<()> {
    let (url, user) = (simulator.url(), simulator.user());
    let password = if has_default_user { DEFAULT_PASSWORD } else { "that was given" };
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {url}\nlog in as {user} with the password {password}")?;
    writeln!(out, "holds {}", simulator.holdings())?;
    if has_page {
        writeln!(out, "see what goes on at {url}/")?;
    }
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
