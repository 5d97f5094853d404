//! The smallest client: logs in, says who it is, logs out. It is what a program with this crate takes at least.
//!
//! ```text
//! VIM25_PASSWORD=… cargo run --example login -- --url URL --user NAME
//! ```

use vim25::prelude::*;

const USAGE: &str = "usage: --url URL --user NAME, with the password in VIM25_PASSWORD";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url_flag, url, user_flag, user] = arguments.as_slice() else { return Err(USAGE.into()) };
    if url_flag != "--url" || user_flag != "--user" {
        return Err(USAGE.into());
    }
    let password = Secret::from(std::env::var("VIM25_PASSWORD").map_err(|_| USAGE)?);
    let client = Client::builder(url)?.credentials(user, password).connect().await?;
    println!("{}, API {}", client.about().full_name(), client.release());
    println!("logged in as {}", client.session().await?.user_name());
    client.logout().await?;
    Ok(())
}
