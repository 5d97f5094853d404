//! The simulator under load: `cargo bench -p vim25-simulator`.
//!
//! It starts the program as a process of its own, with 10,000 virtual machines, and prints requests per second,
//! latencies and memory. Server and clients share the machine. Numbers are for reading; nothing here can fail because
//! of them.

use std::error::Error;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const VMS: usize = 10_000;
const CLIENTS: usize = 200;
const WATCHES: usize = 100;
const SECONDS: u64 = 5;

#[tokio::main]
async fn main() -> Result<()> {
    // `cargo test --benches` runs benches with this argument; there is nothing to test.
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let empty = Server::start(0)?;
    let without_vms = empty.memory();
    drop(empty);
    let begun = Instant::now();
    let server = Server::start(VMS)?;
    println!("{VMS} virtual machines, ready after {:.2} s", begun.elapsed().as_secs_f64());
    if let (Some(without), Some(with)) = (without_vms, server.memory()) {
        let each = with.saturating_sub(without) / VMS as u64;
        println!("memory: {} MB, {:.1} kB for each virtual machine", with >> 20, each as f64 / 1024.0);
    }
    let names = names(&server).await?;
    get_name(&server, &names).await?;
    retrieve_names(&server).await?;
    watch(&server, &names).await?;
    if let Some(after) = server.memory() {
        println!("memory after all of this: {} MB", after >> 20);
    }
    Ok(())
}

/// A simulator as a process.
struct Server {
    process: Child,
    /// It ends when it cannot tell how to log in.
    _output: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Server {
    fn start(vms: usize) -> Result<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_vim25-simulator"))
            .args(["--listen", "127.0.0.1:0", "--quiet", "--task-seconds", "0", "--hosts", "32"])
            .args(["--vms", &vms.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut url = || lines.find_map(|line| Some(line.ok()?.strip_prefix("listening on http://")?.to_owned()));
        let address = url().ok_or("the simulator did not say where it listens")?;
        Ok(Self { process, _output: lines, address })
    }

    /// What the process holds in memory, in bytes, where the system tells.
    fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A connection with a session.
struct Client {
    connection: SendRequest<Full<Bytes>>,
    session: String,
}

impl Client {
    async fn login(server: &Server) -> Result<Self> {
        let stream = TcpStream::connect(&server.address).await?;
        stream.set_nodelay(true)?;
        let (connection, driver) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        let mut client = Self { connection, session: String::new() };
        let credentials = json!({ "userName": "administrator@vsphere.local", "password": "vim25" });
        let request = client.request("SessionManager/SessionManager/Login", Some(&credentials))?;
        let reply = client.connection.send_request(request).await?;
        let id = reply.headers().get("vmware-api-session-id").ok_or("no session")?;
        client.session = id.to_str()?.to_owned();
        reply.into_body().collect().await?;
        Ok(client)
    }

    fn request(&self, path: &str, body: Option<&Value>) -> Result<Request<Full<Bytes>>> {
        let builder = Request::builder()
            .method(if body.is_some() { "POST" } else { "GET" })
            .uri(format!("/sdk/vim25/9.1.0.0/{path}"))
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("vmware-api-session-id", &self.session);
        Ok(builder.body(Full::new(body.map(Value::to_string).unwrap_or_default().into()))?)
    }

    /// The body of a reply.
    async fn bytes(&mut self, path: &str, body: Option<&Value>) -> Result<Bytes> {
        let request = self.request(path, body)?;
        self.connection.ready().await?;
        let reply = self.connection.send_request(request).await?;
        let status = reply.status();
        let body = reply.into_body().collect().await?.to_bytes();
        match status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(body),
            _ => Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)).into()),
        }
    }

    async fn post(&mut self, path: &str, body: Value) -> Result<Value> {
        let body = self.bytes(path, Some(&body)).await?;
        if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&body)?) }
    }

    /// A container view of all virtual machines.
    async fn view(&mut self) -> Result<Value> {
        let container = json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" });
        let arguments = json!({ "container": container, "type": ["VirtualMachine"], "recursive": true });
        self.post("ViewManager/ViewManager/CreateContainerView", arguments).await
    }
}

fn filter(view: &Value, paths: &[&str]) -> Value {
    json!({
        "_typeName": "PropertyFilterSpec",
        "propSet": [{ "_typeName": "PropertySpec", "type": "VirtualMachine", "pathSet": paths }],
        "objectSet": [{
            "_typeName": "ObjectSpec",
            "obj": view,
            "skip": true,
            "selectSet": [{ "_typeName": "TraversalSpec", "type": "ContainerView", "path": "view", "skip": false }],
        }],
    })
}

async fn names(server: &Server) -> Result<Vec<String>> {
    let mut client = Client::login(server).await?;
    let view = client.view().await?;
    let path = format!("ContainerView/{}/view", view["value"].as_str().unwrap_or_default());
    let vms: Value = serde_json::from_slice(&client.bytes(&path, None).await?)?;
    let ids = vms.as_array().into_iter().flatten();
    Ok(ids.filter_map(|vm| vm["value"].as_str().map(str::to_owned)).collect())
}

