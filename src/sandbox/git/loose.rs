//! Writing git's objects as files of their own, each in a zlib stream (RFC 1950) that is not compressed.

use std::{fs, io, path::Path};

use crate::sandbox::github::Object;

/// The longest block that is not compressed (RFC 1951, 3.2.4).
const BLOCK_BYTES_MAX: usize = 0xffff;
/// The largest prime below 65536 (RFC 1950, 9).
const ADLER_MODULUS: u32 = 65_521;

/// Writes an object into a folder of objects, unless it is there.
pub(super) fn write(folder: &Path, object: &Object) -> io::Result<()> {
    let (shelf, name) = object.id.split_at(2);
    let path = folder.join(shelf).join(name);
    if path.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder.join(shelf))?;
    fs::write(path, stored(&object.content))
}

/// `content` as a zlib stream.
fn stored(content: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = content.len().div_ceil(BLOCK_BYTES_MAX).max(1);
    for number in 0..blocks {
        let rest = content.get(number * BLOCK_BYTES_MAX..).unwrap_or_default();
        let block = rest.get(..BLOCK_BYTES_MAX).unwrap_or(rest);
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(number + 1 == blocks));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (mut a, mut b) = (1, 0);
    for byte in content {
        a = (a + u32::from(*byte)) % ADLER_MODULUS;
        b = (b + a) % ADLER_MODULUS;
    }
    stream.extend(((b << 16) | a).to_be_bytes());
    stream
}
