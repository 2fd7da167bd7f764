//! The configuration of a synapse as C writes it.

use sc_online_o1::{Config, Decay, Rounding};

use crate::{
    error::Error,
    guard,
    memory::{self, Out},
    status::Status,
};

/// Weight changes are rounded downwards, as an arithmetic shift does: the specification that hardware and the reference
/// package share. Rewards of mean zero wear the weight down.
pub const AL_O1_ROUNDING_FLOOR: i32 = 0;
/// Weight changes are rounded towards zero.
pub const AL_O1_ROUNDING_TOWARD_ZERO: i32 = 1;
/// Weight changes are rounded to the nearest integer, halves away from zero: no drift.
pub const AL_O1_ROUNDING_NEAREST: i32 = 2;

/// What a decay takes off is rounded down: the specification. Below `2^trace_decay_shift` nothing decays any more.
pub const AL_O1_DECAY_FLOOR: i32 = 0;
/// What a decay takes off is rounded up: everything reaches zero.
pub const AL_O1_DECAY_CEILING: i32 = 1;

/// Widths and shifts of a synapse, and how it rounds. Fill it by `al_o1_config_init`, then change what should differ.
///
/// Every number is an `int32_t` and is checked when the configuration is used; nothing is cut off on the way.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct O1Config {
    /// `sizeof(al_o1_config)`, written by `al_o1_config_init`: tells the library which version of this struct it reads.
    pub struct_size: u32,
    /// Bits of the weight, 1 to 31; the weight is in `0 .. 2^weight_bits - 1`.
    pub weight_bits: i32,
    /// Bits of each trace and, signed, of the eligibility, 2 to 30.
    pub trace_bits: i32,
    /// Signed bits of the reward, 1 to 30; rewards beyond saturate.
    pub reward_bits: i32,
    /// The weight moves by `reward * eligibility / 2^learning_shift`; 0 to 30.
    pub learning_shift: i32,
    /// Traces and eligibility lose `1 / 2^trace_decay_shift` per step, 0 to 30; 0 means no decay.
    pub trace_decay_shift: i32,
    /// A trace enters the eligibility divided by `2^pairing_shift`, 0 to 30; 0 is the specification.
    pub pairing_shift: i32,
    /// One of `AL_O1_ROUNDING_`.
    pub rounding: i32,
    /// One of `AL_O1_DECAY_`.
    pub decay: i32,
}

/// A mode of the synapse that this interface does not offer; no configuration that came through it has one.
const WITHOUT_NUMBER: i32 = -1;

const SIZE: u32 = size_of::<O1Config>() as u32;

impl From<&Config> for O1Config {
    fn from(config: &Config) -> Self {
        Self {
            struct_size: SIZE,
            weight_bits: config.weight_bits().into(),
            trace_bits: config.trace_bits().into(),
            reward_bits: config.reward_bits().into(),
            learning_shift: config.learning_shift().into(),
            trace_decay_shift: config.trace_decay_shift().into(),
            pairing_shift: config.pairing_shift().into(),
            rounding: match config.rounding() {
                Rounding::Floor => AL_O1_ROUNDING_FLOOR,
                Rounding::TowardZero => AL_O1_ROUNDING_TOWARD_ZERO,
                Rounding::Nearest => AL_O1_ROUNDING_NEAREST,
                _ => WITHOUT_NUMBER,
            },
            decay: match config.decay() {
                Decay::Floor => AL_O1_DECAY_FLOOR,
                Decay::Ceiling => AL_O1_DECAY_CEILING,
                _ => WITHOUT_NUMBER,
            },
        }
    }
}

impl O1Config {
    /// The configuration as the synapse takes it.
    fn checked(&self) -> Result<Config, Error> {
        let rounding = match self.rounding {
            AL_O1_ROUNDING_FLOOR => Rounding::Floor,
            AL_O1_ROUNDING_TOWARD_ZERO => Rounding::TowardZero,
            AL_O1_ROUNDING_NEAREST => Rounding::Nearest,
            other => return Err(argument("rounding", "one of AL_O1_ROUNDING_", other)),
        };
        let decay = match self.decay {
            AL_O1_DECAY_FLOOR => Decay::Floor,
            AL_O1_DECAY_CEILING => Decay::Ceiling,
            other => return Err(argument("decay", "one of AL_O1_DECAY_", other)),
        };
        let config = Config::new(
            byte("weight_bits", self.weight_bits)?,
            byte("trace_bits", self.trace_bits)?,
            byte("reward_bits", self.reward_bits)?,
            byte("learning_shift", self.learning_shift)?,
            byte("trace_decay_shift", self.trace_decay_shift)?,
        )?;
        let config = config.with_pairing_shift(byte("pairing_shift", self.pairing_shift)?)?;
        Ok(config.with_rounding(rounding).with_decay(decay))
    }
}

/// The parameter as the synapse's own constructor takes it; that one knows the narrower range.
fn byte(what: &'static str, value: i32) -> Result<u8, Error> {
    u8::try_from(value).map_err(|_| argument(what, "at most 31 and not negative", value))
}

fn argument(what: &'static str, expected: &str, got: impl ToString) -> Error {
    Error::Argument { what, expected: expected.to_owned(), got: got.to_string() }
}

/// The configuration at `config`, checked.
///
/// # Safety
/// `config` is NULL, or `struct_size` bytes stand there, as its first field says.
pub(crate) unsafe fn read(config: *const O1Config) -> Result<Config, Error> {
    // SAFETY: every version of the struct begins with this number.
    let size = unsafe { memory::value(config.cast::<u32>(), "config") }?;
    if size != SIZE {
        return Err(argument("struct_size", &SIZE.to_string(), size));
    }
    // SAFETY: the caller says that this many bytes stand there.
    unsafe { memory::value(config, "config") }?.checked()
}

/// A place for a configuration, in a caller whose struct has this size.
///
/// # Safety
/// `config` is NULL, or there is room for `struct_size` bytes as long as the result lives.
pub(crate) unsafe fn out(config: *mut O1Config, struct_size: u32) -> Result<Out<O1Config>, Error> {
    if struct_size != SIZE {
        return Err(argument("struct_size", &SIZE.to_string(), struct_size));
    }
    // SAFETY: what this function asks of its caller.
    unsafe { Out::new(config, "config") }
}

/// Fills in the default configuration: 16-bit weight, 12-bit traces, 8-bit reward, both shifts 4, no opt-in mode.
///
/// `struct_size` is `sizeof(al_o1_config)` as the caller's compiler sees it; the library refuses a size it does not know.
///
/// # Safety
/// `config` is NULL (refused) or has room for `struct_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_config_init(config: *mut O1Config, struct_size: u32) -> Status {
    guard::status(|| {
        // SAFETY: the caller has room there, or passes NULL.
        let out = unsafe { out(config, struct_size) }?;
        out.write((&Config::DEFAULT).into());
        Ok(())
    })
}
