//! Finds out what went wrong: faults are types, wherever they come from.
//!
//! ```text
//! cargo run --example find_fault                                          # against a simulator in this process
//! VIM25_PASSWORD=… cargo run --example find_fault -- --url URL --user NAME     # against a vCenter
//! ```

mod support;

use vim25::prelude::*;
use vim25::types::*;

use self::support::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::from_arguments().await?;
    let client = Client::builder(&server.url)?.credentials(&server.user, &server.password).connect().await?;

    let wrong = Client::builder(&server.url)?.credentials(&server.user, "not the password").connect().await;
    explain("a wrong password", wrong.map(drop));

    let nobody = Client::builder(&server.url)?.connect().await?;
    explain("a call without a session", nobody.session_manager().session_list().await.map(drop));

    let gone = Ref::<VirtualMachine>::new("vm-999999");
    explain("a machine that is gone", client.get(&gone).name().await.map(drop));

    let rows = client.retrieve::<VirtualMachine>().select((VirtualMachine::RUNTIME.power_state(),)).rows();
    for row in rows.collect().await? {
        if *row.get()?.0 == VirtualMachinePowerState::PoweredOff {
            // A task that fails ends with a fault, too; nothing changes here.
            let task = client.get(row.reference()).suspend_vm_task().await?;
            explain("suspending a machine that is off", client.wait(&task).await);
            break;
        }
    }
    client.logout().await?;
    Ok(())
}

fn explain(what: &str, outcome: Result<(), Error>) {
    println!("{what}:");
    let Err(error) = outcome else { return println!("  it worked, strangely") };
    println!("  {error}");
    if error.is_fault::<InvalidLogin>() {
        println!("  → ask for another password");
    } else if let Some(gone) = error.fault_as::<ManagedObjectNotFound>() {
        println!("  → forget {}", gone.obj());
    } else if let Some(state) = error.fault_as::<InvalidPowerState>() {
        println!("  → it is {}, and would have to be {:?}", state.existing_state(), state.requested_state());
    } else if error.is_fault::<NotAuthenticated>() {
        println!("  → log in first");
    }
    if let Some(fault) = error.fault() {
        println!("  all of it: {:?}", fault.as_object());
    }
}
