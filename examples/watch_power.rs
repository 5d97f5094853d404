//! Tells when virtual machines come, go, and change their power states. Against a simulator, it changes some itself.
//!
//! ```text
//! cargo run --example watch_power                                         # against a simulator in this process
//! VIM25_PASSWORD=… cargo run --example watch_power -- --url URL --user NAME    # against a vCenter, until Ctrl-C
//! ```

mod support;

use std::time::Duration;

use vim25::Change;
use vim25::prelude::*;
use vim25::types::VirtualMachinePowerState;

use self::support::Server;

vim25::row! {
    struct Machine: VirtualMachine {
        name: String = VirtualMachine::NAME,
        power: VirtualMachinePowerState = VirtualMachine::RUNTIME.power_state(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::from_arguments().await?;
    let client = Client::builder(&server.url)?.credentials(&server.user, &server.password).connect().await?;
    if server.simulator.is_some() {
        tokio::spawn(stir(client.clone()));
    }
    let mut changes = client.watch::<VirtualMachine>().changes_as::<Machine>();
    // A simulator has nothing more to show after some seconds; a vCenter has until Ctrl-C.
    let patience = if server.simulator.is_some() { Duration::from_secs(6) } else { Duration::MAX };
    let show = async {
        while let Some(change) = changes.next().await {
            match change? {
                Change::Enter(machine) => println!("+ {:<20} {}", machine.name, machine.power),
                Change::Modify(machine) => println!("~ {:<20} {}", machine.name, machine.power),
                Change::Leave(vm) => println!("- {vm}"),
                Change::Resync => println!("… begun anew: what follows is all there is"),
            }
        }
        Ok::<(), Error>(())
    };
    tokio::select! {
        shown = show => shown?,
        _ = tokio::signal::ctrl_c() => {}
        () = tokio::time::sleep(patience) => {}
    }
    changes.close().await?;
    client.logout().await?;
    Ok(())
}

/// Powers a few machines on that are off.
async fn stir(client: Client) -> Result<(), Error> {
    let rows = client.retrieve::<VirtualMachine>().select((VirtualMachine::RUNTIME.power_state(),)).rows();
    for row in rows.collect().await? {
        if *row.get()?.0 == VirtualMachinePowerState::PoweredOff {
            // Templates cannot be powered on; that is their business.
            let _ = client.get(row.reference()).power_on_vm_task().await;
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
    }
    Ok(())
}
