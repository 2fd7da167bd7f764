//! `cargo xtask dist DIR`: what an installation of `libautonomous_learning` consists of, and a program built against it.

use std::{
    env, fs, io,
    path::{Path, PathBuf, absolute},
    process::Command,
};

use crate::{
    headers,
    library::{Build, Library},
    root,
    steps::{is_there, must, output, report, wrong},
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What programs of this version run with: before 1.0 the second number tells of what breaks, afterwards the first.
const COMPATIBLE: &str = match env!("CARGO_PKG_VERSION_MAJOR").as_bytes() {
    b"0" => concat!("0.", env!("CARGO_PKG_VERSION_MINOR")),
    _ => env!("CARGO_PKG_VERSION_MAJOR"),
};

const PKG_CONFIG: &str = "\
prefix=${pcfiledir}/../..
libdir=${prefix}/lib
includedir=${prefix}/include

Name: autonomous_learning
Description: Learning in spiking neural networks
Version: @VERSION@
Cflags: -I${includedir}
Libs: -L${libdir} -lautonomous_learning
Libs.private: @ARGUMENTS@
";

const CMAKE: &str = "\
# Link `autonomous_learning::shared` or `autonomous_learning::static`.
get_filename_component(_prefix \"${CMAKE_CURRENT_LIST_DIR}/../../..\" ABSOLUTE)
if(NOT TARGET autonomous_learning::shared)
  add_library(autonomous_learning::shared SHARED IMPORTED)
  set_target_properties(autonomous_learning::shared PROPERTIES
    IMPORTED_LOCATION \"${_prefix}/lib/libautonomous_learning.so.@VERSION@\"
    IMPORTED_SONAME \"libautonomous_learning.so.@COMPATIBLE@\"
    INTERFACE_INCLUDE_DIRECTORIES \"${_prefix}/include\")
  add_library(autonomous_learning::static STATIC IMPORTED)
  set_target_properties(autonomous_learning::static PROPERTIES
    IMPORTED_LOCATION \"${_prefix}/lib/libautonomous_learning.a\"
    INTERFACE_LINK_LIBRARIES \"@LIST@\"
    INTERFACE_INCLUDE_DIRECTORIES \"${_prefix}/include\")
endif()
unset(_prefix)
";

const CMAKE_VERSION: &str = "\
set(PACKAGE_VERSION \"@VERSION@\")
if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION OR NOT \"${PACKAGE_FIND_VERSION}.\" MATCHES \"^@COMPATIBLE@[.]\")
  set(PACKAGE_VERSION_COMPATIBLE FALSE)
else()
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
  if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
  endif()
endif()
";

const CMAKE_TRIAL: &str = "\
cmake_minimum_required(VERSION 3.13)
project(trial C)
find_package(autonomous_learning @COMPATIBLE@ CONFIG REQUIRED)
foreach(kind shared static)
  add_executable(${kind} @EXAMPLE@)
  target_link_libraries(${kind} PRIVATE autonomous_learning::${kind})
endforeach()
";

/// Writes an install tree of an optimized library, tries it, and returns the exit code.
pub(crate) fn run(folder: &str) -> u8 {
    report(write(Path::new(folder), true).and_then(|prefix| {
        attempt(&prefix, &crate::target_dir().join("dist"))?;
        println!("{} is ready to be copied to a prefix such as /usr/local", prefix.display());
        Ok(())
    }))
}

/// Writes the tree and returns its absolute path.
pub(crate) fn write(folder: &Path, release: bool) -> io::Result<PathBuf> {
    let prefix = absolute(folder)?;
    let soname = format!("libautonomous_learning.so.{COMPATIBLE}");
    let built = Build { release, soname: Some(&soname), ..Build::default() }.run()?;
    let [lib, include, pkg_config, cmake, licences] =
        ["lib", "include", "lib/pkgconfig", "lib/cmake/autonomous_learning", "share/doc/autonomous_learning"]
            .map(|name| prefix.join(name));
    for folder in [&lib, &include, &pkg_config, &cmake, &licences] {
        fs::create_dir_all(folder)?;
    }
    let file = format!("libautonomous_learning.so.{VERSION}");
    fs::copy(&built.shared, lib.join(&file))?;
    link(&file, &lib.join(&soname))?;
    link(&soname, &lib.join("libautonomous_learning.so"))?;
    fs::copy(&built.archive, lib.join("libautonomous_learning.a"))?;
    fs::copy(root().join(headers::PATH), include.join("autonomous_learning.h"))?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root().join(licence), licences.join(licence))?;
    }
    fs::write(pkg_config.join("autonomous_learning.pc"), fill(PKG_CONFIG, &built))?;
    fs::write(cmake.join("autonomous_learning-config.cmake"), fill(CMAKE, &built))?;
    fs::write(cmake.join("autonomous_learning-config-version.cmake"), fill(CMAKE_VERSION, &built))?;
    Ok(prefix)
}

fn fill(template: &str, built: &Library) -> String {
    let list: Vec<&str> =
        built.native_libraries.iter().map(|library| library.strip_prefix("-l").unwrap_or(library)).collect();
    template
        .replace("@VERSION@", VERSION)
        .replace("@COMPATIBLE@", COMPATIBLE)
        .replace("@ARGUMENTS@", &built.native_libraries.join(" "))
        .replace("@LIST@", &list.join(";"))
}

/// A link to a neighbour, in place of whatever there was.
#[cfg(unix)]
fn link(neighbour: &str, path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => std::os::unix::fs::symlink(neighbour, path),
    }
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "an install tree is only written where links are"))
}

