//! Of which cells of a chip a memory is made.

use crate::Family;

/// Words of which one is read and one written in every clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) bits: u32,
    pub(crate) words: u32,
    /// Whether a word that is read while it is written must be the old one.
    pub(crate) reads_old: bool,
}

/// What a memory becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Registers,
    /// Lookup tables, of which one is a word's bit or several are.
    LutMemory,
    BlockRam,
}

/// A memory on a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) cell: Cell,
    /// How many cells; none of registers, which are as many as the memory has bits.
    pub(crate) n_cells: u32,
    /// Parts of the memory, one of which an address chooses outside of the cells.
    pub(crate) banks: u32,
}

/// A kind of memory that a family has, and what yosys takes it to cost.
struct Kind {
    cell: Cell,
    /// Of blocks of the smallest size.
    size: u32,
    /// Words of the narrowest of `widths`; with each of the others they are halved.
    words: u32,
    widths: &'static [u32],
    /// Bits of a word which are written together.
    byte: u32,
    cost: f64,
    /// The part of the cost that bits pay which are used, and the others do not.
    used_bits_cost: f64,
}

impl Kind {
    const fn block(size: u32, words: u32, widths: &'static [u32], byte: u32, cost: f64) -> Self {
        Self { cell: Cell::BlockRam, size, words, widths, byte, cost, used_bits_cost: 0.0 }
    }

    /// Written as a whole.
    const fn luts(words: u32, width: &'static [u32; 1], cost: f64, used_bits_cost: f64) -> Self {
        Self { cell: Cell::LutMemory, size: 1, words, widths: width, byte: width[0], cost, used_bits_cost }
    }
}

/// `SB_RAM40_4K`.
const ICE40: [Kind; 1] = [Kind::block(1, 2048, &[2, 4, 8, 16], 1, 64.0)];

/// `TRELLIS_DPR16X4`; `DP16KD`, which is wider if it only reads at one port and only writes at the other.
const ECP5: [Kind; 2] =
    [Kind::luts(16, &[4], 4.0, 0.0), Kind::block(1, 1 << 14, &[1, 2, 4, 9, 18, 36], 9, 128.0)];

/// `RAM32M`, `RAM64M` and `RAM128X1D`, of which some can be used in two ways; `RAMB18E1` and `RAMB36E1`.
const XILINX7: [Kind; 7] = [
    Kind::luts(32, &[4], 8.0, 8.0),
    Kind::luts(64, &[2], 8.0, 8.0),
    Kind::luts(128, &[1], 8.0, 8.0),
    Kind::luts(32, &[6], 8.0, 7.0),
    Kind::luts(64, &[3], 8.0, 7.0),
    Kind::block(1, 1 << 14, &[1, 2, 4, 9, 18, 36], 9, 129.0),
    Kind::block(2, 1 << 15, &[1, 2, 4, 9, 18, 36, 72], 9, 257.0),
];

impl Memory {
    /// What yosys 0.23 makes of the memory: whatever costs the least according to its `memory_libmap` and to what its libraries
    /// say of the cells of a family. A bit costs 1 in a register, and half of that in the multiplexers before and after banks.
    pub(crate) fn place(self, family: Family) -> Placed {
        let kinds: &[Kind] = match family {
            Family::Ice40 | Family::Ice40Up5k => &ICE40,
            Family::Ecp5 => &ECP5,
            Family::Xilinx7 => &XILINX7,
        };
        let mut least = f64::from(self.bits) * f64::from(self.words);
        let mut placed = Placed { cell: Cell::Registers, n_cells: 0, banks: self.words };
        for kind in kinds {
            for (words, width) in (0..).map(|k| kind.words >> k).zip(kind.widths) {
                let banks = self.words.div_ceil(words);
                let bits = self.bits.next_multiple_of(kind.byte.min(*width));
                let n_cells = (banks * bits).div_ceil(*width);
                let used = f64::from(banks * self.bits) / f64::from(*width);
                let cost = (kind.cost - kind.used_bits_cost) * f64::from(n_cells)
                    + kind.used_bits_cost * used
                    + 0.5 * f64::from(muxes(self.bits, banks))
                    + self.extra_cost(kind.cell);
                if cost < least {
                    least = cost;
                    placed = Placed { cell: kind.cell, n_cells: n_cells * kind.size, banks };
                }
            }
        }
        placed
    }

    /// A port to read is 2. A block that cannot read the old word is given its new ones later, with a way around it.
    fn extra_cost(self, cell: Cell) -> f64 {
        if self.reads_old && cell == Cell::BlockRam { 14.0 } else { 2.0 }
    }

    /// Multiplexers after, and gates before the banks.
    pub(crate) fn muxes(self, family: Family) -> u32 {
        muxes(self.bits, self.place(family).banks)
    }
}

fn muxes(bits: u32, banks: u32) -> u32 {
    if banks == 1 { 0 } else { (banks - 1) * bits + banks }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells of memories of a word's bits and of words, with what a family makes of them.
    fn placed(family: Family, bits: u32, words: u32) -> (Cell, u32) {
        let placed = Memory { bits, words, reads_old: false }.place(family);
        (placed.cell, placed.n_cells)
    }

    // What yosys 0.23 makes of the module sc_online_o1_engine_memory alone.
    #[test]
    fn memories_are_what_yosys_makes_of_them() {
        use Cell::{BlockRam, LutMemory, Registers};
        for (bits, words, cell, n_cells) in [
            (1, 64, Registers, 0),
            (1, 128, BlockRam, 1),
            (17, 4, Registers, 0),
            (17, 8, BlockRam, 2),
            (12, 512, BlockRam, 2),
            (12, 1024, BlockRam, 3),
            (9, 1024, BlockRam, 3),
            (9, 8192, BlockRam, 18),
            (3, 8192, BlockRam, 6),
            (31, 8192, BlockRam, 62),
        ] {
            assert_eq!(placed(Family::Ice40, bits, words), (cell, n_cells), "{bits} x {words}");
        }
        for (bits, words, cell, n_cells) in [
            (1, 4, Registers, 0),
            (5, 2, Registers, 0),
            (4, 2, LutMemory, 1),
            (1, 256, LutMemory, 16),
            (1, 512, BlockRam, 1),
            (18, 64, LutMemory, 20),
            (24, 64, BlockRam, 1),
            (19, 1024, BlockRam, 2),
            (31, 8192, BlockRam, 16),
        ] {
            assert_eq!(placed(Family::Ecp5, bits, words), (cell, n_cells), "{bits} x {words}");
        }
        for (bits, words, cell, n_cells) in [
            (1, 4, Registers, 0),
            (2, 4, LutMemory, 1),
            (1, 128, LutMemory, 1),
            (2, 128, LutMemory, 2),
            (1, 1024, LutMemory, 16),
            (1, 2048, BlockRam, 1),
            (12, 128, LutMemory, 8),
            (12, 256, BlockRam, 1),
            // A block of 36 Kibit counts as two.
            (12, 2048, BlockRam, 2),
            (12, 4096, BlockRam, 3),
            (9, 32_768, BlockRam, 16),
        ] {
            assert_eq!(placed(Family::Xilinx7, bits, words), (cell, n_cells), "{bits} x {words}");
        }
    }
}
