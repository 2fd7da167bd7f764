"""Makes the bundled digits from scikit-learn's copy of them: python make.py (needs numpy, scikit-learn)."""

import gzip
import struct

import numpy as np
from sklearn.datasets import load_digits


def write_idx(path, array):
    """IDX: two zero bytes, type 8 (u8), rank, big-endian sizes, then the elements."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    with open(path, "wb") as file:
        # No name and no time stamp in the gzip header: the same bytes from every run.
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=9, mtime=0) as stream:
            stream.write(header + array.tobytes())


digits = load_digits()
images = digits.images.astype(np.uint8)
labels = digits.target.astype(np.uint8)
assert (images == digits.images).all() and (labels == digits.target).all()
write_idx("digits-images-idx3-ubyte.gz", images)
write_idx("digits-labels-idx1-ubyte.gz", labels)

# The values that the tests of digits.rs expect.
print("sum of pixels:", images.astype(int).sum())
print("class counts:", np.bincount(labels).tolist())
print("first image:", images[0].ravel().tolist())
print("first labels:", labels[:10].tolist())
print("last image:", images[-1].ravel().tolist())
print("sum of pixel * position:", (images.ravel().astype(int) * np.arange(images.size)).sum())
