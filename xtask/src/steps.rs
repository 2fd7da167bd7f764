//! Named, timed steps that run one after the other until one fails.

use std::{
    fmt::{self, Write as _},
    io,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// One thing to do, which gives an exit code.
pub(crate) struct Step {
    name: String,
    action: Box<dyn FnOnce() -> u8>,
}

impl Step {
    pub(crate) fn new(name: impl Into<String>, action: impl FnOnce() -> u8 + 'static) -> Self {
        Self { name: name.into(), action: Box::new(action) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A step that runs a program.
    pub(crate) fn command(name: impl Into<String>, mut command: Command) -> Self {
        Self::new(name, move || {
            println!("$ {}", Line(&command));
            match command.status() {
                // A program killed by a signal has no code.
                Ok(status) => status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1)),
                Err(error) => {
                    eprintln!("{}: {error}", command.get_program().display());
                    127
                }
            }
        })
    }
}

/// Run the steps up to the first that fails; print what took how long; return the exit code of the last one that ran.
pub(crate) fn run(steps: Vec<Step>) -> u8 {
    let n_steps = steps.len();
    let started = Instant::now();
    let mut summary = String::new();
    let mut code = 0;
    for (number, step) in (1..).zip(steps) {
        println!("\n=== {} ({number} of {n_steps})", step.name);
        let step_started = Instant::now();
        code = (step.action)();
        let outcome = if code == 0 { "ok".to_owned() } else { format!("FAILED with exit code {code}") };
        let line = format!("{:>9}  {}: {outcome}", seconds(step_started.elapsed()), step.name);
        println!("--- {}", line.trim_start());
        let _ = writeln!(summary, "{line}");
        if code != 0 {
            break;
        }
    }
    println!(
        "\n{summary}{:>9}  in all: {}",
        seconds(started.elapsed()),
        if code == 0 { "ok" } else { "FAILED" }
    );
    code
}

/// Runs a command whose words are its own; an error if it fails.
pub(crate) fn must(command: &mut Command) -> io::Result<()> {
    let status = command.status().map_err(|e| wrong(command, &e.to_string()))?;
    if status.success() { Ok(()) } else { Err(wrong(command, &status.to_string())) }
}

/// What a command prints; an error if it fails.
pub(crate) fn output(command: &mut Command) -> io::Result<String> {
    let output = command.output().map_err(|e| wrong(command, &e.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(wrong(command, &format!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr))))
    }
}

pub(crate) fn wrong(command: &Command, why: &str) -> io::Error {
    io::Error::other(format!("{why}\n$ {}", Line(command)))
}

/// Whether a program is there; if not, says in capitals what that means.
pub(crate) fn is_there(program: &Path, what: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("SKIPPED, NOTHING IS PROVEN: {what}: there is no {}", program.display());
    }
    there
}

/// The exit code of an action, whose error is printed.
pub(crate) fn report(result: io::Result<()>) -> u8 {
    result.map_or_else(
        |error| {
            eprintln!("{error}");
            1
        },
        |()| 0,
    )
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// A command as one would type it.
pub(crate) struct Line<'a>(pub(crate) &'a Command);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value) in self.0.get_envs() {
            let value = value.map(|value| value.to_string_lossy()).unwrap_or_default();
            write!(f, "{}={value:?} ", key.display())?;
        }
        let program = Path::new(self.0.get_program());
        write!(f, "{}", program.file_name().unwrap_or_default().display())?;
        self.0.get_args().try_for_each(|arg| write!(f, " {}", arg.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    #[test]
    fn the_first_failure_stops_and_gives_its_code() {
        let ran = Rc::new(RefCell::new(Vec::new()));
        let step = |name: &'static str, code: u8| {
            let ran = Rc::clone(&ran);
            Step::new(name, move || {
                ran.borrow_mut().push(name);
                code
            })
        };
        assert_eq!(run(vec![step("a", 0), step("b", 0)]), 0);
        assert_eq!(run(vec![step("c", 0), step("d", 7), step("e", 0)]), 7);
        assert_eq!(*ran.borrow(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_program_that_is_not_there_fails() {
        assert_eq!(run(vec![Step::command("missing", Command::new("no-such-program-anywhere"))]), 127);
    }

    #[test]
    fn a_command_is_printed_as_typed() {
        let mut command = Command::new("cargo");
        command.args(["doc", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(Line(&command).to_string(), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace");
    }
}
