//! Verilog from the files in `verilog/`: with other names of modules and other defaults of parameters, else as it stands.

/// The text with a module, wherever it is mentioned, called `to`.
pub(crate) fn renamed(text: &str, from: &str, to: &str) -> String {
    debug_assert!(text.contains(&format!("module {from} ")), "no module {from}");
    text.replace(from, to)
}

/// The text with `parameter NAME = <number>` set to `default`.
pub(crate) fn with_default(text: &str, name: &str, default: u32) -> String {
    let declaration = format!("parameter {name} = ");
    let (before, after) = text.split_once(&declaration).expect("the file has the parameter");
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}{declaration}{default}{after}")
}
