//! The same protocol from Python, through ctypes and the shared library: the path of most users, checked end to end.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Protocol, Run};

/// The caller's side, which knows the C interface and nothing of this crate.
const SCRIPT: &str = include_str!("ctypes_synapse.py");

/// The library that `SC_NEUROCORE_LIB_PATH` names, or the one beside this program.
///
/// # Errors
/// Where there is none.
pub fn library() -> Result<PathBuf, String> {
    let path = match env::var_os("SC_NEUROCORE_LIB_PATH") {
        Some(path) => PathBuf::from(path),
        None => {
            let program = env::current_exe().map_err(|error| format!("this program's folder: {error}"))?;
            let name = format!("{}autonomous_learning{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
            program.with_file_name(name)
        }
    };
    // A name without a folder would be looked for among the system's libraries.
    path.canonicalize().map_err(|error| format!("shared library {}: {error}", path.display()))
}

/// Runs the protocol on the library's synapse, by the interpreter of that name.
///
/// # Errors
/// Why that was not possible: no Python, no library, none of its symbols.
pub fn run(protocol: &Protocol, interpreter: &str, library: &Path) -> Result<Run, String> {
    let Protocol { config, target_weight, max_pairings, reward, .. } = protocol;
    let output = Command::new(interpreter)
        .args(["-c", SCRIPT])
        .arg(library)
        .args([config.weight_bits(), config.trace_bits(), config.reward_bits()].map(|n| n.to_string()))
        .args([config.learning_shift(), config.trace_decay_shift()].map(|n| n.to_string()))
        .args([target_weight.to_string(), max_pairings.to_string(), reward.to_string()])
        .output()
        .map_err(|error| format!("{interpreter}: {error}"))?;
    if !output.status.success() {
        // The last line of a traceback says what happened.
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{interpreter}: {}", errors.lines().last().unwrap_or("no message")));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{interpreter}: {error}"))
}
