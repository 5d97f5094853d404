//! What goes wrong on the server, one thing after the other and several at once.

use std::collections::BTreeMap;
use std::time::Duration;

use vim25_simulator::{Rule, Simulator};

use super::random::Random;

/// What the rules act on: all operations, or one of those that clients use.
const OPERATIONS: [&str; 12] = [
    "*",
    "*",
    "*",
    "hello",
    "Login",
    "Logout",
    "RetrievePropertiesEx",
    "WaitForUpdatesEx",
    "CreateContainerView",
    "CreateFilter",
    "PowerOnVM_Task",
    "currentSession",
];

/// How often each mode has acted, by its name.
pub(crate) type Struck = BTreeMap<String, u64>;

/// Makes trouble of some modes until it is given up. Now and then there is none, or all sessions or collectors are lost.
pub(crate) async fn trouble(server: &Simulator, modes: &[&str], seed: u64, struck: &mut Struck) {
    let mut random = Random::new(seed);
    loop {
        let rules = (0..random.below(4)).map(|_| rule(modes, &mut random)).collect::<Vec<_>>();
        server.faults().set(rules).expect("rules that make sense");
        match random.below(20) {
            0 => server.faults().expire_sessions(),
            1 => server.faults().lose_collectors(),
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(100 + random.below(700))).await;
        count(server, struck);
    }
}

/// Ends all trouble.
pub(crate) fn calm(server: &Simulator, struck: &mut Struck) {
    count(server, struck);
    server.faults().clear();
}

fn count(server: &Simulator, struck: &mut Struck) {
    for (rule, times) in server.faults().struck() {
        let mode = serde_json::to_value(rule.mode()).expect("a mode is JSON");
        *struck.entry(mode["mode"].as_str().unwrap_or_default().to_owned()).or_default() += times;
    }
}

fn rule(modes: &[&str], random: &mut Random) -> Rule {
    let mode = *random.one(modes);
    let operation = *random.one(&OPERATIONS);
    let percent = 5 + u32::try_from(random.below(46)).unwrap_or_default();
    let rule = |operation: &str| {
        let (members, _) = mode.split_at(mode.len() - 1);
        let probability = f64::from(percent) / 100.0;
        format!(r#"{members},"operation":"{operation}","probability":{probability}}}"#).parse()
    };
    // Not every mode is one of every operation.
    rule(operation).or_else(|_| rule("*")).expect("a rule of all operations")
}
