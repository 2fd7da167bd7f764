//! Sorted rows in one array, each with room to grow.

use super::n_bytes;

/// Entries `(key, value)` in rows; the keys of a row are strictly increasing.
///
/// Every row has some room behind its entries. One that has outgrown its room moves to the end of the array
/// and leaves a hole. When room and holes outweigh the entries, all rows move together again. So an edit
/// shifts the entries of one row; the moves cost a constant number of entries per edit, on average over any
/// sequence of edits.
#[derive(Debug, Clone)]
pub(crate) struct Rows<V> {
    spans: Vec<Span>,
    keys: Vec<u32>,
    values: Vec<V>,
    n_entries: usize,
}

/// Where a row lies in the array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) len: usize,
    /// Slots that belong to the row, `len` of them in use.
    pub(crate) room: usize,
}

/// The room for a row that has just been moved.
fn roomy(len: usize) -> usize {
    len + len / 4 + 4
}

impl<V: Copy + Default> Rows<V> {
    /// Rows without entries.
    pub(crate) fn empty(n_rows: usize) -> Self {
        let span = Span { start: 0, len: 0, room: 0 };
        Self { spans: vec![span; n_rows], keys: Vec::new(), values: Vec::new(), n_entries: 0 }
    }

    /// Rows whose entries come in order.
    pub(crate) fn of(rows: impl Iterator<Item = impl Iterator<Item = (u32, V)>>) -> Self {
        let mut new = Self::empty(0);
        for row in rows {
            new.append(row);
        }
        new
    }

    /// The same rows, where a layout of before says. The caller has checked that it holds them.
    pub(crate) fn laid_out(&self, spans: Vec<Span>, n_slots: usize) -> Self {
        let (mut keys, mut values) = (vec![0; n_slots], vec![V::default(); n_slots]);
        for (row, span) in spans.iter().enumerate() {
            keys[span.start..][..span.len].copy_from_slice(self.keys(row));
            values[span.start..][..span.len].copy_from_slice(self.row(row).1);
        }
        Self { spans, keys, values, n_entries: self.n_entries }
    }

    pub(crate) fn n_bytes(&self) -> usize {
        n_bytes(&self.spans) + n_bytes(&self.keys) + n_bytes(&self.values)
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.spans.len()
    }

    pub(crate) fn n_entries(&self) -> usize {
        self.n_entries
    }

    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The values of all slots, those of entries and those of spare room.
    pub(crate) fn slots(&self) -> &[V] {
        &self.values
    }

    pub(crate) fn slots_mut(&mut self) -> &mut [V] {
        &mut self.values
    }

    #[inline]
    pub(crate) fn keys(&self, row: usize) -> &[u32] {
        let Span { start, len, .. } = self.spans[row];
        &self.keys[start..start + len]
    }

    #[inline]
    pub(crate) fn row(&self, row: usize) -> (&[u32], &[V]) {
        let Span { start, len, .. } = self.spans[row];
        (&self.keys[start..start + len], &self.values[start..start + len])
    }

    #[inline]
    pub(crate) fn row_mut(&mut self, row: usize) -> (&[u32], &mut [V]) {
        let Span { start, len, .. } = self.spans[row];
        (&self.keys[start..start + len], &mut self.values[start..start + len])
    }

    /// The slot of an entry.
    #[inline]
    pub(crate) fn find(&self, row: usize, key: u32) -> Option<usize> {
        self.keys(row).binary_search(&key).ok().map(|at| self.spans[row].start + at)
    }

    /// Adds an entry, unless the row has one of this key.
    pub(crate) fn insert(&mut self, row: usize, key: u32, value: V) -> bool {
        let Err(at) = self.keys(row).binary_search(&key) else { return false };
        if self.spans[row].len == self.spans[row].room {
            self.make_room(row);
        }
        let Span { start, len, .. } = self.spans[row];
        let (at, end) = (start + at, start + len);
        self.keys.copy_within(at..end, at + 1);
        self.values.copy_within(at..end, at + 1);
        (self.keys[at], self.values[at]) = (key, value);
        self.spans[row].len += 1;
        self.n_entries += 1;
        true
    }

    /// Takes an entry out.
    pub(crate) fn remove(&mut self, row: usize, key: u32) -> Option<V> {
        let at = self.find(row, key)?;
        let value = self.values[at];
        let end = self.spans[row].start + self.spans[row].len;
        self.keys.copy_within(at + 1..end, at);
        self.values.copy_within(at + 1..end, at);
        self.values[end - 1] = V::default();
        self.spans[row].len -= 1;
        self.n_entries -= 1;
        self.compact_if_sparse();
        Some(value)
    }

