//! Labelled images in memory.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::ArrayD;

use crate::{Error, read_idx, shuffled, stratified_split};

/// Labelled grey-scale images: pixels `[n, height, width]` and labels `[n]`.
///
/// ```
/// use sc_data::Images;
///
/// // Two images of 1 x 2 pixels in 0..=16.
/// let images = Images::new([1, 2], 16, vec![0, 16, 4, 8], vec![3, 7])?;
/// assert_eq!(images.sample(1), [4, 8]);
/// assert_eq!(images.intensities(1), [0.25, 0.5]);
/// assert_eq!(images.label(1), 7);
/// # Ok::<(), sc_data::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    height: usize,
    width: usize,
    max: u8,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    /// Images of `[height, width]` pixels, each in `0..=max`, one after the other, row by row; one label each.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `max` is 0, [`Error::Shape`] if the number of pixels overflows, [`Error::Length`] if
    /// `pixels` is not `labels.len() * height * width` long, [`Error::Value`] if a pixel is above `max`.
    pub fn new(
        [height, width]: [usize; 2],
        max: u8,
        pixels: Vec<u8>,
        labels: Vec<u8>,
    ) -> Result<Self, Error> {
        if max == 0 {
            return Err(Error::Parameter { name: "max", value: 0.0, expected: "1 or more" });
        }
        let expected = height.checked_mul(width).and_then(|size| size.checked_mul(labels.len()));
        let expected = expected.ok_or_else(|| Error::Shape { shape: vec![labels.len(), height, width] })?;
        if pixels.len() != expected {
            return Err(Error::Length { what: "pixels", expected, got: pixels.len() });
        }
        if let Some(position) = pixels.iter().position(|&pixel| pixel > max) {
            let value = f64::from(pixels[position]);
            return Err(Error::Value { what: "pixels", position, value, expected: "at most `max`" });
        }
        Ok(Self { height, width, max, pixels, labels })
    }

    /// Reads images `[n, height, width]` and labels `[n]` of `u8` from two IDX files, plain or gzipped.
    ///
    /// # Errors
    /// The errors of [`read_idx`]; [`Error::File`] with [`Error::ElementType`] or [`Error::Length`] if a file holds
    /// another type or rank; [`Error::Length`] if there are not as many labels as images.
    pub fn from_idx_files(images: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<Self, Error> {
        let (shape, pixels) = read_u8::<3>(images.as_ref())?;
        let ([n_labels], labels) = read_u8::<1>(labels.as_ref())?;
        let [n_images, height, width] = shape;
        if n_labels != n_images {
            return Err(Error::Length { what: "labels", expected: n_images, got: n_labels });
        }
        Self::new([height, width], u8::MAX, pixels, labels)
    }

    /// Reads the one data set in `directory`: `*images-idx3-ubyte` with `*labels-idx1-ubyte`, plain or with `.gz`.
    ///
    /// If a file is there both plain and gzipped, the plain one is read. A directory with several data sets, such
    /// as `train-*` next to `t10k-*`, needs [`from_idx_files`](Self::from_idx_files).
    ///
    /// # Errors
    /// [`Error::Search`] if there is no such file or more than one; else those of `from_idx_files`.
    pub fn from_idx_dir(directory: impl AsRef<Path>) -> Result<Self, Error> {
        let directory = directory.as_ref();
        let images = the_one_file(directory, "images-idx3-ubyte")?;
        let labels = the_one_file(directory, "labels-idx1-ubyte")?;
        Self::from_idx_files(images, labels)
    }

    /// Number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Height of every image, in pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Width of every image, in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels per image: `height * width`.
    #[must_use]
    pub fn n_pixels(&self) -> usize {
        self.height * self.width
    }

    /// The greatest value that a pixel can have; its intensity is 1.
    #[must_use]
    pub fn max(&self) -> u8 {
        self.max
    }

    /// The pixels of image `i`, row by row, in `0..=max`.
    ///
    /// # Panics
    /// If `i` is not below [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn sample(&self, i: usize) -> &[u8] {
        assert!(i < self.len(), "image {i} of {} images", self.len());
        &self.pixels[i * self.n_pixels()..][..self.n_pixels()]
    }

    /// The pixels of image `i` divided by `max`, each in 0..=1: what an [`Encoder`](crate::Encoder) takes.
    ///
    /// # Panics
    /// If `i` is not below [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn intensities(&self, i: usize) -> Vec<f32> {
        let max = f32::from(self.max);
        self.sample(i).iter().map(|&pixel| f32::from(pixel) / max).collect()
    }

    /// The class of image `i`.
    ///
    /// # Panics
    /// If `i` is not below [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn label(&self, i: usize) -> u8 {
        self.labels[i]
    }

    /// The classes of all images.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Number of images per class, from class 0 to the greatest label.
    #[must_use]
    pub fn class_counts(&self) -> Vec<usize> {
        let n_classes = self.labels.iter().max().map_or(0, |&greatest| usize::from(greatest) + 1);
        let mut counts = vec![0; n_classes];
        self.labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
        counts
    }

    /// The images at `indices`, in that order.
    ///
    /// # Panics
    /// If an index is not below [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn select(&self, indices: &[usize]) -> Self {
        let pixels = indices.iter().flat_map(|&i| self.sample(i)).copied().collect();
        let labels = indices.iter().map(|&i| self.label(i)).collect();
        Self { pixels, labels, ..*self }
    }

    /// All indices in the order of this epoch; see [`shuffled`](crate::shuffled).
    #[must_use]
    pub fn shuffled(&self, seed: u64, epoch: u64) -> Vec<usize> {
        shuffled(self.len(), seed, epoch)
    }

    /// The first `n` images and the others.
    ///
    /// # Panics
    /// If `n` is greater than [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn split_at(&self, n: usize) -> (Self, Self) {
        assert!(n <= self.len(), "the first {n} of {} images", self.len());
        let part =
            |pixels: &[u8], labels: &[u8]| Self { pixels: pixels.to_vec(), labels: labels.to_vec(), ..*self };
        let (first_pixels, other_pixels) = self.pixels.split_at(n * self.n_pixels());
        let (first_labels, other_labels) = self.labels.split_at(n);
        (part(first_pixels, first_labels), part(other_pixels, other_labels))
    }

    /// A training and a test part in which every class has its share; see [`stratified_split`](crate::stratified_split).
    ///
    /// ```
    /// let (train, test) = sc_data::digits().stratified_split(0.2, 42)?;
    /// assert_eq!((train.len(), test.len()), (1438, 359));
    /// # Ok::<(), sc_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] if `test_fraction` is not in 0..=1.
    pub fn stratified_split(&self, test_fraction: f64, seed: u64) -> Result<(Self, Self), Error> {
        let (train, test) = stratified_split(&self.labels, test_fraction, seed)?;
        Ok((self.select(&train), self.select(&test)))
    }
}

