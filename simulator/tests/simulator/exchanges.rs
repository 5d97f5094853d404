//! Replies against those of another simulator, recorded from a private JSON front over it, as each file says. They show
//! what that one does, not what a vCenter does; where the two agree, a client meets the same thing.

use serde_json::Value;
use vim25_runtime::Release;
use vim25_simulator::{Simulator, User};

use crate::client::Client;

struct Exchange {
    name: &'static str,
    recorded: Value,
}

impl Exchange {
    fn read(name: &'static str) -> Self {
        let path = format!("{}/tests/exchanges/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { name, recorded: serde_json::from_str(&text).unwrap() }
    }

    /// Sends the recorded request, with other ids in place of the recorded ones, and compares the reply.
    async fn replay(&self, client: &Client, ids: &[(&str, &str)]) -> Value {
        let (request, recorded) = (&self.recorded["request"], &self.recorded["response"]);
        let mut body = match &request["body"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            json => json.to_string(),
        };
        for (old, new) in ids {
            body = body.replace(old, new);
        }
        let (verb, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        let client = if request["headers"]["vmware-api-session-id"].is_string() { client } else { &client.anonymous() };
        let reply = client.send(verb, path, &[("content-type", "application/json")], &body).await;
        assert_eq!(Value::from(reply.status), recorded["status"], "{}: {reply:?}", self.name);
        let body = if reply.text.is_empty() { Value::Null } else { reply.json() };
        assert_alike(self.name, &recorded["body"], &body);
        body
    }
}

/// What is recorded must be there in the same form; references, booleans and names of types must be equal.
fn assert_alike(place: &str, recorded: &Value, ours: &Value) {
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            // Texts for people are everybody's own, and licences are nothing that a simulator needs.
            let is_own = |name: &str| name == "faultstring" || name.starts_with("licenseProduct");
            let is_reference = recorded.get("_typeName").is_some_and(|name| name == "ManagedObjectReference");
            for (name, recorded) in recorded.iter().filter(|(name, _)| !is_own(name)) {
                let place = format!("{place}.{name}");
                let ours = ours.get(name).unwrap_or_else(|| panic!("{place} is missing"));
                if is_reference || name == "_typeName" {
                    assert_eq!(recorded, ours, "{place}");
                }
                assert_alike(&place, recorded, ours);
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            assert_eq!(recorded.len(), ours.len(), "{place}");
            recorded.iter().zip(ours).for_each(|(recorded, ours)| assert_alike(place, recorded, ours));
        }
        (Value::Bool(recorded), Value::Bool(ours)) => assert_eq!(recorded, ours, "{place}"),
        (recorded, ours) => {
            assert_eq!(std::mem::discriminant(recorded), std::mem::discriminant(ours), "{place}: {ours}");
        }
    }
}

#[tokio::test]
async fn replies_are_like_the_recorded_ones() {
    let builder = Simulator::builder().user(User::administrator("user", "pass"));
    let releases = [Release::new(8, 0, 1, 0), Release::new(8, 0, 3, 0)];
    let simulator = builder.releases(releases).start().await.unwrap();
    let nobody = Client::new(&simulator);
    let replay = async |name, client: &Client, ids: &[(&str, &str)]| Exchange::read(name).replay(client, ids).await;

    for name in
        ["hello", "hello_no_match", "serviceinstance_get_content_anonymous", "serviceinstance_current_time_anonymous"]
    {
        replay(name, &nobody, &[]).await;
    }
    let client = nobody.login_again("/sdk/vim25/8.0.3.0").await;
    nobody.login_again("/sdk/vim25/8.0.3.0").await;
    for name in ["sessionmanager_get_sessionList", "serviceinstance_current_time", "sessionmanager_get_message"] {
        replay(name, &client, &[]).await;
    }
    for name in ["sessionmanager_get_unknown_property", "unknown_method", "unknown_moid_get", "body_is_array"] {
        replay(name, &client, &[]).await;
    }
    replay("login_good", &nobody, &[]).await;

    let key = ("c4061a92-8e27-40b0-8668-ee1a980c41e7", client.key.as_str());
    replay("session_is_active_true", &client, &[key]).await;
    replay("session_is_active_false", &client, &[key]).await;
    replay("clone_session_bad", &nobody, &[]).await;
    let path = "/sdk/vim25/8.0.3.0/SessionManager/SessionManager/AcquireCloneTicket";
    let ticket = client.send("POST", path, &[], "").await.result();
    let ticket = ("cb64e8f1-568d-477d-ab27-16ac3413afc6", ticket.as_str().unwrap());
    let twin = replay("clone_session_good", &nobody, &[ticket]).await;
    replay("clone_session_ticket_reused", &nobody, &[ticket]).await;
    replay("impersonate_user_good", &client, &[]).await;
    replay("terminate_session_own", &client, &[key]).await;
    replay("terminate_session_unknown", &client, &[]).await;
    let twin = ("fff288bb-cc89-4df9-bb75-094b7e022497", twin["key"].as_str().unwrap());
    replay("terminate_session_good", &client, &[twin]).await;
    replay("logout", &client, &[]).await;
    replay("after_logout_post", &client, &[]).await;
}