    /// Moves a row to the end of the array, where there is room for more.
    fn make_room(&mut self, row: usize) {
        let Span { start, len, .. } = self.spans[row];
        let new = Span { start: self.keys.len(), len, room: roomy(len) };
        self.keys.extend_from_within(start..start + len);
        self.values.extend_from_within(start..start + len);
        self.keys.resize(new.start + new.room, 0);
        self.values.resize(new.start + new.room, V::default());
        self.values[start..start + len].fill(V::default());
        self.spans[row] = new;
        self.compact_if_sparse();
    }

    /// Moves all rows together if that at least halves the array.
    fn compact_if_sparse(&mut self) {
        let compacted = self.n_entries + self.n_entries / 4 + 4 * self.n_rows();
        if self.keys.len() > 2 * compacted {
            let entries = |row| {
                let (keys, values) = self.row(row);
                keys.iter().copied().zip(values.iter().copied())
            };
            *self = Self::of((0..self.n_rows()).map(entries));
        }
    }

    fn append(&mut self, row: impl Iterator<Item = (u32, V)>) {
        let start = self.keys.len();
        for (key, value) in row {
            self.keys.push(key);
            self.values.push(value);
        }
        let len = self.keys.len() - start;
        self.keys.resize(start + roomy(len), 0);
        self.values.resize(start + roomy(len), V::default());
        self.spans.push(Span { start, len, room: roomy(len) });
        self.n_entries += len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Entries where they belong, every slot of no entry zero, no two rows in one place.
    fn check(rows: &Rows<f64>, expected: &[BTreeMap<u32, f64>]) {
        assert_eq!(rows.n_entries(), expected.iter().map(BTreeMap::len).sum::<usize>());
        let mut slots = vec![0.0; rows.slots().len()];
        let mut places: Vec<_> = rows.spans().to_vec();
        for (row, expected) in expected.iter().enumerate() {
            let (keys, values) = rows.row(row);
            assert!(keys.iter().eq(expected.keys()) && values.iter().eq(expected.values()));
            for (key, value) in expected {
                slots[rows.find(row, *key).unwrap()] = *value;
            }
        }
        assert_eq!(rows.slots(), slots);
        places.retain(|span| span.room > 0);
        places.sort_by_key(|span| span.start);
        assert!(places.iter().all(|span| span.len <= span.room));
        assert!(places.windows(2).all(|pair| pair[0].start + pair[0].room <= pair[1].start));
        assert!(places.last().is_none_or(|span| span.start + span.room <= slots.len()));
        let bound = 2 * (rows.n_entries() + rows.n_entries() / 4 + 4 * rows.n_rows());
        assert!(slots.len() <= bound, "{} slots, bound {bound}", slots.len());
    }

    proptest! {
        #[test]
        fn rows_are_maps(edits in prop::collection::vec((0_usize..4, 0_u32..40, prop::bool::weighted(0.6)), 0..400)) {
            let mut rows = Rows::empty(4);
            let mut expected = vec![BTreeMap::new(); 4];
            for (t, (row, key, insert)) in edits.into_iter().enumerate() {
                let value = 1.0 + t as f64;
                if insert {
                    let new = !expected[row].contains_key(&key);
                    expected[row].entry(key).or_insert(value);
                    prop_assert_eq!(rows.insert(row, key, value), new);
                } else {
                    prop_assert_eq!(rows.remove(row, key), expected[row].remove(&key));
                }
                check(&rows, &expected);
            }
        }
    }

    /// Rows filled and emptied at random, at a standstill, while they grow and while they shrink: how many
    /// entries were moved to another place per edit.
    #[test]
    fn moves_cost_a_constant_number_of_entries_per_edit() {
        use rand::RngExt;
        let mut stream = crate::random::stream(1, "test", 0);
        let n_rows = 50;
        let mut rows = Rows::<f64>::empty(n_rows);
        let (mut moved, mut n_edits) = (0, 0);
        for fill in [0.9, 0.5, 0.1, 0.5, 0.9, 0.05] {
            for _ in 0..100_000 {
                let (row, key) = (stream.random_range(0..n_rows), stream.random_range(0..1000));
                let before = rows.spans().to_vec();
                let edited = if stream.random_bool(fill) {
                    rows.insert(row, key, 1.0)
                } else {
                    rows.remove(row, key).is_some()
                };
                n_edits += usize::from(edited);
                let places = before.iter().zip(rows.spans());
                moved +=
                    places.filter(|(old, new)| old.start != new.start).map(|(_, new)| new.len).sum::<usize>();
            }
        }
        assert!(n_edits > 100_000);
        let per_edit = moved as f64 / n_edits as f64;
        assert!(per_edit < 10.0, "{per_edit} entries moved per edit");
    }
}
