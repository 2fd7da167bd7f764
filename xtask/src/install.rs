//! Bounded attempts to install what a command needs. Whether it helped is for the caller to see.

use std::process::{Command, Stdio};

use crate::steps::Line;

/// Seconds that installing may take, so that a machine without a network does not wait for long.
const APT_SECONDS: &str = "240";

/// Debian's packages, as root of a Debian; none of them is already there.
pub(crate) fn apt(packages: &[&str]) {
    if packages.is_empty() {
        return;
    }
    let script = format!(
        "apt-get update -qq && apt-get install -qq -y --no-install-recommends {} >/dev/null",
        packages.join(" ")
    );
    let mut apt = within(APT_SECONDS);
    apt.args(["sh", "-c", &script]).env("DEBIAN_FRONTEND", "noninteractive");
    attempt(apt);
}

/// A command that is stopped after some seconds; its name comes first among the arguments.
pub(crate) fn within(seconds: &str) -> Command {
    let mut command = Command::new("timeout");
    command.arg(seconds);
    command
}

/// Runs a command, and says so if it fails.
pub(crate) fn attempt(mut command: Command) {
    println!("$ {}", Line(&command));
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => {}
        Ok(status) => println!("{status}"),
        Err(error) => println!("{}: {error}", command.get_program().display()),
    }
}
