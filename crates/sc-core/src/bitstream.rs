//! Numbers as streams of random bits.

use rand::RngExt;

use crate::{Error, random};

/// A stochastic-computing bitstream: a probability is the share of ones among its bits.
///
/// One gate per bit does arithmetic (B. R. Gaines 1969, doi:10.1007/978-1-4899-5841-9_2; A. Alaghi & J. P.
/// Hayes 2013, doi:10.1145/2465787.2465794):
///
/// | operation | gate | unipolar, `p` in 0..=1 | bipolar, `x = 2 p - 1` in -1..=1 |
/// |---|---|---|---|
/// | [`and`](Self::and) | AND | `p q` | |
/// | [`xnor`](Self::xnor) | XNOR | | `x y` |
/// | [`mux`](Self::mux) | multiplexer | `s p + (1 - s) q` | the same of `x` and `y` |
///
/// They hold in expectation for *independent* streams, with a standard deviation of at most
/// `1 / (2 sqrt(len))`; draw every stream from a random stream of its own.
///
/// Bit `i` is bit `i % 64` (least significant first) of word `i / 64`; unused bits of the last word are
/// always zero.
///
/// ```
/// use sc_core::{Bitstream, random::stream};
/// let a = Bitstream::encode(0.5, 4096, &mut stream(1, "input", 0))?;
/// let b = Bitstream::encode(0.4, 4096, &mut stream(1, "input", 1))?;
/// assert!((a.and(&b).probability() - 0.2).abs() < 0.03);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitstream {
    len: usize,
    words: Vec<u64>,
}

