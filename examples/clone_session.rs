//! Clones a session: one client logs in and hands a ticket to a second one, which needs no password.
//!
//! ```text
//! cargo run --example clone_session                                       # against a simulator in this process
//! VIM25_PASSWORD=… cargo run --example clone_session -- --url URL --user NAME     # against a vCenter
//! ```

mod support;

use vim25::prelude::*;
use vim25::types::*;

use self::support::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Server { url, user, password, simulator } = Server::from_arguments().await?;
    let first = Client::builder(&url)?.credentials(user, password).connect().await?;
    println!("Connected to {} at {url}, API {}\n", first.about().full_name(), first.release());
    show("first client, by password", &first.session().await?);

    let ticket = first.session_manager().acquire_clone_ticket().await?;
    println!("\nThe first client got a ticket, {ticket:?}, and hands it to the second.\n");

    let twin = Client::builder(&url)?.clone_ticket(&ticket).connect().await?;
    show("second client, by ticket", &twin.session().await?);

    println!("\nA ticket works once. A third client tries it again:\n");
    match Client::builder(&url)?.clone_ticket(&ticket).connect().await {
        Ok(_) => println!("  … and got in, which must not happen"),
        Err(error) if error.is_fault::<InvalidLogin>() => {
            println!("  {error}\n\n  That is a typed InvalidLogin: the ticket is spent.");
        }
        Err(error) => return Err(error.into()),
    }

    twin.logout().await?;
    println!("\nThe second client logged out; the first is still {}.", first.session().await?.user_name());
    first.logout().await?;
    println!("The first client logged out.");
    if let Some(simulator) = simulator {
        println!("Sessions left open on the simulator: {}", simulator.open_sessions());
        simulator.stop().await;
    }
    Ok(())
}

fn show(who: &str, session: &UserSession) {
    println!("  {who}");
    println!("    user        {} ({})", session.user_name(), session.full_name());
    println!("    session     {}", session.key());
    println!("    logged in   {}", session.login_time());
    println!("    from        {} with {}", session.ip_address(), session.user_agent());
    println!("    locale      {}", session.locale());
    println!("    calls made  {}", session.call_count());
}