/// The shape and elements of an IDX file of `u8` and rank `RANK`.
fn read_u8<const RANK: usize>(path: &Path) -> Result<([usize; RANK], Vec<u8>), Error> {
    let in_file = |source| Error::File { path: path.to_owned(), source: Box::new(source) };
    let array = ArrayD::<u8>::try_from(read_idx(path)?).map_err(in_file)?;
    let wrong_rank = |_| in_file(Error::Length { what: "axes", expected: RANK, got: array.ndim() });
    let shape = array.shape().try_into().map_err(wrong_rank)?;
    Ok((shape, array.into_raw_vec_and_offset().0))
}

/// The file of `directory` whose name ends with `ending`, or with that and `.gz`.
fn the_one_file(directory: &Path, ending: &'static str) -> Result<PathBuf, Error> {
    let in_directory = |source| {
        let source = Error::Io { what: "directory", source };
        Error::File { path: directory.to_owned(), source: Box::new(source) }
    };
    let (mut plain, mut gzipped) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(directory).map_err(in_directory)? {
        let path = entry.map_err(in_directory)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(ending) {
            plain.push(path);
        } else if name.strip_suffix(".gz").is_some_and(|name| name.ends_with(ending)) {
            gzipped.push(path);
        }
    }
    gzipped.retain(|path| !plain.contains(&path.with_extension("")));
    let mut found = [plain, gzipped].concat();
    found.sort();
    match found.as_slice() {
        [path] => Ok(path.clone()),
        _ => Err(Error::Search { directory: directory.to_owned(), pattern: ending, found }),
    }
}
