//! A newer release only adds: a program written against the crate of the older one compiles with that of the newer one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Written against 8.0.3.0. Literals, matches, chained constructors, subtypes, calls: all that an addition could break.
const CONSUMER: &str = r#"
use api::mo::{ServiceInstance, SessionManager};
use api::types::*;
use vim25_runtime::{Call, DataType};

pub fn describe(session: &UserSession) -> String {
    let UserSession { .. } = session;
    format!("{} since {}", session.user_name(), session.login_time())
}

pub fn name(state: &VirtualMachinePowerState) -> &'static str {
    match state {
        VirtualMachinePowerState::PoweredOn => "runs",
        VirtualMachinePowerState::PoweredOff | VirtualMachinePowerState::Suspended => "does not run",
        _ => "who knows",
    }
}

pub fn ticket(manager: &SessionManager) -> Call<SessionManagerGenericServiceTicket> {
    let spec = SessionManagerHttpServiceRequestSpec::new()
        .with_method(SessionManagerHttpServiceRequestSpecMethod::HTTP_GET)
        .with_url("https://host/file");
    manager.acquire_generic_service_ticket(spec)
}

pub async fn content(root: &ServiceInstance) -> vim25_runtime::Result<ServiceContent> {
    root.content().await
}

pub async fn log_in(manager: &SessionManager) -> vim25_runtime::Result<UserSession> {
    manager.login("user", "password").locale("en").await
}

pub fn who(event: &Event) -> Option<&str> {
    event.downcast_ref::<UserLoginSessionEvent>().map(|login| login.ip_address())
}

pub fn explain(error: &vim25_runtime::Error) -> Option<String> {
    let denied = error.fault_as::<NoPermission>()?;
    let base: MethodFault = denied.clone().into();
    Some(format!("{} needs {:?}", base.downcast::<NoPermission>().ok()?.type_name(), denied.privilege_id()))
}
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace")
}

#[track_caller]
fn succeed(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with the crate of a release, and the consumer that depends on it.
fn member(folder: &Path, release: &str) -> String {
    let name = format!("api-{}", release.replace('.', "-"));
    let out = folder.join(&name);
    let mut generate = Command::new(env!("CARGO_BIN_EXE_xtask"));
    generate.current_dir(root()).args(["generate", "--spec", &format!("spec/vim25-{release}.yaml")]);
    generate.args(["--managed-object", "SessionManager", "--managed-object", "ServiceInstance"]);
    generate.args(["--crate-name", &name, "--out"]).arg(&out);
    succeed(&generate.output().expect("xtask runs"));
    let consumer = folder.join(format!("consumer-of-{name}"));
    fs::create_dir_all(consumer.join("src")).expect("a folder");
    fs::write(consumer.join("src/lib.rs"), CONSUMER).expect("the consumer");
    let manifest = format!(
        "[package]\nname = \"consumer-of-{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         api = {{ package = \"{name}\", path = \"../{name}\" }}\nvim25-runtime = \"0.1\"\n"
    );
    fs::write(consumer.join("Cargo.toml"), manifest).expect("its manifest");
    format!("\"{name}\", \"consumer-of-{name}\"")
}

#[test]
fn a_program_for_the_older_release_compiles_with_the_newer_one() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("additive");
    let members = ["8.0.3.0", "9.0.0.0"].map(|release| member(&folder, release)).join(", ");
    let runtime = root().join("runtime");
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n[patch.crates-io]\nvim25-runtime = {{ path = {runtime:?} }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("the workspace");
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the versions that are there already");
    let mut check = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    check.args(["check", "--workspace", "--quiet"]).current_dir(&folder).env("CARGO_TARGET_DIR", folder.join("target"));
    succeed(&check.output().expect("cargo runs"));
}
