//! What is synthesized: files of Verilog, which of their modules is the top, and its parameters.

use std::{
    io,
    path::{Path, PathBuf},
};

use sc_hdl::{Engine, EngineShape, Family, Identifier, Lane};
use sc_online_o1::Config;

use super::{tools, work};
use crate::root;

/// A design. To be placed, its top needs registers around whatever is to be timed, and no more pins than the chip has: a
/// design that is wider or has bare paths brings a module of its own for that, which is its top.
#[derive(Debug)]
pub(super) struct Design {
    /// Of the folder in which tools leave what they make of it.
    pub(super) name: String,
    /// The module that holds all others.
    pub(super) top: String,
    pub(super) files: Vec<PathBuf>,
    /// Of the top, where they differ from its defaults.
    pub(super) parameters: Vec<(&'static str, u32)>,
}

impl Design {
    /// A lane, alone.
    pub(super) fn lane(config: Config) -> io::Result<Self> {
        let numbers: Vec<String> = numbers(&config).iter().map(u8::to_string).collect();
        let name = format!("lane_{}", numbers.join("_"));
        let module = Identifier::new(Lane::DEFAULT_NAME).expect("a name");
        let lane = Lane::new(config, module).map_err(io::Error::other)?;
        // A file is called like its module.
        let file = work().join(&name).join(format!("{}.v", Lane::DEFAULT_NAME));
        tools::write(&file, &lane.verilog())?;
        Ok(Self { name, top: Lane::DEFAULT_NAME.to_owned(), files: vec![file], parameters: Vec::new() })
    }

    /// A lane of default widths between registers.
    pub(super) fn registered_lane() -> io::Result<Self> {
        let mut design = Self::lane(Config::DEFAULT)?;
        design.files.push(root().join("crates/sc-hdl/tests/rtl/lane_registered.v"));
        Ok(Self { name: "lane_registered".to_owned(), top: "lane_registered".to_owned(), ..design })
    }

    /// An engine, alone.
    pub(super) fn engine(engine: &Engine) -> io::Result<Self> {
        let EngineShape { lanes, rows, groups } = engine.shape();
        let numbers: Vec<String> = numbers(engine.config()).iter().map(u8::to_string).collect();
        let name =
            format!("engine_{}_of_{lanes}_{rows}_{groups}_{}", numbers.join("_"), engine.has_multipliers());
        let file = work().join(&name).join(format!("{}.v", Engine::DEFAULT_NAME));
        tools::write(&file, &engine.verilog())?;
        Ok(Self { name, top: Engine::DEFAULT_NAME.to_owned(), files: vec![file], parameters: Vec::new() })
    }

    /// An engine of default widths behind few pins.
    pub(super) fn engine_behind_pins(engine: &Engine) -> io::Result<Self> {
        let mut design = Self::engine(engine)?;
        design.files.push(root().join("crates/sc-hdl/tests/rtl/engine_pins.v"));
        let of_pins = ["LANE_BITS", "ROW_BITS", "GROUP_BITS"];
        let parameters = engine.parameters().into_iter().filter(|(name, _)| of_pins.contains(name)).collect();
        let name = format!("{}_pins", design.name);
        Ok(Self { name, top: "engine_pins".to_owned(), parameters, ..design })
    }

    /// Where a tool leaves a file about it.
    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        work().join(&self.name).join(name)
    }
}

/// An engine as it is for a family: with multipliers where there are any.
pub(super) fn engine_for(config: Config, shape: EngineShape, family: Family) -> io::Result<Engine> {
    let name = Identifier::new(Engine::DEFAULT_NAME).expect("a name");
    let engine = Engine::new(config, shape, name).map_err(io::Error::other)?;
    Ok(if family.has_multipliers() { engine } else { engine.without_multipliers() })
}

/// Widths and shifts of a configuration.
pub(super) fn numbers(config: &Config) -> [u8; 5] {
    let [weight, trace, reward] = [config.weight_bits(), config.trace_bits(), config.reward_bits()];
    [weight, trace, reward, config.learning_shift(), config.trace_decay_shift()]
}
