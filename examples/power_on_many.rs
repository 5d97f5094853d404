//! Powers on all virtual machines that are off, with a bar for each; all tasks share one long poll.
//!
//! ```text
//! cargo run --example power_on_many                                       # against a simulator in this process
//! VIM25_PASSWORD=… cargo run --example power_on_many -- --url URL --user NAME  # against a vCenter
//! ```

mod support;

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use vim25::prelude::*;
use vim25::types::*;

use self::support::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::from_arguments().await?;
    let client = Client::builder(&server.url)?.credentials(&server.user, &server.password).connect().await?;

    let (bars, style) = (MultiProgress::new(), ProgressStyle::with_template("{msg:<20} {bar:30} {pos:>3} %")?);
    let mut machines = tokio::task::JoinSet::new();
    let properties = (VirtualMachine::NAME, VirtualMachine::RUNTIME.power_state());
    for row in client.retrieve::<VirtualMachine>().select(properties).rows().collect().await? {
        let (name, power) = row.get()?;
        if *power == VirtualMachinePowerState::PoweredOff {
            let bar = bars.add(ProgressBar::new(100).with_style(style.clone()).with_message(name.clone()));
            machines.spawn(power_on(client.clone(), row.reference().clone(), bar));
        }
    }
    let told = machines.join_all().await;
    println!("\n{}", told.join("\n"));
    client.logout().await?;
    Ok(())
}

/// Powers a machine on, and says how that went.
async fn power_on(client: Client, vm: Ref<VirtualMachine>, bar: ProgressBar) -> String {
    let outcome = async {
        let task = client.get(&vm).power_on_vm_task().await?;
        let progress = |percent: i32| bar.set_position(u64::try_from(percent).unwrap_or(0));
        client.wait(&task).timeout(Duration::from_secs(300)).on_progress(progress).await
    };
    let name = bar.message();
    match outcome.await {
        Ok(()) => {
            bar.finish();
            format!("{name}: on")
        }
        Err(error) => {
            bar.abandon();
            format!("{name}: {error}")
        }
    }
}
