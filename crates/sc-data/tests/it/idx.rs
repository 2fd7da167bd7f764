//! IDX files, and the directories in which data sets come.

use std::fs;

use ndarray::{arr0, arr2};
use sc_data::{AnyArray, Error, Images, parse_idx, read_idx};

use super::{gzip, idx_u8};

#[test]
fn every_element_type() {
    fn idx<const N: usize>(element_type: u8, elements: [[u8; N]; 2]) -> AnyArray {
        parse_idx(&[&[0, 0, element_type, 2, 0, 0, 0, 2, 0, 0, 0, 1][..], elements.as_flattened()].concat())
            .unwrap()
    }
    assert_eq!(idx(0x08, [[1], [255]]), AnyArray::U8(arr2(&[[1], [255]]).into_dyn()));
    assert_eq!(idx(0x09, [[1], [255]]), AnyArray::I8(arr2(&[[1], [-1]]).into_dyn()));
    assert_eq!(idx(0x0b, [[1, 2], [255, 254]]), AnyArray::I16(arr2(&[[258], [-2]]).into_dyn()));
    assert_eq!(idx(0x0c, [[0, 0, 1, 2], [255; 4]]), AnyArray::I32(arr2(&[[258], [-1]]).into_dyn()));
    assert_eq!(
        idx(0x0d, [[0x3f, 0x80, 0, 0], [0xc0, 0, 0, 0]]),
        AnyArray::F32(arr2(&[[1.0], [-2.0]]).into_dyn())
    );
    let [one, minus_two] = [[0x3f, 0xf0, 0, 0, 0, 0, 0, 0], [0xc0, 0, 0, 0, 0, 0, 0, 0]];
    assert_eq!(idx(0x0e, [one, minus_two]), AnyArray::F64(arr2(&[[1.0], [-2.0]]).into_dyn()));
}

#[test]
fn every_rank_and_the_last_axis_is_fastest() {
    let scalar = parse_idx(&idx_u8(&[], &[7])).unwrap();
    assert_eq!(scalar, AnyArray::U8(arr0(7).into_dyn()));
    let long = parse_idx(&idx_u8(&[1; 255], &[7])).unwrap();
    assert_eq!(long.shape(), [1; 255]);
    let AnyArray::U8(cube) = parse_idx(&idx_u8(&[2, 3, 4], &(0..24).collect::<Vec<_>>())).unwrap() else {
        panic!("not u8")
    };
    assert_eq!(cube[[1, 2, 3]], 23);
    assert_eq!(cube[[0, 1, 2]], 6);
}

#[test]
fn gzip_is_seen_by_its_content() {
    let plain = idx_u8(&[2, 2], &[1, 2, 3, 4]);
    assert_eq!(parse_idx(&gzip(&plain)).unwrap(), parse_idx(&plain).unwrap());
}

#[test]
fn errors_say_what_is_wrong() {
    for (bytes, message) in [
        (vec![0, 0], "IDX header: ends after 2 bytes, needs at least 4"),
        (vec![0, 0, 8, 2, 0, 0, 0, 1], "IDX header: ends after 8 bytes, needs at least 12"),
        (b"PK..".to_vec(), "IDX header: expected two zero bytes, found 0x50 0x4b"),
        (
            vec![0, 0, 0x0a, 0],
            "IDX header: expected an element type of 0x08, 0x09 or 0x0b to 0x0e, found 0x0a",
        ),
        (idx_u8(&[2, 3], &[0; 5]), "bytes of IDX elements: expected 6, got 5"),
        (idx_u8(&[2, 3], &[0; 7]), "bytes of IDX elements: expected 6, got 7"),
        (idx_u8(&[u32::MAX, 2], &[0; 7]), "bytes of IDX elements: expected 8589934590, got 7"),
        (
            idx_u8(&[u32::MAX; 3], &[0; 7]),
            "an array of shape [4294967295, 4294967295, 4294967295] cannot be addressed",
        ),
        (
            idx_u8(&[0, u32::MAX, u32::MAX, u32::MAX], &[]),
            "an array of shape [0, 4294967295, 4294967295, 4294967295] cannot be addressed",
        ),
    ] {
        assert_eq!(parse_idx(&bytes).unwrap_err().to_string(), message);
    }
    let missing = read_idx("no/such/file").unwrap_err();
    assert!(missing.to_string().starts_with("no/such/file: file: "), "{missing}");
}

#[test]
fn a_directory_is_searched_for_its_one_data_set() {
    let pixels = idx_u8(&[2, 1, 3], &[0, 1, 2, 253, 254, 255]);
    let labels = idx_u8(&[2], &[4, 5]);
    let expected = Images::new([1, 3], 255, vec![0, 1, 2, 253, 254, 255], vec![4, 5]).unwrap();

    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let search = || Images::from_idx_dir(directory.path());

    assert!(matches!(search(), Err(Error::Search { found, .. }) if found.is_empty()));
    fs::write(path("t10k-images-idx3-ubyte.gz"), gzip(&pixels)).unwrap();
    assert!(matches!(search(), Err(Error::Search { pattern: "labels-idx1-ubyte", .. })));
    fs::write(path("t10k-labels-idx1-ubyte"), &labels).unwrap();
    fs::write(path("README.md"), "not an image").unwrap();
    assert_eq!(search().unwrap(), expected);

    // Unpacked next to the packed file: one data set still, and the plain file is the one that is read.
    fs::write(path("t10k-images-idx3-ubyte"), &pixels).unwrap();
    fs::write(path("t10k-images-idx3-ubyte.gz"), "damaged").unwrap();
    assert_eq!(search().unwrap(), expected);

    let others = ["e", "d", "c", "b", "a"].map(|name| path(&format!("{name}-images-idx3-ubyte.gz")));
    others.iter().for_each(|path| fs::write(path, gzip(&pixels)).unwrap());
    let Err(Error::Search { found, .. }) = search() else { panic!("six data sets") };
    assert!(found.is_sorted());
    assert_eq!(found.len(), 6);
    assert!(found.contains(&path("t10k-images-idx3-ubyte")) && found.contains(&others[0]));
    assert!(Images::from_idx_dir(path("nowhere")).is_err());
}

#[test]
fn images_need_three_axes_of_bytes_and_as_many_labels() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let images = write("images", &idx_u8(&[2, 1, 1], &[0, 1]));
    let labels = write("labels", &idx_u8(&[2], &[0, 1]));
    let flat = write("flat", &idx_u8(&[2, 1], &[0, 1]));
    let signed = write("signed", &[0, 0, 9, 1, 0, 0, 0, 1, 0]);
    let three = write("three", &idx_u8(&[3], &[0, 1, 2]));
    let none = write("none", &idx_u8(&[0, 28, 28], &[]));
    let no_labels = write("no labels", &idx_u8(&[0], &[]));

    assert_eq!(Images::from_idx_files(&images, &labels).unwrap().len(), 2);
    assert!(Images::from_idx_files(&none, &no_labels).unwrap().is_empty());
    for (images, labels, message) in [
        (&flat, &labels, "axes: expected 3, got 2"),
        (&images, &images, "axes: expected 1, got 3"),
        (&images, &signed, "expected an array of u8, got one of i8"),
        (&images, &three, "labels: expected 2, got 3"),
    ] {
        let error = Images::from_idx_files(images, labels).unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
    }
}
