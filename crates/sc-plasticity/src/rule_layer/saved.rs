//! Rule layers as bytes, in two formats that both begin with `"SCAL"`, a version and the number of elements.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use super::kind::Layout;
use super::{RuleKind, RuleLayer, check_elements};
use crate::Error;

const MAGIC: [u8; 4] = *b"SCAL";
/// Magic, version, number of elements.
const HEADER: usize = 12;
/// Rule id, values per element: after the header in version 2, before each element in version 1.
const RECORD: usize = 8;
/// Two parameters and the checksum, in version 2.
const PARAMETERS_AND_CHECKSUM: usize = 12;

/// # Saved states
///
/// All numbers are little endian; a value is the 4 bytes of an `f32`.
///
/// **Version 2** holds everything, so that the restored layer goes on with the same bits:
///
/// ```text
/// "SCAL" | u32 2 | u32 n | u32 rule id | u32 k | a, b | k arrays of n values | u32 CRC-32 of all bytes before
/// ```
///
/// `a` and `b` are the parameters as the rule uses them, the arrays are those of [`state`](Self::state). A state may
/// hold what is not finite ([`Eligent`](RuleKind::Eligent) weights can overflow): it is written and restored as it
/// is. Any changed byte is noticed.
///
/// **Version 1** is the reference package's. It lacks the parameters, ELIGENT's sum of weights, BCM's mean activity
/// and a checksum:
///
/// ```text
/// "SCAL" | u32 1 | u32 n | n times: u32 rule id | u32 k | k values
/// ```
///
/// | id | k | values |
/// |---|---|---|
/// | 0 | 3 | weight, threshold, eligibility |
/// | 1 | 3 | weight, `pre_trace`, `post_trace` |
/// | 2 | 4 | weight, `pre_trace`, `post_trace`, eligibility |
/// | 3 | 2 | weight, threshold |
///
/// What is missing stays as it is in the layer that is restored. So a BCM layer does not go on as it would have, and
/// an ELIGENT layer that started with weight `w` jumps to `1 / w` in its next step. Only finite numbers are written
/// and read. A weight outside [0, 1] is taken as it is, and the next step brings it into the range of its rule.
///
/// All of a saved state is read and checked before any of it is used: a layer is restored, or as it was.
impl RuleLayer {
    /// Bytes of the state in version 1.
    #[must_use]
    pub fn state_len_v1(&self) -> usize {
        HEADER + self.len() * (RECORD + 4 * self.kind.layout().n_saved_v1)
    }

    /// Writes the state in version 1.
    ///
    /// # Errors
    /// [`Error::Length`] if `out` is not [`state_len_v1`](Self::state_len_v1) bytes long, [`Error::Element`] if the
    /// state holds what is not finite. Nothing is then written.
    pub fn write_v1(&self, out: &mut [u8]) -> Result<(), Error> {
        Error::length("bytes of a saved layer", self.state_len_v1(), out.len())?;
        let columns = &self.columns[..self.kind.layout().n_saved_v1];
        for (values, column) in columns.iter().zip(self.kind.layout().columns) {
            check_elements(column.name, values, "finite in version 1", f32::is_finite)?;
        }
        let (header, records) = out.split_at_mut(HEADER);
        header.copy_from_slice(&self.header(1));
        let start = record_start(self.kind, columns.len());
        for (i, record) in records.chunks_exact_mut(RECORD + 4 * columns.len()).enumerate() {
            record[..RECORD].copy_from_slice(&start);
            for (bytes, column) in record[RECORD..].chunks_exact_mut(4).zip(columns) {
                bytes.copy_from_slice(&column[i].to_le_bytes());
            }
        }
        Ok(())
    }

    /// Bytes of the state in version 2.
    #[must_use]
    pub fn state_len(&self) -> usize {
        HEADER + RECORD + PARAMETERS_AND_CHECKSUM + 4 * self.columns.len() * self.len()
    }

