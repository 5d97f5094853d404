//! The simulator under load: `cargo bench -p vim25-simulator`.
//!
//! It starts the program as a process of its own, with 10,000 virtual machines, and prints requests per second,
//! latencies and memory. Server and clients share the machine. Numbers are for reading; nothing here can fail because
//! of them.

use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use vim25_bench::{Figures, Result, Server, Times, is_quick, is_test};

const VMS: usize = 10_000;
const CLIENTS: usize = 200;
const WATCHES: usize = 100;

#[tokio::main]
async fn main() -> Result<()> {
    if is_test() {
        return Ok(());
    }
    let figures = Figures::new("simulator");
    let empty = start(0)?;
    let without_vms = empty.memory();
    drop(empty);
    let begun = Instant::now();
    let server = start(VMS)?;
    figures.add(&format!("start with {VMS} virtual machines"), begun.elapsed().as_secs_f64(), "s")?;
    if let (Some(without), Some(with)) = (without_vms, server.memory()) {
        figures.add(&format!("memory with {VMS} virtual machines"), megabytes(with), "MB")?;
        let each = with.saturating_sub(without) / VMS as u64;
        figures.add("memory of a virtual machine", each as f64 / 1024.0, "kB")?;
    }
    let names = names(&server).await?;
    get_name(&figures, &server, &names).await?;
    retrieve_names(&figures, &server).await?;
    watch(&figures, &server, &names).await?;
    if let Some(after) = server.memory() {
        figures.add("memory after all of this", megabytes(after), "MB")?;
    }
    Ok(())
}

/// How long each of the parts runs.
fn duration() -> Duration {
    Duration::from_secs(if is_quick() { 1 } else { 5 })
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The program with some virtual machines.
fn start(vms: usize) -> Result<Server> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vim25-simulator"));
    command.args(["--listen", "127.0.0.1:0", "--quiet", "--task-seconds", "0", "--hosts", "32"]);
    Server::start(command.args(["--vms", &vms.to_string()]))
}

/// A connection with a session.
struct Client {
    connection: SendRequest<Full<Bytes>>,
    session: String,
}

impl Client {
    async fn login(server: &Server) -> Result<Self> {
        let stream = TcpStream::connect(server.address()).await?;
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

async fn get_name(figures: &Figures, server: &Server, vms: &[String]) -> Result<()> {
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
                times.push(sent.elapsed());
                if begun.elapsed() > duration() {
                    break;
                }
            }
            Result::Ok(times)
        });
    }
    let times = gather(clients).await?;
    report(figures, &format!("GET name, {CLIENTS} clients"), &times, duration())
}

async fn retrieve_names(figures: &Figures, server: &Server) -> Result<()> {
    let mut client = Client::login(server).await?;
    let view = client.view().await?;
    let arguments = json!({ "specSet": [filter(&view, &["name"])], "options": { "_typeName": "RetrieveOptions" } });
    let (begun, mut times, mut size) = (Instant::now(), Times::default(), 0);
    while begun.elapsed() < duration() {
        let sent = Instant::now();
        let path = "PropertyCollector/propertyCollector/RetrievePropertiesEx";
        size = client.bytes(path, Some(&arguments)).await?.len();
        times.push(sent.elapsed());
    }
    println!("a reply with {VMS} names has {size} bytes");
    report(figures, &format!("RetrievePropertiesEx of {VMS} names"), &times, begun.elapsed())
}

/// Renames virtual machines, and measures how long it takes until each watch has got to know.
async fn watch(figures: &Figures, server: &Server, vms: &[String]) -> Result<()> {
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
    while begun.elapsed() < duration() {
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
    let times = gather(watches).await?;
    let missed = (changes as usize * WATCHES).saturating_sub(times.count());
    println!("{changes} changes, of which {WATCHES} watches missed {missed} together");
    report(figures, &format!("change seen by {WATCHES} watches of {VMS}"), &times, elapsed)
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
                times.push(seen.duration_since(*sent));
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

async fn gather(mut tasks: JoinSet<Result<Times>>) -> Result<Times> {
    let mut all = Times::default();
    while let Some(times) = tasks.join_next().await {
        all.extend(times??);
    }
    Ok(all)
}

/// How often in a second, and how long it took.
fn report(figures: &Figures, what: &str, times: &Times, elapsed: Duration) -> Result<()> {
    figures.add(&format!("{what}, per second"), times.count() as f64 / elapsed.as_secs_f64(), "")?;
    figures.add(&format!("{what}, median"), times.median(), "ms")?;
    figures.add(&format!("{what}, p99"), times.p99(), "ms")
}
