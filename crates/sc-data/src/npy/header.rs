//! The header of an NPY file, such as `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.

use crate::Error;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What a header says about the elements that follow it.
#[derive(Debug, PartialEq)]
pub(super) struct Header<'a> {
    /// Byte order, kind and size in bytes, such as `<f8`.
    pub(super) element_type: &'a str,
    /// Whether the first axis is the fastest.
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
}

/// The header and the bytes after it.
pub(super) fn parse(bytes: &[u8]) -> Result<(Header<'_>, &[u8]), Error> {
    let truncated = |expected| Error::Truncated { what: "NPY header", expected, got: bytes.len() };
    // Before "too short" comes "something else": a text file of three bytes is not a truncated array.
    if !bytes.starts_with(&MAGIC[..bytes.len().min(MAGIC.len())]) {
        let found = excerpt(&String::from_utf8_lossy(&bytes[..bytes.len().min(MAGIC.len())]));
        return Err(Error::Malformed { what: "NPY file", expected: "a leading `\\x93NUMPY`", found });
    }
    let Some((&[major, minor], rest)) = bytes.get(MAGIC.len()..).and_then(<[u8]>::split_first_chunk) else {
        return Err(truncated(MAGIC.len() + 2));
    };
    // Version 2 has a longer length than version 1; version 3 allows UTF-8 in field names, which we refuse anyway.
    let (length, rest) = match major {
        1 => {
            let (&length, rest) = rest.split_first_chunk().ok_or_else(|| truncated(MAGIC.len() + 4))?;
            (usize::from(u16::from_le_bytes(length)), rest)
        }
        2 | 3 => {
            let (&length, rest) = rest.split_first_chunk().ok_or_else(|| truncated(MAGIC.len() + 6))?;
            (u32::from_le_bytes(length) as usize, rest)
        }
        _ => return Err(Error::Unsupported { what: "NPY version", found: format!("{major}.{minor}") }),
    };
    let before = bytes.len() - rest.len();
    let (text, elements) =
        rest.split_at_checked(length).ok_or_else(|| truncated(before.saturating_add(length)))?;
    match str::from_utf8(text) {
        Ok(text) => Ok((Scanner { rest: text }.header()?, elements)),
        // Version 1 and 2 are Latin-1: the names of the fields of a record may be anything. We refuse records.
        Err(_) => {
            Err(Error::Unsupported { what: "NPY header", found: excerpt(&String::from_utf8_lossy(text)) })
        }
    }
}

/// The begin of a text for an error message.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Reads the few Python literals of a header from left to right.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn header(mut self) -> Result<Header<'a>, Error> {
        let (mut element_type, mut fortran_order, mut shape) = (None, None, None);
        self.expect("{", "`{`")?;
        while !self.take("}") {
            let key = self.string("a quoted key")?;
            self.expect(":", "`:`")?;
            let is_new = match key {
                "descr" => element_type.replace(self.element_type()?).is_none(),
                "fortran_order" => fortran_order.replace(self.boolean()?).is_none(),
                "shape" => shape.replace(self.shape()?).is_none(),
                _ => false,
            };
            if !is_new {
                self.rest = key;
                return Err(self.unexpected("the keys `descr`, `fortran_order` and `shape`, once each"));
            }
            if !self.take(",") {
                self.expect("}", "`,` or `}`")?;
                break;
            }
        }
        if !self.rest.trim_start().is_empty() {
            return Err(self.unexpected("nothing after the dictionary"));
        }
        match (element_type, fortran_order, shape) {
            (Some(element_type), Some(fortran_order), Some(shape)) => {
                Ok(Header { element_type, fortran_order, shape })
            }
            _ => Err(self.unexpected("the keys `descr`, `fortran_order` and `shape`")),
        }
    }

    /// A quoted type; a list in its place describes a record.
    fn element_type(&mut self) -> Result<&'a str, Error> {
        if self.take("[") {
            return Err(Error::Unsupported { what: "NPY record type", found: excerpt(self.rest) });
        }
        self.string("a quoted element type")
    }

    fn string(&mut self, expected: &'static str) -> Result<&'a str, Error> {
        for quote in ["'", "\""] {
            if self.take(quote) {
                let Some((string, rest)) = self.rest.split_once(quote) else { break };
                self.rest = rest;
                return Ok(string);
            }
        }
        Err(self.unexpected(expected))
    }

    fn boolean(&mut self) -> Result<bool, Error> {
        let is_true = self.take("True");
        if is_true || self.take("False") { Ok(is_true) } else { Err(self.unexpected("`True` or `False`")) }
    }

    /// `()`, `(3,)`, `(3, 4)`, ...; Python 2 wrote long numbers as `3L`.
    fn shape(&mut self) -> Result<Vec<usize>, Error> {
        let mut shape = Vec::new();
        self.expect("(", "`(`")?;
        while !self.take(")") {
            self.rest = self.rest.trim_start();
            let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
            let length = self.rest[..end].parse().map_err(|_| self.unexpected("the length of an axis"))?;
            shape.push(length);
            self.rest = &self.rest[end..];
            self.rest = self.rest.strip_prefix('L').unwrap_or(self.rest);
            if !self.take(",") {
                self.expect(")", "`,` or `)`")?;
                break;
            }
        }
        Ok(shape)
    }

    /// Whether `token` comes next, after white space; if so, it is consumed.
    fn take(&mut self, token: &str) -> bool {
        let after = self.rest.trim_start().strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn expect(&mut self, token: &str, expected: &'static str) -> Result<(), Error> {
        if self.take(token) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn unexpected(&self, expected: &'static str) -> Error {
        Error::Malformed {
            what: "NPY header",
            expected,
            found: format!("`{}`", excerpt(self.rest.trim_start())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, Scanner};
    use crate::Error;

    fn header(text: &str) -> Result<Header<'_>, Error> {
        Scanner { rest: text }.header()
    }

    #[test]
    fn any_order_and_spacing_of_the_dictionary() {
        let expected = Header { element_type: "<f8", fortran_order: true, shape: vec![3, 4] };
        for text in [
            "{'descr': '<f8', 'fortran_order': True, 'shape': (3, 4), }   \n",
            "{'shape':(3,4),'descr':'<f8','fortran_order':True}",
            " { \"fortran_order\" : True , 'shape' : ( 3L , 4L, ) , \"descr\" : \"<f8\" } ",
        ] {
            assert_eq!(header(text).unwrap(), expected, "{text}");
        }
        let scalar = header("{'descr': '|u1', 'fortran_order': False, 'shape': (), }").unwrap();
        assert_eq!(scalar.shape, [0; 0]);
    }

    #[test]
    fn what_is_not_a_header_is_an_error() {
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } x",
            "{'descr': '<f8', 'fortran_order': False}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': ()}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3 4)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': 3}",
            "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': ()}",
            "{'descr': '<f8', 'fortran_order': True, 'fortran_order': False, 'shape': ()}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (), 'shape': ()}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (), 'more': ()}",
            "{'descr: '<f8', 'fortran_order': False, 'shape': ()}",
            "{'descr': '<f8, 'fortran_order': False, 'shape': ()}",
            "{'descr': '<f8' 'fortran_order': False, 'shape': ()}",
            "{'descr': <f8, 'fortran_order': False, 'shape': ()}",
        ] {
            assert!(matches!(header(text), Err(Error::Malformed { .. })), "{text}: {:?}", header(text));
        }
    }
}
