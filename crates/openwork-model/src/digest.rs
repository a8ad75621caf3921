//! Digests, by which contents are compared without holding them.

use std::fmt;
use std::io;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::hex::{from_hex, to_hex};

/// The SHA-256 of some contents; in hexadecimal as text.
///
/// ```
/// use openwork_model::digest::Digest;
///
/// assert_eq!(Digest::of(b"abc"), Digest::of(b"abc"));
/// assert!(Digest::of(b"abc").to_string().starts_with("ba7816bf"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(contents: &[u8]) -> Self {
        Self(Sha256::digest(contents).into())
    }

    /// The digest of a value's JSON text. The order of keys counts: for the
    /// engine, a later permission wins.
    pub fn of_value(value: &Value) -> Self {
        // Not the bytes of the file: what a person was shown still holds when only
        // the layout around it has changed.
        Self::of(value.to_string().as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hex(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom("no SHA-256 in hexadecimal"))
    }
}

/// Which contents a file has, without holding them.
///
/// A file of up to [`WHOLE`] bytes is identified by all of its bytes, so the digest
/// is that of its contents. Of a larger one, bytes are taken from all over it:
/// however large a file is, telling it from another takes a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileDigest {
    /// How many bytes it has.
    pub length: u64,
    /// The digest of these bytes.
    pub digest: Digest,
}

/// The largest file that is identified by all of its bytes.
pub const WHOLE: u64 = 512 << 20;
/// How many bytes are read at once.
const BLOCK: usize = 64 << 10;
/// How many blocks are taken from a file that is larger than [`WHOLE`].
const SAMPLES: u64 = 1 << 10;

impl FileDigest {
    /// The digest of contents that are at hand.
    pub fn of(contents: &[u8]) -> Self {
        Self {
            length: contents.len() as u64,
            digest: Digest::of(contents),
        }
    }

    /// Reads a file of so many bytes through a small buffer; `read_at` reads
    /// from an offset on, and 0 bytes at the end.
    ///
    /// # Errors
    ///
    /// Those of `read_at`.
    pub fn read(
        length: u64,
        mut read_at: impl FnMut(&mut [u8], u64) -> io::Result<usize>,
    ) -> io::Result<Self> {
        // On the heap: it would be much of a thread's stack.
        let mut buffer = vec![0; BLOCK];
        if length > WHOLE {
            return sampled(length, &mut buffer, &mut read_at);
        }
        let mut sha = Sha256::new();
        let mut offset = 0;
        // One that grows meanwhile is read no further: it is another one now.
        while offset <= length {
            let read = read_at(&mut buffer, offset)?;
            if read == 0 {
                break;
            }
            sha.update(buffer.get(..read).unwrap_or(&[]));
            offset += read as u64;
        }
        Ok(Self {
            length: offset,
            digest: Digest(sha.finalize().into()),
        })
    }
}

fn sampled(
    length: u64,
    buffer: &mut [u8],
    read_at: &mut impl FnMut(&mut [u8], u64) -> io::Result<usize>,
) -> io::Result<FileDigest> {
    let mut sha = Sha256::new();
    // Two files may agree in all samples. They hardly agree in length as well.
    sha.update(length.to_le_bytes());
    // The first block starts at 0, the last one ends at the end.
    // Evenly, so that a change in the middle is noticed as often as one at the
    // end.
    let stride = (length - BLOCK as u64) / (SAMPLES - 1);
    for sample in 0..SAMPLES {
        let start = match sample {
            last if last + 1 == SAMPLES => length - BLOCK as u64,
            _ => sample * stride,
        };
        let read = fill(buffer, start, read_at)?;
        sha.update(buffer.get(..read).unwrap_or(&[]));
    }
    Ok(FileDigest {
        length,
        digest: Digest(sha.finalize().into()),
    })
}

fn fill(
    buffer: &mut [u8],
    start: u64,
    read_at: &mut impl FnMut(&mut [u8], u64) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match read_at(room, start + filled as u64)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let digest = Digest::of(b"abc");
        let text = serde_json::to_string(&digest).unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text, format!("\"{known}\""));
        assert_eq!(serde_json::from_str::<Digest>(&text).unwrap(), digest);
        for wrong in ["", "ba78", &"é".repeat(32), &"+1".repeat(32), &known[1..]] {
            let text = serde_json::to_string(wrong).unwrap();
            assert!(serde_json::from_str::<Digest>(&text).is_err(), "{wrong}");
        }
    }

    /// Reads as a slow disk does, a few bytes at once.
    fn read(length: u64, byte_at: impl Fn(u64) -> u8) -> (FileDigest, u64) {
        let mut most = 0;
        let digest = FileDigest::read(length, |buffer, offset| {
            let room = buffer.len().min(7_001);
            let left = usize::try_from(length.saturating_sub(offset)).unwrap_or(room);
            let read = room.min(left);
            for (place, byte) in buffer[..read].iter_mut().enumerate() {
                *byte = byte_at(offset + place as u64);
            }
            most += read as u64;
            Ok(read)
        });
        (digest.unwrap(), most)
    }

    #[test]
    fn a_file_is_identified_by_its_bytes_however_they_are_read() {
        let pattern = |offset: u64| u8::try_from(offset % 251).unwrap();
        for length in [0, 1, BLOCK as u64, 3 * BLOCK as u64 + 5] {
            let contents: Vec<u8> = (0..length).map(pattern).collect();
            assert_eq!(read(length, pattern), (FileDigest::of(&contents), length));
        }
    }

    #[test]
    fn of_a_very_large_file_a_part_is_read() {
        let length = WHOLE + 12_345;
        let (zeros, most) = read(length, |_| 0);
        assert_eq!(most, SAMPLES * BLOCK as u64);
        assert_eq!(read(length, |_| 0).0, zeros);
        assert_ne!(read(length + 1, |_| 0).0, zeros);
        assert_ne!(read(length, |offset| u8::from(offset == 0)).0, zeros);
        assert_ne!(
            read(length, |offset| u8::from(offset + 1 == length)).0,
            zeros
        );
    }

    #[test]
    fn a_file_that_grows_is_not_read_for_ever() {
        let mut reads = 0;
        let digest = FileDigest::read(10, |buffer, _| {
            reads += 1;
            Ok(buffer.len())
        });
        assert_ne!(digest.unwrap().length, 10);
        assert_eq!(reads, 1);
    }

    #[test]
    fn the_order_of_keys_counts() {
        let of = |text: &str| Digest::of_value(&serde_json::from_str(text).unwrap());
        assert_eq!(of(r#"{ "a": 1, "b": 2 }"#), of(r#"{"a":1,"b":2}"#));
        assert_ne!(of(r#"{ "a": 1, "b": 2 }"#), of(r#"{ "b": 2, "a": 1 }"#));
        assert_ne!(
            Digest::of_value(&json!(null)),
            Digest::of_value(&json!("null"))
        );
    }
}