/// Builds the C example against the tree as its users would, by `pkg-config` and by `cmake`, and runs it.
pub(crate) fn attempt(prefix: &Path, work: &Path) -> io::Result<()> {
    fs::create_dir_all(work)?;
    by_pkg_config(prefix, work)?;
    by_cmake(prefix, work)
}

fn by_pkg_config(prefix: &Path, work: &Path) -> io::Result<()> {
    if !is_there(Path::new("pkg-config"), "the install tree by pkg-config") {
        return Ok(());
    }
    let flags = |args: &[&str]| {
        let mut command = Command::new("pkg-config");
        command.args(args).arg("autonomous_learning").env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
        output(&mut command)
    };
    let shared = flags(&["--cflags", "--libs"])?;
    let archive = flags(&["--cflags", "--libs", "--static"])?
        .replace("-lautonomous_learning", "-l:libautonomous_learning.a");
    for (name, is_shared, flags) in
        [("pkg-config-shared", true, shared), ("pkg-config-static", false, archive)]
    {
        let program = work.join(name);
        let mut cc = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()));
        must(cc.arg(example()).arg("-o").arg(&program).args(flags.split_whitespace()))?;
        try_program(&program, is_shared.then_some(prefix))?;
    }
    Ok(())
}

fn by_cmake(prefix: &Path, work: &Path) -> io::Result<()> {
    if !is_there(Path::new("cmake"), "the install tree by CMake") {
        return Ok(());
    }
    let [source, build] = ["cmake", "cmake-build"].map(|name| work.join(name));
    fs::create_dir_all(&source)?;
    let example = example();
    let trial = CMAKE_TRIAL.replace("@EXAMPLE@", &format!("\"{}\"", example.display()));
    fs::write(source.join("CMakeLists.txt"), trial.replace("@COMPATIBLE@", COMPATIBLE))?;
    let mut configure = Command::new("cmake");
    configure
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()))
        .arg("-S")
        .arg(&source)
        .arg("-B")
        .arg(&build);
    output(&mut configure)?;
    output(Command::new("cmake").arg("--build").arg(&build))?;
    try_program(&build.join("shared"), Some(prefix))?;
    try_program(&build.join("static"), None)
}

/// Runs a program: one that asks for the library by its soname and finds it below a prefix, or one that has it inside.
fn try_program(program: &Path, prefix: Option<&Path>) -> io::Result<()> {
    let mut command = Command::new(program);
    command.env_remove("LD_LIBRARY_PATH");
    let soname = format!("libautonomous_learning.so.{COMPATIBLE}\0");
    let asks = fs::read(program)?.windows(soname.len()).any(|window| window == soname.as_bytes());
    if asks != prefix.is_some() {
        return Err(io::Error::other(format!("{} asks for the library: {asks}", program.display())));
    }
    if let Some(prefix) = prefix {
        command.env("LD_LIBRARY_PATH", prefix.join("lib"));
    }
    let said = output(&mut command)?;
    let result = said.lines().last().filter(|line| line.starts_with("result: "));
    println!("{}: {}", program.display(), result.ok_or_else(|| wrong(&command, "no result"))?);
    Ok(())
}

fn example() -> PathBuf {
    root().join("examples/c/online_synapse.c")
}
