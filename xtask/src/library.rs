//! Builds of `libautonomous_learning`, for the tests from outside and for the install tree.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    io,
    path::PathBuf,
    process::Stdio,
};

use crate::{cargo, steps::Line, target_dir};

/// What to build.
#[derive(Default)]
pub(crate) struct Build<'a> {
    pub(crate) release: bool,
    pub(crate) features: &'a str,
    /// The name that programs record; without one, that of the file.
    pub(crate) soname: Option<&'a str>,
}

/// What was built. The next build writes to the same paths.
pub(crate) struct Library {
    pub(crate) shared: PathBuf,
    pub(crate) archive: PathBuf,
    /// What a program that links the archive must link besides, as arguments of a linker.
    pub(crate) native_libraries: Vec<String>,
}

/// The file name of the shared library without a version.
pub(crate) fn shared_name() -> String {
    format!("{DLL_PREFIX}autonomous_learning{DLL_SUFFIX}")
}

impl Build<'_> {
    pub(crate) fn run(&self) -> io::Result<Library> {
        let mut command = cargo(["rustc", "--package", "sc-ffi", "--lib"]);
        if self.release {
            command.arg("--release");
        }
        if !self.features.is_empty() {
            command.args(["--features", self.features]);
        }
        command.args(["--", "--print=native-static-libs"]);
        if let Some(soname) = self.soname {
            command.env("AL_SONAME", soname);
        }
        println!("$ {}", Line(&command));
        let output = command.stdout(Stdio::inherit()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let libraries = native_libraries(&said);
        if !output.status.success() || libraries.is_none() {
            eprint!("{said}");
            return Err(io::Error::other("the library was not built"));
        }
        let folder = target_dir().join(if self.release { "release" } else { "debug" });
        Ok(Library {
            shared: folder.join(shared_name()),
            archive: folder.join("libautonomous_learning.a"),
            native_libraries: libraries.unwrap_or_default(),
        })
    }
}

/// What rustc says of the libraries that an archive needs, once each.
fn native_libraries(said: &str) -> Option<Vec<String>> {
    let list = said.lines().find_map(|line| line.split_once("native-static-libs:"))?.1;
    let mut libraries: Vec<String> = Vec::new();
    for library in list.split_whitespace() {
        if !libraries.iter().any(|known| known == library) {
            libraries.push(library.to_owned());
        }
    }
    Some(libraries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_read_from_the_note() {
        let said =
            "   Compiling a\nnote: link against these\nnote: native-static-libs: -lgcc_s -lm -lgcc_s -lc\n";
        assert_eq!(native_libraries(said).unwrap(), ["-lgcc_s", "-lm", "-lc"]);
        assert!(native_libraries("error: no").is_none());
    }
}
