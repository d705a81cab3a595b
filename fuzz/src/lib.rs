//! What the fuzz targets share.

pub mod log;
pub mod steps;

/// A place from 0 to `len`, chosen by the data, so that the same data chooses it again.
#[must_use]
pub fn place(data: &[u8], len: usize) -> usize {
    // FNV-1a, in the width of a place.
    let hash = data.iter().fold(0x811c_9dc5_usize, |hash, byte| (hash ^ usize::from(*byte)).wrapping_mul(0x0100_0193));
    hash % (len + 1)
}
