//! Gives the shared library a name of its own.
//!
//! Without one, a program that links the file by its path records that path, and looks for it there when it starts.
//! `AL_SONAME` overrides the name: an installed library carries its version in it (`cargo xtask dist`).

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=AL_SONAME");
    let name = env::var("AL_SONAME").ok();
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("macos" | "ios") => {
            let name = name.unwrap_or_else(|| "libautonomous_learning.dylib".to_owned());
            println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/{name}");
        }
        Ok("windows") => {}
        _ => {
            let name = name.unwrap_or_else(|| "libautonomous_learning.so".to_owned());
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{name}");
        }
    }
}
