//! Lists the virtual machines of a server with their power states, in one round trip per 1,000.
//!
//! ```text
//! cargo run --example list_vms                                            # against a simulator in this process
//! VIM25_PASSWORD=… cargo run --example list_vms -- --url URL --user NAME       # against a vCenter
//! ```

mod support;

use vim25::prelude::*;

use self::support::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::from_arguments().await?;
    let client = Client::builder(&server.url)?.credentials(&server.user, &server.password).connect().await?;

    let mut rows = client
        .retrieve::<VirtualMachine>()
        .select((
            VirtualMachine::NAME,
            VirtualMachine::RUNTIME.power_state(),
            VirtualMachine::SUMMARY.quick_stats().overall_cpu_usage(),
            VirtualMachine::GUEST.ip_address(),
        ))
        .rows();
    println!("{:<20} {:<11} {:>6}  ADDRESS", "NAME", "POWER", "MHZ");
    while let Some(row) = rows.next().await {
        // A row that cannot be read is an error of its own; the others still come.
        match row {
            Ok(row) => {
                let (name, power, mhz, address) = row.values();
                println!("{name:<20} {power:<11} {mhz:>6}  {address}");
            }
            Err(error) => eprintln!("{error}"),
        }
    }
    client.logout().await?;
    Ok(())
}