    /// The state in version 2.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "a vector takes every byte")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.state_len());
        self.write_to(&mut bytes).expect("a vector takes every byte");
        bytes
    }

    /// Writes the state in version 2, a few kilobytes at a time.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_to(&self, mut writer: impl Write) -> io::Result<()> {
        let mut checksum = crc32fast::Hasher::new();
        let mut write = |bytes: &[u8]| {
            checksum.update(bytes);
            writer.write_all(bytes)
        };
        write(&self.header(2))?;
        write(&record_start(self.kind, self.columns.len()))?;
        let mut bytes = [[0; 4]; CHUNK];
        for values in [&self.parameters[..]].into_iter().chain(self.columns.iter().map(|c| &c[..])) {
            for values in values.chunks(CHUNK) {
                for (bytes, value) in bytes.iter_mut().zip(values) {
                    *bytes = value.to_le_bytes();
                }
                write(bytes[..values.len()].as_flattened())?;
            }
        }
        writer.write_all(&checksum.finalize().to_le_bytes())
    }

    /// Restores a state of either version, which must be the whole of `bytes`.
    ///
    /// # Errors
    /// [`Error::TrailingBytes`], and those of [`restore_from`](Self::restore_from). The layer is then unchanged.
    pub fn restore(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        let state = self.read(&mut bytes)?;
        if !bytes.is_empty() {
            return Err(Error::TrailingBytes);
        }
        self.replace(state);
        Ok(())
    }

    /// Restores a state of either version from a reader, and takes no byte more than the state has.
    ///
    /// For memory whose length nobody knows, make a reader that copies what it is asked for: nothing is asked for
    /// before what precedes it was found to fit this layer, header by header, and a state that fits has a known
    /// length.
    ///
    /// # Errors
    /// [`Error::NotASavedLayer`], [`Error::Version`], [`Error::Mismatch`], [`Error::Element`], [`Error::Checksum`],
    /// [`Error::Truncated`], [`Error::Read`], or [`Error::TooManyElements`] if there is no memory for a second state.
    /// The layer is then unchanged.
    pub fn restore_from(&mut self, mut reader: impl Read) -> Result<(), Error> {
        let state = self.read(&mut reader)?;
        self.replace(state);
        Ok(())
    }

    /// Writes the state to a file in version 2. A former file of this name is replaced when the new one is
    /// complete and on the disk, as [`sc_core::replace_file`] does it.
    ///
    /// # Errors
    /// [`Error::Core`]. A former file is then as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(sc_core::replace_file(path, |file: &mut BufWriter<File>| self.write_to(file))?)
    }

    /// Restores a state of either version from a file, which must hold nothing else.
    ///
    /// # Errors
    /// [`Error::Core`] if the file cannot be opened, else those of [`restore`](Self::restore). The layer is then
    /// unchanged.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let mut reader = BufReader::with_capacity(
            1 << 16,
            File::open(path).map_err(|error| sc_core::Error::Io {
                path: path.into(),
                kind: error.kind(),
                message: error.to_string(),
            })?,
        );
        let state = self.read(&mut reader)?;
        match fill(&mut reader, &mut [0]) {
            Err(Error::Truncated) => {}
            Ok(()) => return Err(Error::TrailingBytes),
            Err(error) => return Err(error),
        }
        self.replace(state);
        Ok(())
    }

    fn header(&self, version: u32) -> [u8; HEADER] {
        let n = u32::try_from(self.len()).expect("a layer has fewer than 2^32 elements");
        let mut header = [0; HEADER];
        header[..4].copy_from_slice(&MAGIC);
        header[4..8].copy_from_slice(&version.to_le_bytes());
        header[8..].copy_from_slice(&n.to_le_bytes());
        header
    }

    fn read(&self, reader: &mut impl Read) -> Result<Restored, Error> {
        let header: [u8; HEADER] = take(reader)?;
        let [found, version, n] = words(header);
        if found != MAGIC {
            return Err(Error::NotASavedLayer { found });
        }
        let expected = u32::try_from(self.len()).expect("a layer has fewer than 2^32 elements");
        let same_n = expect("number of elements", 0, expected, u32::from_le_bytes(n));
        match u32::from_le_bytes(version) {
            1 => same_n.and_then(|()| self.read_v1(reader)),
            2 => same_n.and_then(|()| self.read_v2(reader, &header)),
            version => Err(Error::Version { version }),
        }
    }

    fn read_v1(&self, reader: &mut impl Read) -> Result<Restored, Error> {
        let k = self.kind.layout().n_saved_v1;
        let mut columns = self.empty_columns(k)?;
        for i in 0..self.len() {
            self.read_record_start(take(reader)?, i, k)?;
            let mut values = [[0; 4]; MOST_COLUMNS];
            fill(reader, values[..k].as_flattened_mut())?;
            for (column, value) in columns.iter_mut().zip(values) {
                column.push(f32::from_le_bytes(value));
            }
        }
        for (values, column) in columns.iter().zip(self.kind.layout().columns) {
            check_elements(column.name, values, "finite in version 1", f32::is_finite)?;
        }
        Ok(Restored { parameters: self.parameters, columns })
    }

    fn read_v2(&self, reader: &mut impl Read, header: &[u8]) -> Result<Restored, Error> {
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(header);
        let k = self.columns.len();
        let start: [u8; RECORD] = take(reader)?;
        checksum.update(&start);
        self.read_record_start(start, 0, k)?;
        let parameters: [u8; 8] = take(reader)?;
        checksum.update(&parameters);
        let parameters: [f32; 2] = words(parameters).map(f32::from_le_bytes);
        let mut columns = self.empty_columns(k)?;
        let mut bytes = [[0; 4]; CHUNK];
        for column in &mut columns {
            while column.len() < self.len() {
                let bytes = &mut bytes[..CHUNK.min(self.len() - column.len())];
                fill(reader, bytes.as_flattened_mut())?;
                checksum.update(bytes.as_flattened());
                column.extend(bytes.iter().map(|&value| f32::from_le_bytes(value)));
            }
        }
        let (recorded, computed) = (u32::from_le_bytes(take(reader)?), checksum.finalize());
        if recorded != computed {
            return Err(Error::Checksum { recorded, computed });
        }
        for ((name, value), least) in
            ["a", "b"].into_iter().zip(parameters).zip([0.0, self.kind.layout().least[1]])
        {
            let valid = value.is_finite() && value >= least;
            Error::require(valid, name, value.into(), "finite and not below the least that the rule allows")?;
        }
        Ok(Restored { parameters, columns })
    }

    /// Rule id and number of values, which must be this layer's.
    fn read_record_start(&self, bytes: [u8; RECORD], element: usize, k: usize) -> Result<(), Error> {
        let [id, n_values] = words(bytes).map(u32::from_le_bytes);
        expect("rule id", element, self.kind.id(), id)?;
        expect("number of values", element, k as u32, n_values)
    }

    fn empty_columns(&self, k: usize) -> Result<Vec<Vec<f32>>, Error> {
        let n = self.len();
        let mut columns = vec![Vec::new(); k];
        for column in &mut columns {
            column.try_reserve_exact(n).map_err(|_| Error::TooManyElements { n })?;
        }
        Ok(columns)
    }

    fn replace(&mut self, Restored { parameters, columns }: Restored) {
        self.parameters = parameters;
        for (column, values) in self.columns.iter_mut().zip(columns) {
            *column = values;
        }
    }
}

