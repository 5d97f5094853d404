//! The soak as a program: `cargo run --example soak -- --minutes 10 --clients 50 --seed 1`.
//!
//! The server is a process of its own, the same program, so that the memory of the clients is seen alone. It ends with a
//! table, and with an error if the memory has grown, something was left on the server, or anything panicked, hung or
//! failed in a way that is not typed.

#[path = "mod.rs"]
mod soak;

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader as AsyncBufReader};
use tokio::time::Instant;

use self::soak::modes::MODES;
use self::soak::trouble::{Struck, calm, trouble};
use self::soak::worker::Target;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How much more than after the first fifth of the time the clients may hold in the end.
const GROWTH: f64 = 1.25;

/// The same for those that hold little.
const SLACK: u64 = 16 << 20;

#[tokio::main]
async fn main() -> Result<()> {
    let number = |name: &str, usual: u64| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name).skip(1);
        arguments.next().map_or(Ok(usual), |value| value.parse::<u64>())
    };
    let (minutes, clients, seed) = (number("--minutes", 10)?, number("--clients", 50)?, number("--seed", 1)?);
    if std::env::args().any(|argument| argument == "--serve") {
        return serve(seed).await;
    }
    run(Duration::from_secs(60 * minutes), usize::try_from(clients)?, seed).await
}

/// The server: makes trouble until it is told to be calm, and then tells what is left whenever it is asked.
async fn serve(seed: u64) -> Result<()> {
    let server = soak::start().await;
    println!("{} {} {}", server.url(), server.user(), server.password().expose());
    let mut orders = AsyncBufReader::new(tokio::io::stdin()).lines();
    let mut struck = Struck::new();
    tokio::select! {
        () = trouble(&server, &MODES, seed, &mut struck) => {}
        _ = orders.next_line() => {}
    }
    calm(&server, &mut struck);
    let struck: Vec<String> = struck.iter().map(|(mode, times)| format!("{mode} {times}")).collect();
    println!("{}", struck.join(", "));
    while orders.next_line().await?.is_some() {
        println!("{:?}", soak::left(&server));
    }
    Ok(())
}

/// The server as a process.
struct Server {
    process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Server {
    fn start(seed: u64) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let command = command.args(["--serve", "--seed", &seed.to_string()]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = process.stdin.take().ok_or("no input")?;
        let answers = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        Ok(Self { process, orders, answers })
    }

    fn answer(&mut self) -> Result<String> {
        Ok(self.answers.next().ok_or("the server has ended")??)
    }

    fn ask(&mut self) -> Result<String> {
        writeln!(self.orders)?;
        self.answer()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn run(time: Duration, clients: usize, seed: u64) -> Result<()> {
    static PANICS: AtomicU64 = AtomicU64::new(0);
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(panic);
    }));
    let mut server = Server::start(seed)?;
    let login = server.answer()?;
    let mut words = login.split(' ').map(str::to_owned);
    let mut word = || words.next().ok_or("the server did not say how to log in");
    let target = Arc::new(Target { url: word()?, user: word()?, password: word()?.into() });

    println!("{clients} clients for {} s, seed {seed}", time.as_secs());
    let begun = Instant::now();
    let early = tokio::spawn(watch_memory(begun, time, server.process.id()));
    let (workers, tally) = soak::clients(&target, clients, seed, begun + time).await;
    let early = early.await?;
    println!("\nstruck: {}", server.ask()?);
    let late = memory("self").unwrap_or_default();
    soak::afterwards(workers).await;
    let after_logout = server.ask()?;
    tokio::time::sleep(soak::IDLE + Duration::from_secs(1)).await;
    let left = server.ask()?;

    println!("\n{:<12} {:<40} {:>9}", "activity", "outcome", "times");
    for (activity, outcome, times) in tally.rows() {
        println!("{activity:<12} {outcome:<40} {times:>9}");
    }
    println!("\nleft on the server: sessions, views, filters, collectors, history collectors");
    println!("after the logouts {after_logout}: sessions whose id was lost with the reply to the login");
    println!("when these have ended for want of calls {left}");
    let panics = PANICS.load(Ordering::Relaxed);
    println!("memory of the clients after a fifth of the time {} KiB, at the end {} KiB", early >> 10, late >> 10);
    println!("panics {panics}");

    #[expect(clippy::cast_precision_loss, reason = "bytes of memory")]
    let is_flat = late as f64 <= early as f64 * GROWTH || late <= early + SLACK;
    let wrong = tally.wrong();
    if !is_flat || panics > 0 || !wrong.is_empty() || left != "[0, 0, 0, 0, 0]" {
        return Err(format!("flat: {is_flat}, panics: {panics}, left: {left}, wrong: {wrong:?}").into());
    }
    println!("all is well");
    Ok(())
}

/// What a process, given by its number or as `self`, holds in memory, in bytes, where the system tells.
fn memory(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

/// Prints what both processes hold, each fiftieth of the time; gives what the clients held after a fifth of it.
async fn watch_memory(begun: Instant, time: Duration, server: u32) -> u64 {
    let mut early = 0;
    for step in 1..=50 {
        tokio::time::sleep_until(begun + time * step / 50).await;
        let (clients, server) = (memory("self").unwrap_or_default(), memory(&server.to_string()).unwrap_or_default());
        println!(
            "{:>5} s: clients {:>7} KiB, server {:>7} KiB",
            begun.elapsed().as_secs(),
            clients >> 10,
            server >> 10
        );
        if step == 10 {
            early = clients;
        }
    }
    early
}