impl Bitstream {
    /// `len` independent bits, each one with probability `p` (Bernoulli encoding). Takes `len` words from the
    /// stream.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `p` is not in `0..=1`.
    pub fn encode(p: f64, len: usize, stream: &mut random::Stream) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&p) {
            return Err(Error::Parameter { name: "p", value: p, expected: "in 0..=1" });
        }
        Ok(Self::from_bits((0..len).map(|_| stream.random::<f64>() < p)))
    }

    /// These bits in this order.
    #[must_use]
    pub fn from_bits(bits: impl IntoIterator<Item = bool>) -> Self {
        let (mut len, mut words) = (0, Vec::new());
        for bit in bits {
            if len % 64 == 0 {
                words.push(0);
            }
            words[len / 64] |= u64::from(bit) << (len % 64);
            len += 1;
        }
        Self { len, words }
    }

    /// Takes packed words, `len.div_ceil(64)` of them.
    ///
    /// # Errors
    /// [`Error::Length`] if the number of words is wrong, [`Error::Index`] if a bit beyond `len - 1` is set.
    pub fn from_words(len: usize, words: Vec<u64>) -> Result<Self, Error> {
        if words.len() != len.div_ceil(64) {
            return Err(Error::Length { what: "words", expected: len.div_ceil(64), got: words.len() });
        }
        let stream = Self { len, words };
        match stream.words.last() {
            Some(last) if last & !stream.tail_mask() != 0 => {
                let position = stream.words.len() - 1;
                let index = 64 * position + 63 - last.leading_zeros() as usize;
                Err(Error::Index { what: "words", position, index, bound: len })
            }
            _ => Ok(stream),
        }
    }

    /// Number of bits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bits, 64 to a word, least significant first.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Bit `i`.
    ///
    /// # Panics
    /// If `i` is not below [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn get(&self, i: usize) -> bool {
        assert!(i < self.len, "bit {i} of {}", self.len);
        self.words[i / 64] >> (i % 64) & 1 == 1
    }

    /// Number of ones.
    #[must_use]
    pub fn count_ones(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The number the stream stands for in unipolar code, the share of ones; 0 if there are no bits.
    #[must_use]
    pub fn probability(&self) -> f64 {
        self.count_ones() as f64 / self.len.max(1) as f64
    }

    /// The number the stream stands for in bipolar code, twice the share of ones less one.
    #[must_use]
    pub fn bipolar(&self) -> f64 {
        2.0 * self.probability() - 1.0
    }

    /// Unipolar product: `p q`.
    ///
    /// # Panics
    /// If the streams are not equally long.
    #[must_use]
    #[track_caller]
    pub fn and(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a & b)
    }

    /// Bipolar product: `x y`.
    ///
    /// # Panics
    /// If the streams are not equally long.
    #[must_use]
    #[track_caller]
    pub fn xnor(&self, other: &Self) -> Self {
        self.combine(other, |a, b| !(a ^ b))
    }

    /// Scaled sum: the bit of `one` where this stream has a one, that of `zero` elsewhere; `s p + (1 - s) q`.
    ///
    /// # Panics
    /// If the streams are not equally long.
    #[must_use]
    #[track_caller]
    pub fn mux(&self, one: &Self, zero: &Self) -> Self {
        let from_one = self.combine(one, |select, bit| select & bit);
        let from_zero = self.combine(zero, |select, bit| !select & bit);
        from_one.combine(&from_zero, |a, b| a | b)
    }

    #[track_caller]
    fn combine(&self, other: &Self, gate: impl Fn(u64, u64) -> u64) -> Self {
        assert!(self.len == other.len, "streams of {} and {} bits", self.len, other.len);
        let words = self.words.iter().zip(&other.words).map(|(&a, &b)| gate(a, b)).collect();
        let mut result = Self { len: self.len, words };
        let mask = result.tail_mask();
        if let Some(last) = result.words.last_mut() {
            *last &= mask;
        }
        result
    }

    /// The bits of the last word that are in use.
    fn tail_mask(&self) -> u64 {
        u64::MAX >> ((64 - self.len % 64) % 64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode(p: f64, item: u64) -> Bitstream {
        Bitstream::encode(p, 1 << 16, &mut random::stream(3, "test", item)).unwrap()
    }

    #[test]
    fn gates_compute_what_they_should() {
        // Five standard deviations of a share among 2^16 bits.
        let bound = 5.0 * 0.5 / 256.0;
        for (p, q, s) in [(0.0, 0.3, 0.5), (0.25, 0.75, 0.5), (0.9, 0.8, 0.3), (1.0, 0.6, 1.0)] {
            let (a, b, select) = (encode(p, 0), encode(q, 1), encode(s, 2));
            assert!((a.probability() - p).abs() < bound);
            assert!((a.and(&b).probability() - p * q).abs() < bound);
            assert!((a.xnor(&b).bipolar() - (2.0 * p - 1.0) * (2.0 * q - 1.0)).abs() < 2.0 * bound);
            assert!((select.mux(&a, &b).probability() - (s * p + (1.0 - s) * q)).abs() < bound);
        }
    }

    #[test]
    fn certainty_is_exact() {
        for len in [0, 1, 63, 64, 65, 130] {
            let mut source = random::stream(0, "test", 0);
            assert_eq!(Bitstream::encode(1.0, len, &mut source).unwrap().count_ones(), len);
            assert_eq!(Bitstream::encode(0.0, len, &mut source).unwrap().count_ones(), 0);
        }
        for p in [-0.01, 1.01, f64::NAN] {
            assert!(Bitstream::encode(p, 8, &mut random::stream(0, "test", 0)).is_err());
        }
    }

    #[test]
    fn foreign_words_are_checked() {
        assert!(Bitstream::from_words(64, vec![u64::MAX]).is_ok());
        assert!(Bitstream::from_words(0, vec![]).is_ok());
        assert_eq!(
            Bitstream::from_words(65, vec![0]),
            Err(Error::Length { what: "words", expected: 2, got: 1 })
        );
        assert_eq!(
            Bitstream::from_words(65, vec![0, 0b110]),
            Err(Error::Index { what: "words", position: 1, index: 66, bound: 65 })
        );
    }

    #[test]
    #[should_panic(expected = "streams of 3 and 4 bits")]
    fn unequal_lengths_panic() {
        let _ = Bitstream::from_bits([true; 3]).and(&Bitstream::from_bits([true; 4]));
    }

    proptest! {
        #[test]
        fn gates_work_bit_by_bit_and_leave_the_tail_zero(
            bits in prop::collection::vec(any::<(bool, bool, bool)>(), 0..200)
        ) {
            let stream = |pick: fn(&(bool, bool, bool)) -> bool| Bitstream::from_bits(bits.iter().map(pick));
            let (a, b, select) = (stream(|t| t.0), stream(|t| t.1), stream(|t| t.2));
            prop_assert_eq!(a.and(&b), stream(|t| t.0 & t.1));
            prop_assert_eq!(a.xnor(&b), stream(|t| t.0 == t.1));
            prop_assert_eq!(select.mux(&a, &b), stream(|t| if t.2 { t.0 } else { t.1 }));
            prop_assert_eq!(a.count_ones(), bits.iter().filter(|t| t.0).count());
            prop_assert!((0..bits.len()).all(|i| a.get(i) == bits[i].0));
            // `from_words` accepts nothing with a tail bit set.
            for result in [a.xnor(&b), select.mux(&a, &b)] {
                prop_assert!(Bitstream::from_words(bits.len(), result.words().to_vec()).is_ok());
            }
        }
    }
}
