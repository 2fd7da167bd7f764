//! How many instructions a call takes, read from QEMU's log of executed instructions.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read},
};

/// Instructions of all calls of a function, from its first to its return, with those of the functions that it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) calls: usize,
    pub(super) least: usize,
    pub(super) most: usize,
}

impl Range {
    fn add(&mut self, n: usize) {
        self.calls += 1;
        self.least = self.least.min(n);
        self.most = self.most.max(n);
    }
}

/// Counts what happens between the first instruction of one of `names` and the next of `main`, which calls them.
///
/// A line is `Trace CPU: HOST_ADDRESS [BASE/ADDRESS/FLAGS/FLAGS] NAME`, one for each instruction.
pub(super) fn count<const N: usize>(
    log: impl Read,
    functions: &BTreeMap<String, (u64, u64)>,
    names: &[&str; N],
) -> io::Result<[Range; N]> {
    let find = |name: &str| {
        // The lowest bit of a Thumb function's address says that it is one.
        let function = functions.get(name).map(|(address, bytes)| (address & !1, *bytes));
        function.ok_or_else(|| io::Error::other(format!("no function {name}")))
    };
    let (start, bytes) = find("main")?;
    let main = start..start + bytes;
    let mut firsts = [0; N];
    for (first, name) in firsts.iter_mut().zip(names) {
        (*first, _) = find(name)?;
    }

    let mut counts = [Range { calls: 0, least: usize::MAX, most: 0 }; N];
    let mut running: Option<(usize, usize)> = None;
    let mut log = BufReader::with_capacity(1 << 20, log);
    let mut line = Vec::new();
    while log.read_until(b'\n', &mut line)? > 0 {
        if let Some(address) = address(&line) {
            if let Some(function) = firsts.iter().position(|first| *first == address) {
                running = Some((function, 1));
            } else if main.contains(&address) {
                if let Some((function, n)) = running.take() {
                    counts[function].add(n);
                }
            } else if let Some((_, n)) = &mut running {
                *n += 1;
            }
        }
        line.clear();
    }
    Ok(counts)
}

fn address(line: &[u8]) -> Option<u64> {
    let line = line.strip_prefix(b"Trace ")?;
    let digits = line.split(|byte| *byte == b'/').nth(1)?;
    u64::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_with_their_helpers() {
        let addresses = [0x10, 0x40, 0x42, 0x80, 0x44, 0x12, 0x60, 0x14, 0x40, 0x42, 0x16, 0x90, 0x18];
        let log: String = addresses
            .iter()
            .map(|at| format!("Trace 0: 0x7faa3c000100 [00800400/{at:08x}/00000110/ff000201] name\nother\n"))
            .collect();
        let functions = [("main", 0x10, 0x20), ("o1_step", 0x41, 8), ("o1_step16", 0x61, 2)];
        let functions = functions.map(|(name, address, bytes)| (name.to_owned(), (address, bytes))).into();
        assert_eq!(
            count(log.as_bytes(), &functions, &["o1_step", "o1_step16"]).unwrap(),
            [Range { calls: 2, least: 2, most: 4 }, Range { calls: 1, least: 1, most: 1 }]
        );
        assert!(count(log.as_bytes(), &functions, &["o1_absent"]).is_err());
    }
}