async fn get_name(server: &Server, vms: &[String]) -> Result<()> {
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut client = Client::login(server).await?;
        let vms = vms.to_vec();
        clients.spawn(async move {
            let (begun, mut times) = (Instant::now(), Times::default());
            let own = vms.iter().cycle().skip(number * 37);
            for vm in own {
                let sent = Instant::now();
                client.bytes(&format!("VirtualMachine/{vm}/name"), None).await?;
                times.0.push(sent.elapsed());
                if begun.elapsed() > Duration::from_secs(SECONDS) {
                    break;
                }
            }
            Result::Ok(times)
        });
    }
    let times = Times::gather(clients).await?;
    times.print(&format!("GET name, {CLIENTS} clients"), Duration::from_secs(SECONDS));
    Ok(())
}

async fn retrieve_names(server: &Server) -> Result<()> {
    let mut client = Client::login(server).await?;
    let view = client.view().await?;
    let arguments = json!({ "specSet": [filter(&view, &["name"])], "options": { "_typeName": "RetrieveOptions" } });
    let (begun, mut times, mut size) = (Instant::now(), Times::default(), 0);
    while begun.elapsed() < Duration::from_secs(SECONDS) {
        let sent = Instant::now();
        let path = "PropertyCollector/propertyCollector/RetrievePropertiesEx";
        size = client.bytes(path, Some(&arguments)).await?.len();
        times.0.push(sent.elapsed());
    }
    times.print(&format!("RetrievePropertiesEx of {VMS} names, {size} bytes"), begun.elapsed());
    Ok(())
}

/// Renames virtual machines, and measures how long it takes until each watch has got to know.
async fn watch(server: &Server, vms: &[String]) -> Result<()> {
    let (named, _) = tokio::sync::broadcast::channel::<(String, Instant)>(1024);
    let mut watches = JoinSet::new();
    let mut ready = tokio::task::JoinSet::new();
    for _ in 0..WATCHES {
        let client = Client::login(server).await?;
        ready.spawn(begin_watch(client));
    }
    while let Some(watch) = ready.join_next().await {
        let (client, collector, version) = watch??;
        watches.spawn(follow(client, collector, version, named.subscribe()));
    }
    let mut client = Client::login(server).await?;
    let begun = Instant::now();
    let mut changes = 0_u32;
    while begun.elapsed() < Duration::from_secs(SECONDS) {
        let name = format!("renamed-{changes}");
        // Told before it happens, so that nobody hears of it from the server first.
        let vm = &vms[changes as usize % vms.len()];
        let _ = named.send((name.clone(), Instant::now()));
        client.post(&format!("VirtualMachine/{vm}/Rename_Task"), json!({ "newName": name })).await?;
        changes += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let _ = named.send((String::new(), Instant::now()));
    client.post(&format!("VirtualMachine/{}/Rename_Task", vms[0]), json!({ "newName": "the-end" })).await?;
    let elapsed = begun.elapsed();
    let times = Times::gather(watches).await?;
    let missed = (changes as usize * WATCHES).saturating_sub(times.0.len());
    times.print(&format!("change seen by {WATCHES} watches of {VMS}, {changes} changes, {missed} missed"), elapsed);
    Ok(())
}

async fn begin_watch(mut client: Client) -> Result<(Client, String, String)> {
    let view = client.view().await?;
    let root = "PropertyCollector/propertyCollector";
    let collector = client.post(&format!("{root}/CreatePropertyCollector"), json!({})).await?;
    let collector = format!("PropertyCollector/{}", collector["value"].as_str().unwrap_or_default());
    let arguments = json!({ "spec": filter(&view, &["name", "runtime.powerState"]), "partialUpdates": true });
    client.post(&format!("{collector}/CreateFilter"), arguments).await?;
    let first = client.post(&format!("{collector}/WaitForUpdatesEx"), json!({ "version": "" })).await?;
    let version = first["version"].as_str().unwrap_or_default().to_owned();
    Ok((client, collector, version))
}

async fn follow(
    mut client: Client,
    collector: String,
    mut version: String,
    mut named: tokio::sync::broadcast::Receiver<(String, Instant)>,
) -> Result<Times> {
    let mut times = Times::default();
    let mut open: Vec<(String, Instant)> = Vec::new();
    loop {
        let arguments = json!({ "version": version, "options": { "_typeName": "WaitOptions", "maxWaitSeconds": 10 } });
        let body = client.bytes(&format!("{collector}/WaitForUpdatesEx"), Some(&arguments)).await?;
        let seen = Instant::now();
        let mut is_over = body.is_empty();
        while let Ok((name, sent)) = named.try_recv() {
            is_over |= name.is_empty();
            open.push((name, sent));
        }
        let text = String::from_utf8_lossy(&body);
        open.retain(|(name, sent)| {
            let is_seen = !name.is_empty() && text.contains(&format!("\"{name}\""));
            if is_seen {
                times.0.push(seen.duration_since(*sent));
            }
            !is_seen
        });
        if is_over {
            return Ok(times);
        }
        let update: Value = serde_json::from_slice(&body)?;
        version = update["version"].as_str().unwrap_or_default().to_owned();
    }
}

/// How long things took.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    async fn gather(mut tasks: JoinSet<Result<Times>>) -> Result<Times> {
        let mut all = Times::default();
        while let Some(times) = tasks.join_next().await {
            all.0.extend(times??.0);
        }
        Ok(all)
    }

    fn print(mut self, what: &str, elapsed: Duration) {
        self.0.sort();
        let at = |share: f64| {
            let index = (self.0.len() as f64 * share) as usize;
            self.0.get(index.min(self.0.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        let rate = self.0.len() as f64 / elapsed.as_secs_f64();
        println!("{what}: {rate:.0} per second, median {:.2} ms, p99 {:.2} ms", at(0.5), at(0.99));
    }
}
