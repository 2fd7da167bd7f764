//! The bundled data set.

use crate::{Error, Images, parse_idx};
use ndarray::ArrayD;

/// 1,797 handwritten digits of 8 x 8 pixels in 0..=16, in the order of scikit-learn's `load_digits`.
///
/// The test part of *Optical Recognition of Handwritten Digits*: digits of 13 people, scanned at 32 x 32, each pixel
/// here the number of set pixels in a block of 4 x 4. Small enough to carry along, hard enough that a network which
/// has not learned is seen at once; a linear classifier reaches about 97 %.
///
/// E. Alpaydin & C. Kaynak (1998), UCI Machine Learning Repository, [doi:10.24432/C50P49], licence CC BY 4.0.
///
/// ```
/// let digits = sc_data::digits();
/// assert_eq!((digits.len(), digits.n_pixels(), digits.max()), (1797, 64, 16));
/// ```
///
/// [doi:10.24432/C50P49]: https://doi.org/10.24432/C50P49
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "the bundled bytes never change, and a test reads them")]
pub fn digits() -> Images {
    let pixels = elements(include_bytes!("../data/digits-images-idx3-ubyte.gz"));
    let labels = elements(include_bytes!("../data/digits-labels-idx1-ubyte.gz"));
    pixels
        .and_then(|pixels| Images::new([8, 8], 16, pixels, labels?))
        .expect("the bundled digits are well-formed")
}

fn elements(idx: &[u8]) -> Result<Vec<u8>, Error> {
    let array = ArrayD::<u8>::try_from(parse_idx(idx)?)?;
    Ok(array.into_raw_vec_and_offset().0)
}

#[cfg(test)]
mod tests {
    use super::digits;

    /// The numbers that `data/make.py` prints from scikit-learn's copy.
    #[test]
    fn the_digits_are_those_of_scikit_learn() {
        let digits = digits();
        assert_eq!((digits.len(), digits.height(), digits.width()), (1797, 8, 8));
        assert_eq!(digits.class_counts(), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        assert_eq!(digits.labels()[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        #[rustfmt::skip]
        assert_eq!(digits.sample(0), [
            0, 0,  5, 13,  9,  1,  0, 0,
            0, 0, 13, 15, 10, 15,  5, 0,
            0, 3, 15,  2,  0, 11,  8, 0,
            0, 4, 12,  0,  0,  8,  8, 0,
            0, 5,  8,  0,  0,  9,  8, 0,
            0, 4, 11,  0,  1, 12,  7, 0,
            0, 2, 14,  5, 10, 12,  0, 0,
            0, 0,  6, 13, 10,  0,  0, 0,
        ]);
        let pixels: Vec<u64> =
            (0..digits.len()).flat_map(|i| digits.sample(i)).map(|&x| u64::from(x)).collect();
        assert_eq!(pixels.iter().sum::<u64>(), 561_718);
        // Sensitive to the place of every pixel, which the sum is not.
        assert_eq!(pixels.iter().zip(0..).map(|(pixel, place)| pixel * place).sum::<u64>(), 32_231_583_661);
    }
}
