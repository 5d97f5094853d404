//! Where the examples connect to: a vCenter by `--url`, or a simulator in this process.

#![allow(dead_code, reason = "not every example asks who plays the server")]

use std::error::Error;
use std::time::Duration;

use vim25::prelude::*;
use vim25_simulator::Simulator;

/// A server, and who logs in to it.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) user: String,
    pub(crate) password: Secret,
    /// It plays the server if no URL was given.
    pub(crate) simulator: Option<Simulator>,
}

impl Server {
    /// `--url URL --user NAME`, with the password in `VIM25_PASSWORD`; without a URL, a simulator.
    pub(crate) async fn from_arguments() -> Result<Self, Box<dyn Error>> {
        let mut arguments = std::env::args().skip(1);
        let (mut url, mut user) = (None, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--url" => url = arguments.next(),
                "--user" => user = arguments.next(),
                _ => return Err("usage: [--url URL [--user NAME]], with the password in VIM25_PASSWORD".into()),
            }
        }
        let password = std::env::var("VIM25_PASSWORD").unwrap_or_else(|_| "vim25".to_owned());
        let user = user.unwrap_or_else(|| "administrator@vsphere.local".to_owned());
        if let Some(url) = url {
            return Ok(Self { url, user, password: password.into(), simulator: None });
        }
        println!("No --url was given, so a simulator plays the vCenter.\n");
        let simulator = Simulator::builder().vms(20).task_duration(Duration::from_secs(1)).start().await?;
        let (url, user, password) =
            (simulator.url().to_owned(), simulator.user().to_owned(), simulator.password().clone());
        Ok(Self { url, user, password, simulator: Some(simulator) })
    }
}
