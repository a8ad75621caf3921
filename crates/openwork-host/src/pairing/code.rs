//! A pairing code: made at random, read as people type it, known by its hash.

use std::fmt;

use openwork_model::clock::{Ids as _, RandomIds};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Digits and capitals, without those that are taken for one another in print:
/// 0 and O, 1, I and L, U and V.
const SYMBOLS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them a code has: one of 6.5 × 10¹¹, of which five can be tried.
const LENGTH: usize = 8;
/// How many stand before the dash.
const GROUP: usize = 4;

/// A code that a device is paired by, such as `K7QM-4XTP`. A secret for as long
/// as it is open: [`Display`](fmt::Display) shows it, [`Debug`] does not.
#[derive(Clone, PartialEq, Eq)]
pub struct PairingCode([u8; LENGTH]);

/// A text cannot be a pairing code, whichever is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pairing code has eight letters and digits, and never 0, 1, I, L, O or U")]
pub struct NoPairingCode;

/// What is kept of a code.
pub(super) struct CodeHash([u8; 32]);

impl PairingCode {
    pub(super) fn random() -> Self {
        // Two, as some bits of a random UUID are fixed; hashed, so that the others
        // are spread over the number that is divided below.
        let two = format!("{}{}", RandomIds.next_id(), RandomIds.next_id());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(two)[..16]);
        let mut rest = u128::from_be_bytes(bytes);
        let count = SYMBOLS.len() as u128;
        Self([(); LENGTH].map(|()| {
            // 2¹²⁸ is no multiple of 30⁸, which favours some codes by 1 in 10²⁶. What
            // is left of the division is in its last byte.
            let [.., place] = (rest % count).to_be_bytes();
            rest /= count;
            SYMBOLS[usize::from(place)]
        }))
    }

    /// Reads a code as somebody has typed it: in any case, its groups together
    /// or apart.
    ///
    /// ```
    /// use openwork_host::PairingCode;
    ///
    /// let code = PairingCode::parse(" k7qm 4xtp")?;
    /// assert_eq!(code.to_string(), "K7QM-4XTP");
    /// assert!(PairingCode::parse("K7QM-4XT0").is_err());
    /// # Ok::<(), openwork_host::NoPairingCode>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NoPairingCode`] if it can be none.
    pub fn parse(text: &str) -> Result<Self, NoPairingCode> {
        let mut symbols = [0; LENGTH];
        let mut typed = text
            .bytes()
            .filter(|byte| !matches!(byte, b'-' | b' '))
            .map(|byte| byte.to_ascii_uppercase());
        for symbol in &mut symbols {
            let known = typed.next().filter(|byte| SYMBOLS.contains(byte));
            *symbol = known.ok_or(NoPairingCode)?;
        }
        match typed.next() {
            None => Ok(Self(symbols)),
            Some(_) => Err(NoPairingCode),
        }
    }

    pub(super) fn hash(&self) -> CodeHash {
        CodeHash(Sha256::digest(self.0).into())
    }
}

impl CodeHash {
    /// Whether it is the hash of this code. In constant time: how much of it is
    /// right must not show in how long an answer takes.
    pub(super) fn is_of(&self, code: &PairingCode) -> bool {
        self.0.ct_eq(&code.hash().0).into()
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, symbol) in self.0.iter().enumerate() {
            if place == GROUP {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*symbol))?;
        }
        Ok(())
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["K7QM-4XTP", "k7qm4xtp", " K7QM 4XTP ", "k-7-q-m-4-x-t-p"] {
            let code = PairingCode::parse(typed).unwrap();
            assert_eq!(code.to_string(), "K7QM-4XTP", "{typed}");
            assert_eq!(format!("{code:?}"), "PairingCode(…)");
        }
        for typed in [
            "",
            "K7QM-4XT",
            "K7QM-4XTPP",
            "K7QM-4XTO",
            "K7QM-4XTI",
            "K7QM_4XTP",
            "ſ7QM-4XTP",
        ] {
            assert_eq!(PairingCode::parse(typed), Err(NoPairingCode), "{typed}");
        }
    }

    #[test]
    fn every_code_that_is_made_can_be_typed_and_differs() {
        let made: Vec<_> = (0..100).map(|_| PairingCode::random()).collect();
        for (place, code) in made.iter().enumerate() {
            assert_eq!(PairingCode::parse(&code.to_string()).as_ref(), Ok(code));
            assert!(!made[..place].contains(code));
            assert!(code.hash().is_of(code));
            assert!(!code.hash().is_of(&made[(place + 1) % made.len()]));
        }
        // Each symbol comes up: 800 draws miss one of 30 once in 10¹⁰ runs.
        let seen = |symbol: &u8| made.iter().any(|code| code.0.contains(symbol));
        assert!(SYMBOLS.iter().all(seen));
    }
}
