//! Login and logout.

use std::time::Instant;

use vim25_bench::{Figures, Result, Server, Times, is_quick};

use crate::server;

pub(crate) async fn measure(figures: &Figures, server: &Server) -> Result<()> {
    let (mut times, mut logins) = (Times::default(), Times::default());
    for _ in 0..if is_quick() { 20 } else { 200 } {
        // The set-up of TLS aside, all of it: a new connection, the release, the content, the session.
        let begun = Instant::now();
        let client = server::client(server)?.connect().await?;
        logins.push(begun.elapsed());
        client.logout().await?;
        times.push(begun.elapsed());
    }
    figures.add("connect and login: median", logins.median(), "ms")?;
    figures.add("connect, login and logout: median", times.median(), "ms")?;
    figures.add("connect, login and logout: p99", times.p99(), "ms")
}