/// What was read and found to be in order: the first columns, of version 1 not all.
struct Restored {
    parameters: [f32; 2],
    columns: Vec<Vec<f32>>,
}

/// Values that are converted at a time.
const CHUNK: usize = 4096;
/// No rule saves more values per element in version 1.
const MOST_COLUMNS: usize = 4;

/// Bytes of the longer of the two formats, if memory can address them.
pub(super) fn largest_len(layout: &Layout, n: usize) -> Option<usize> {
    let per_element = (RECORD + 4 * layout.n_saved_v1).max(4 * layout.columns.len());
    let len = n.checked_mul(per_element)?.checked_add(HEADER + RECORD + PARAMETERS_AND_CHECKSUM)?;
    (len <= isize::MAX as usize).then_some(len)
}

fn record_start(kind: RuleKind, k: usize) -> [u8; RECORD] {
    let mut start = [0; RECORD];
    start[..4].copy_from_slice(&kind.id().to_le_bytes());
    start[4..].copy_from_slice(&(k as u32).to_le_bytes());
    start
}

fn expect(what: &'static str, element: usize, expected: u32, got: u32) -> Result<(), Error> {
    if expected == got { Ok(()) } else { Err(Error::Mismatch { what, element, expected, got }) }
}

/// The 4-byte words of an array of `4 W` bytes.
fn words<const N: usize, const W: usize>(bytes: [u8; N]) -> [[u8; 4]; W] {
    const { assert!(N == 4 * W) };
    std::array::from_fn(|w| std::array::from_fn(|i| bytes[4 * w + i]))
}

fn take<const N: usize>(reader: &mut impl Read) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    fill(reader, &mut bytes)?;
    Ok(bytes)
}

fn fill(reader: &mut impl Read, bytes: &mut [u8]) -> Result<(), Error> {
    reader.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::Truncated,
        kind => Error::Read { kind, message: error.to_string() },
    })
}
