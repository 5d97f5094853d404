//! A running simulator.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use vim25_runtime::Secret;

use crate::builder::Builder;
use crate::server;
use crate::simulation::Simulation;

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
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// What a simulator can be told before it starts. Without any of it, it listens on a free port of 127.0.0.1 and
    /// knows one user, `administrator@vsphere.local` with the password `vim25`, and its inventory has one cluster of three
    /// hosts with ten virtual machines.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Serves a simulation on a socket.
    pub(crate) fn serve(simulation: Simulation, listener: TcpListener, address: SocketAddr) -> Self {
        let simulation = Arc::new(simulation);
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(server::serve(listener, Arc::clone(&simulation), stopped));
        Self { simulation, url: url(address), stop, server }
    }

    /// The URL to point a client at, such as `http://127.0.0.1:49152`, without a path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of a user who can log in: the first that the builder was given.
    pub fn user(&self) -> &str {
        self.simulation.users[0].name()
    }

    /// The password of [`user`](Self::user).
    pub fn password(&self) -> &Secret {
        self.simulation.users[0].password()
    }

    /// What the inventory held at the start, in words: `1 datacenter, 1 cluster, 3 hosts, …`.
    pub fn holdings(&self) -> &str {
        &self.simulation.holdings
    }

    /// Number of sessions that live.
    pub fn open_sessions(&self) -> usize {
        self.simulation.state().sessions.len()
    }

    /// What can be made to go wrong.
    pub fn faults(&self) -> Faults<'_> {
        Faults { simulation: &self.simulation }
    }

    /// Stops: no new connection is accepted, requests that are being answered get a few seconds to end.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        // It fails if the server panicked or was aborted; it has stopped in any case.
        let _ = (&mut self.server).await;
    }
}

/// An address that a client can connect to: a server that listens everywhere is met at home.
fn url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
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

/// What a test can make go wrong on a running simulator.
#[derive(Clone, Copy)]
pub struct Faults<'a> {
    simulation: &'a Simulation,
}

impl Faults<'_> {
    /// Ends all sessions, as if they had been idle for too long or the server had been started anew.
    pub fn expire_sessions(self) {
        self.simulation.state().sessions.close_all();
    }
}

impl fmt::Debug for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}
