//! A running simulator.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use vim25_runtime::Secret;

use crate::builder::Builder;
use crate::faults::Faults;
use crate::server::{self, Acceptor};
use crate::simulation::Simulation;
use crate::snapshot::SnapshotError;

/// What is counted of an inventory: type, one of it, several of it.
const HOLDINGS: &[(&str, &str, &str)] = &[
    ("Datacenter", "datacenter", "datacenters"),
    ("ClusterComputeResource", "cluster", "clusters"),
    ("HostSystem", "host", "hosts"),
    ("Datastore", "datastore", "datastores"),
    ("Network", "network", "networks"),
    ("VirtualMachine", "virtual machine", "virtual machines"),
];

/// A running VI JSON server. It stops when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), vim25_simulator::StartError> {
/// use vim25_simulator::Simulator;
///
/// let simulator = Simulator::builder().start().await?;
/// println!("log in to {} as {}", simulator.url(), simulator.user());
/// simulator.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct Simulator {
    simulation: Arc<Simulation>,
    url: String,
    certificate_pem: Option<String>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// The TLS of a server, and what a client must trust.
pub(crate) type Security = (Acceptor, String);

impl Simulator {
    /// What a simulator can be told before it starts. Without any of it, it listens on a free port of 127.0.0.1 and
    /// knows one user, `administrator@vsphere.local` with the password `vim25`, and its inventory has one cluster of three
    /// hosts with ten virtual machines.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Serves a simulation on a socket.
    pub(crate) fn serve(
        simulation: Simulation,
        listener: TcpListener,
        address: SocketAddr,
        security: Option<Security>,
    ) -> Self {
        let simulation = Arc::new(simulation);
        let (stop, stopped) = watch::channel(false);
        let (acceptor, certificate_pem) = security.unzip();
        let url = match acceptor {
            Some(_) => https_url(address, &simulation.settings.host_names),
            None => format!("http://{}", reachable(address)),
        };
        let server = tokio::spawn(server::serve(listener, acceptor, Arc::clone(&simulation), stopped));
        Self { simulation, url, certificate_pem, stop, server }
    }

    /// The URL to point a client at, such as `http://127.0.0.1:49152`, without a path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What a client must trust to speak HTTPS with the simulator: the certificate of the CA that was made at the start,
    /// or what is in the file that was given. `None` without HTTPS.
    pub fn certificate_pem(&self) -> Option<&str> {
        self.certificate_pem.as_deref()
    }

    /// The name of a user who can log in: the first that the builder was given.
    pub fn user(&self) -> &str {
        self.simulation.users[0].name()
    }

    /// The password of [`user`](Self::user).
    pub fn password(&self) -> &Secret {
        self.simulation.users[0].password()
    }

    /// What the inventory holds, in words: `1 datacenter, 1 cluster, 3 hosts, …`.
    pub fn holdings(&self) -> String {
        let state = self.simulation.state();
        let words = HOLDINGS.iter().map(|(kind, one, many)| {
            let count = state.store.count(kind);
            format!("{count} {}", if count == 1 { one } else { many })
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// Number of sessions that live.
    pub fn open_sessions(&self) -> usize {
        self.simulation.state().sessions.len()
    }

    /// Number of views of all sessions.
    pub fn open_views(&self) -> usize {
        self.simulation.state().session_objects.count("View")
    }

    /// Number of filters of all property collectors.
    pub fn open_filters(&self) -> usize {
        self.simulation.state().session_objects.count("PropertyFilter")
    }

    /// Number of property collectors that clients have made.
    pub fn open_collectors(&self) -> usize {
        self.simulation.state().session_objects.count("PropertyCollector")
    }

    /// Number of collectors of tasks and events that sessions have.
    pub fn open_history_collectors(&self) -> usize {
        self.simulation.state().collectors.len()
    }

    /// What can be made to go wrong.
    pub fn faults(&self) -> Faults<'_> {
        Faults::new(&self.simulation)
    }

    /// Stops: no new connection is accepted, requests that are being answered get a few seconds to end.
    pub async fn stop(mut self) {
        self.close().await;
    }

    /// The same, but what was simulated is still there to be looked at or saved.
    pub async fn close(&mut self) {
        if self.server.is_finished() {
            return;
        }
        self.stop.send_replace(true);
        // It fails if the server panicked or was aborted; it has stopped in any case.
        let _ = (&mut self.server).await;
    }

    /// Saves the inventory, the events and the running tasks to a file, from which
    /// [`Builder::restore`](crate::Builder::restore) goes on. Sessions, and what belongs to them, are not saved. Only the
    /// owner of the file can read it: what a property or the arguments of a running task hold is in it, also passwords.
    ///
    /// # Errors
    ///
    /// The file cannot be written; one that was there is as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SnapshotError> {
        self.simulation.save(path.as_ref())
    }
}

/// A URL with a name that is in the certificate.
fn https_url(address: SocketAddr, host_names: &[String]) -> String {
    match host_names.first() {
        Some(name) => format!("https://{name}:{}", address.port()),
        None if is_home(address.ip()) => format!("https://localhost:{}", address.port()),
        None => format!("https://{address}"),
    }
}

/// Whether a server that listens on an address can be met at `localhost`.
pub(crate) fn is_home(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified()
}

/// An address that a client can connect to: a server that listens everywhere is met at home.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Stops at once, without waiting for anything.
impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
        self.simulation.state().local_tickets.clear();
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.url).field("user", &self.user()).finish_non_exhaustive()
    }
}
