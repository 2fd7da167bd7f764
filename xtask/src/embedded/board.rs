//! The proof on microcontrollers, emulated by QEMU: the vectors, and how many instructions a step takes.

use std::process::{Command, Stdio};

use super::{
    Trouble, Vectors, need,
    program::{Machine, Programs},
    report::{Row, STEPS},
    rust::Rust,
    trace,
};

/// An emulated computer.
#[derive(Debug)]
pub(super) struct Board {
    machine: Machine,
    title: &'static str,
    /// Debian's package of the compiler.
    gcc_package: &'static str,
    qemu: &'static str,
    qemu_package: &'static str,
    qemu_args: &'static [&'static str],
}

pub(super) const CORTEX_M3: Board = Board {
    machine: Machine {
        name: "cortex-m3",
        target: Some("thumbv7m-none-eabi"),
        prefix: "arm-none-eabi-",
        flags: &["-mthumb", "-mcpu=cortex-m3"],
    },
    title: "Cortex-M3",
    gcc_package: "gcc-arm-none-eabi",
    qemu: "qemu-system-arm",
    qemu_package: "qemu-system-arm",
    qemu_args: &["-M", "mps2-an385", "-semihosting-config", "enable=on,target=native"],
};

pub(super) const RISCV: Board = Board {
    machine: Machine {
        name: "riscv",
        target: Some("riscv32imc-unknown-none-elf"),
        prefix: "riscv64-unknown-elf-",
        flags: &["-march=rv32imc", "-mabi=ilp32"],
    },
    title: "RISC-V rv32imc",
    gcc_package: "gcc-riscv64-unknown-elf",
    qemu: "qemu-system-riscv32",
    qemu_package: "qemu-system-misc",
    qemu_args: &["-M", "virt", "-bios", "none"],
};

pub(super) fn prove(
    board: &Board,
    vectors: &Vectors,
    opt_levels: &[&'static str],
) -> Result<Vec<Row>, Trouble> {
    let version = need(board.qemu, board.qemu_package)?;
    need(&format!("{}gcc", board.machine.prefix), board.gcc_package)?;
    let rust = Rust::for_target(board.machine.target.expect("a board is not this machine"))?;
    let mut rows = Vec::new();
    for opt_level in opt_levels {
        let programs = board.machine.build(&rust, opt_level, vectors)?;
        board.run(&programs)?;
        let mut row = Row::new(board.title, &rust, opt_level, &programs);
        row.instructions = Some(board.count(&programs, one_by_one(&version), vectors)?);
        rows.push(row);
    }
    Ok(rows)
}

impl Board {
    /// Both programs must end, and with the right result.
    fn run(&self, programs: &Programs) -> Result<(), Trouble> {
        for (program, expected) in [(&programs.right, 0), (&programs.wrong, 1)] {
            let status = self.emulator(program).stdin(Stdio::null()).status();
            if !matches!(&status, Ok(status) if status.code() == Some(expected)) {
                let why = format!("{} on {}: {status:?} instead of {expected}", program.display(), self.qemu);
                return Err(Trouble::Failed(why));
            }
        }
        Ok(())
    }

    /// Instructions per step of each form, from a trace of every instruction that the processor executes.
    fn count(
        &self,
        programs: &Programs,
        one_by_one: &[&str],
        vectors: &Vectors,
    ) -> Result<[trace::Range; 2], Trouble> {
        let failed = |why: String| Trouble::Failed(format!("trace on {}: {why}", self.qemu));
        let mut qemu = self.emulator(&programs.single);
        qemu.args(one_by_one).args(["-d", "exec,nochain"]);
        qemu.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = qemu.spawn().map_err(|e| failed(e.to_string()))?;
        let log = child.stderr.take().expect("a pipe");
        let counts = trace::count(log, &programs.functions, &STEPS).map_err(|e| failed(e.to_string()))?;
        let status = child.wait().map_err(|e| failed(e.to_string()))?;
        let [step, step16] = counts;
        if !status.success() || step.calls != vectors.n_steps || step16.calls == 0 {
            return Err(failed(format!("{status}, {counts:?}")));
        }
        Ok([step, step16])
    }

    /// Without a screen, a keyboard or a console; a program that hangs is ended.
    fn emulator(&self, program: &std::path::Path) -> Command {
        let mut qemu = Command::new("timeout");
        qemu.args(["300", self.qemu]).args(self.qemu_args);
        qemu.args(["-display", "none", "-serial", "none", "-monitor", "none", "-kernel"]).arg(program);
        qemu
    }
}

/// The option that makes QEMU translate instructions one by one; it was renamed in 8.1.
fn one_by_one(version: &str) -> &'static [&'static str] {
    let number = version.split("version ").nth(1).unwrap_or_default();
    let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let version = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if version < (8, 1) { &["-singlestep"] } else { &["-accel", "tcg,one-insn-per-tb=on"] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_depends_on_the_version() {
        assert_eq!(one_by_one("QEMU emulator version 7.2.22 (Debian 1:7.2)"), ["-singlestep"]);
        assert_eq!(one_by_one("QEMU emulator version 10.0.2"), ["-accel", "tcg,one-insn-per-tb=on"]);
        assert_eq!(one_by_one("QEMU emulator version 8.1.0"), ["-accel", "tcg,one-insn-per-tb=on"]);
    }
}
