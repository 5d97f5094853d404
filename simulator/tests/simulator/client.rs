//! A small HTTP client that sends what it is told to, right or wrong.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vim25_simulator::{Builder, Simulator, User};

pub(crate) const ADMIN: &str = "administrator@vsphere.local";
pub(crate) const READER: &str = "reader@vsphere.local";
pub(crate) const PASSWORD: &str = "vim25";
const RELEASE: &str = "/sdk/vim25/8.0.2.0";

/// A simulator with an administrator and a user who may only read.
pub(crate) async fn start() -> Simulator {
    started(Simulator::builder()).await
}

/// The same with what the builder was told.
pub(crate) async fn started(builder: Builder) -> Simulator {
    let users = [User::administrator(ADMIN, PASSWORD), User::read_only(READER, PASSWORD).with_full_name("A Reader")];
    builder.users(users).start().await.unwrap()
}

/// A reply.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn session_id(&self) -> Option<&str> {
        self.header("vmware-api-session-id")
    }

    /// The body of a result or a fault.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of a result.
    #[track_caller]
    pub(crate) fn result(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    /// Checks that there is no result and no body.
    #[track_caller]
    pub(crate) fn no_content(&self) {
        assert_eq!((self.status, self.text.as_str(), self.header("content-type")), (204, "", None), "{self:?}");
    }

    /// The body of a fault of a type.
    #[track_caller]
    pub(crate) fn fault(&self, type_name: &str) -> Value {
        assert_eq!(self.status, 500, "{self:?}");
        let fault = self.json();
        assert_eq!(fault["_typeName"], type_name, "{self:?}");
        assert!(fault["faultstring"].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        assert_eq!(self.session_id(), None);
        fault
    }

    /// Checks that an argument is refused.
    #[track_caller]
    pub(crate) fn wrong_argument(&self, path: &str) {
        assert_eq!(self.fault("InvalidArgument")["invalidProperty"], path, "{self:?}");
    }
}

/// A client: a server, and perhaps a session.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    authority: String,
    pub(crate) session_id: Option<String>,
    /// `UserSession.key`.
    pub(crate) key: String,
}

impl Client {
    /// A client without a session.
    pub(crate) fn new(simulator: &Simulator) -> Self {
        Self::at(simulator.url())
    }

    pub(crate) fn at(url: &str) -> Self {
        Self { authority: url.strip_prefix("http://").unwrap().to_owned(), session_id: None, key: String::new() }
    }

    /// A client with a session of a user.
    pub(crate) async fn login(simulator: &Simulator, user_name: &str) -> Self {
        let client = Self::new(simulator);
        let reply = client.session_manager("Login", json!({ "userName": user_name, "password": PASSWORD })).await;
        client.with_session_of(&reply)
    }

    /// The same client with the session that a reply began.
    #[track_caller]
    pub(crate) fn with_session_of(&self, reply: &Reply) -> Self {
        let key = reply.result()["key"].as_str().unwrap().to_owned();
        Self { session_id: Some(reply.session_id().unwrap().to_owned()), key, ..self.clone() }
    }

    /// The same client with another session id.
    pub(crate) fn with_session_id(&self, id: &str) -> Self {
        Self { session_id: Some(id.to_owned()), ..self.clone() }
    }

    /// The same client without a session.
    pub(crate) fn anonymous(&self) -> Self {
        Self { session_id: None, ..self.clone() }
    }

    /// The same client with a new session of the user of the recorded exchanges, in another release.
    pub(crate) async fn login_again(&self, release: &str) -> Self {
        let path = format!("{release}/SessionManager/SessionManager/Login");
        let reply = self.send("POST", &path, &[], r#"{"userName":"user","password":"pass"}"#).await;
        self.with_session_of(&reply)
    }

    /// Calls a method of the session manager.
    pub(crate) async fn session_manager(&self, method: &str, arguments: Value) -> Reply {
        self.post(&format!("SessionManager/SessionManager/{method}"), &arguments.to_string()).await
    }

    /// Reads a property of the session manager.
    pub(crate) async fn property(&self, name: &str) -> Reply {
        self.get(&format!("SessionManager/SessionManager/{name}")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", &format!("{RELEASE}/{path}"), &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Reply {
        self.send("POST", &format!("{RELEASE}/{path}"), &[("content-type", "application/json")], body).await
    }

    /// Sends a request on a connection of its own.
    pub(crate) async fn send(&self, verb: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut connection = self.connect().await;
        connection.send(verb, path, headers, body).await
    }

    /// Uses an endpoint beside the API.
    pub(crate) async fn admin(&self, verb: &str, path: &str, body: &str) -> Reply {
        self.send(verb, path, &[("content-type", "application/json")], body).await
    }

    pub(crate) async fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.authority).await.unwrap();
        Connection { stream, client: self.clone() }
    }
}

/// A connection that is kept alive.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    client: Client,
}

impl Connection {
    /// Sends a request and reads the reply.
    pub(crate) async fn send(&mut self, verb: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request =
            format!("{verb} {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: by hand\r\n", self.client.authority);
        let session_id = self.client.session_id.iter().map(|id| ("vmware-api-session-id", id.as_str()));
        for (name, value) in headers.iter().copied().chain(session_id) {
            request += &format!("{name}: {value}\r\n");
        }
        if verb != "GET" {
            request += &format!("content-length: {}\r\n", body.len());
        }
        request += &format!("\r\n{body}");
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.read().await.unwrap()
    }

    /// Reads a reply; nothing if the connection ended before its head did.
    pub(crate) async fn read(&mut self) -> Option<Reply> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
        let headers: Vec<(String, String)> =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.into(), value.into())).collect();
        let mut reply = Reply { status, headers, text: String::new() };
        let length = reply.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        reply.text = String::from_utf8(body).unwrap();
        Some(reply)
    }
}
