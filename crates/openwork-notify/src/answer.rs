//! Answers that are signed, and count once.
//!
//! An answer travels through the hands of others: whoever carries the message
//! can read it, keep it and send it again. So it says which request it is for and
//! what of it was shown, and ends by itself; and what it says is signed with a key
//! that is made at the start and is nowhere else.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::time::Instant;
use uuid::Uuid;

/// What is signed begins with this, so that nothing else that was ever signed
/// with such a key can be taken for an answer.
const PURPOSE: &[u8] = b"openwork answer 1\0";
/// How long an answer lasts: as long as a request can be kept waiting.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How many answers that nobody signed are looked at in a while.
const MOST_WRONG: u32 = 10;
/// How long that while is.
const WHILE: Duration = Duration::from_secs(60);

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerVerdict {
    /// It may happen.
    Allow,
    /// It must not happen.
    Deny,
}

/// An answer on its way. Whoever has it can give it, so it is a secret for as long
/// as it lasts: its debug form is a mask.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedAnswer(String);

/// What an answer says, read from one that was signed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerClaim {
    verdict: AnswerVerdict,
    request: Uuid,
    digest: [u8; 32],
    end: u64,
}

/// Why an answer does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// It was not signed here, or the server was started anew since.
    #[error("the answer was not signed by this server as it runs now")]
    Forged,
    /// Its time is over.
    #[error("the answer is older than an hour")]
    Expired,
    /// The request was answered by such an answer before.
    #[error("an answer to this request was used before")]
    Used,
    /// So many answers that nobody signed came lately that no other is looked at.
    #[error("too many answers that nobody signed have come; try again in {seconds} s")]
    TooMany {
        /// In how many seconds one is looked at again, at least 1.
        seconds: u64,
    },
}

/// The system has no randomness to make a key of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// Signs answers, and reads them once.
pub struct AnswerDesk {
    key: [u8; 64],
    started: Instant,
    state: Mutex<AnswerState>,
}

#[derive(Default)]
struct AnswerState {
    /// The requests that were answered, and when no answer to them lasts any more,
    /// in ms since the start.
    used: HashMap<Uuid, u64>,
    wrong: u32,
    /// When it was begun to count them.
    wrong_since: Option<Instant>,
}

/// The bytes of an answer: its claim, and the proof of it.
struct AnswerBytes([u8; AnswerBytes::LENGTH]);

impl AnswerDesk {
    /// A desk with a key that nobody has had before.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] if there is none.
    pub fn new() -> Result<Self, NoRandomness> {
        let mut key = [0; 64];
        getrandom::fill(&mut key)?;
        Ok(Self {
            key,
            started: Instant::now(),
            state: Mutex::default(),
        })
    }

    /// Signs an answer to a request, for what was shown of it.
    pub fn sign(&self, verdict: AnswerVerdict, request: Uuid, digest: [u8; 32]) -> SignedAnswer {
        let claim = AnswerClaim {
            verdict,
            request,
            digest,
            end: milliseconds(self.started.elapsed() + LIFETIME),
        };
        let mut bytes = AnswerBytes::of(&claim);
        let proof = self.proof(bytes.claimed()).finalize().into_bytes();
        bytes.prove(&proof);
        SignedAnswer(URL_SAFE_NO_PAD.encode(bytes.0))
    }

    /// Reads an answer. It counts only once it was [used up](Self::use_up).
    ///
    /// # Errors
    ///
    /// The [`AnswerFault`] says why it does not count. Answers that were not
    /// signed here are counted; those that were are read whatever others try.
    pub fn read(&self, text: &str) -> Result<AnswerClaim, AnswerFault> {
        let claim = self.proven(text);
        let mut state = self.lock();
        let Some(claim) = claim else {
            return Err(state.count_wrong());
        };
        if claim.end <= milliseconds(self.started.elapsed()) {
            Err(AnswerFault::Expired)
        } else if state.used.contains_key(&claim.request) {
            Err(AnswerFault::Used)
        } else {
            Ok(claim)
        }
    }

    /// Takes an answer for given: of all to its request no other counts from now on.
    ///
    /// # Errors
    ///
    /// [`AnswerFault::Used`] if one was given before.
    pub fn use_up(&self, claim: &AnswerClaim) -> Result<(), AnswerFault> {
        let now = milliseconds(self.started.elapsed());
        let mut state = self.lock();
        // What has ended by itself needs no record, so the map stays as small as
        // what people answer within an hour.
        state.used.retain(|_, end| *end > now);
        // Others to the same request may have been signed later, so they last longer
        // than this one, but none longer than a lifetime from now.
        let end = now.saturating_add(milliseconds(LIFETIME));
        match state.used.insert(claim.request, end) {
            None => Ok(()),
            Some(_) => Err(AnswerFault::Used),
        }
    }

    fn proven(&self, text: &str) -> Option<AnswerClaim> {
        if text.len() != AnswerBytes::TEXT {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes = AnswerBytes(bytes.try_into().ok()?);
        // In constant time: how much of it is right must not show in how long an
        // answer takes.
        self.proof(bytes.claimed())
            .verify_slice(bytes.proof())
            .ok()?;
        bytes.claim()
    }

    fn proof(&self, claimed: &[u8]) -> Hmac<Sha256> {
        let mut proof = Hmac::<Sha256>::new(&self.key.into());
        proof.update(PURPOSE);
        proof.update(claimed);
        proof
    }

    fn lock(&self) -> MutexGuard<'_, AnswerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AnswerState {
    fn count_wrong(&mut self) -> AnswerFault {
        let now = Instant::now();
        let since = *self.wrong_since.get_or_insert(now);
        let passed = now.duration_since(since);
        if passed >= WHILE {
            (self.wrong, self.wrong_since) = (0, Some(now));
        }
        self.wrong = self.wrong.saturating_add(1);
        if self.wrong <= MOST_WRONG {
            return AnswerFault::Forged;
        }
        let left = WHILE.saturating_sub(passed);
        AnswerFault::TooMany {
            seconds: left.as_secs().max(1),
        }
    }
}

impl AnswerBytes {
    const VERDICT: usize = 0;
    const REQUEST: usize = 1;
    const DIGEST: usize = Self::REQUEST + 16;
    const END: usize = Self::DIGEST + 32;
    const PROOF: usize = Self::END + 8;
    const LENGTH: usize = Self::PROOF + 32;
    /// How long it is as text: each byte of it has six bits.
    const TEXT: usize = (Self::LENGTH * 8).div_ceil(6);

    fn of(claim: &AnswerClaim) -> Self {
        let mut bytes = [0; Self::LENGTH];
        bytes[Self::VERDICT] = match claim.verdict {
            AnswerVerdict::Allow => 1,
            AnswerVerdict::Deny => 0,
        };
        bytes[Self::REQUEST..Self::DIGEST].copy_from_slice(claim.request.as_bytes());
        bytes[Self::DIGEST..Self::END].copy_from_slice(&claim.digest);
        bytes[Self::END..Self::PROOF].copy_from_slice(&claim.end.to_be_bytes());
        Self(bytes)
    }

    fn claimed(&self) -> &[u8] {
        &self.0[..Self::PROOF]
    }

    fn proof(&self) -> &[u8] {
        &self.0[Self::PROOF..]
    }

    fn prove(&mut self, proof: &[u8]) {
        self.0[Self::PROOF..].copy_from_slice(proof);
    }

    fn claim(&self) -> Option<AnswerClaim> {
        let verdict = match self.0[Self::VERDICT] {
            1 => AnswerVerdict::Allow,
            0 => AnswerVerdict::Deny,
            _ => return None,
        };
        let (mut request, mut digest, mut end) = ([0; 16], [0; 32], [0; 8]);
        request.copy_from_slice(&self.0[Self::REQUEST..Self::DIGEST]);
        digest.copy_from_slice(&self.0[Self::DIGEST..Self::END]);
        end.copy_from_slice(&self.0[Self::END..Self::PROOF]);
        Some(AnswerClaim {
            verdict,
            request: Uuid::from_bytes(request),
            digest,
            end: u64::from_be_bytes(end),
        })
    }
}

impl SignedAnswer {
    /// The answer itself: 119 characters that can stand in a URL.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedAnswer(…)")
    }
}

impl AnswerClaim {
    /// Yes or no.
    pub fn verdict(&self) -> AnswerVerdict {
        self.verdict
    }

    /// The request that it answers.
    pub fn request(&self) -> Uuid {
        self.request
    }

    /// The digest of what was shown.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl fmt::Debug for AnswerDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerDesk").finish_non_exhaustive()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Uuid = Uuid::from_u128(7);
    const NEARLY: Duration = LIFETIME.saturating_sub(Duration::from_millis(1));

    fn desk() -> AnswerDesk {
        AnswerDesk::new().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_says_what_was_signed_for_an_hour() {
        let desk = desk();
        for verdict in [AnswerVerdict::Allow, AnswerVerdict::Deny] {
            let answer = desk.sign(verdict, REQUEST, [3; 32]);
            let claim = desk.read(answer.expose()).unwrap();
            assert_eq!(claim.verdict(), verdict);
            assert_eq!((claim.request(), claim.digest()), (REQUEST, &[3; 32]));
            assert_eq!(answer.expose().len(), 119);
            assert_eq!(format!("{answer:?}"), "SignedAnswer(…)");
        }
        let answer = desk.sign(AnswerVerdict::Allow, REQUEST, [3; 32]);
        tokio::time::advance(NEARLY).await;
        assert!(desk.read(answer.expose()).is_ok());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(desk.read(answer.expose()), Err(AnswerFault::Expired));
    }

    #[tokio::test(start_paused = true)]
    async fn of_all_answers_to_a_request_one_counts() {
        let desk = desk();
        let allow = desk.sign(AnswerVerdict::Allow, REQUEST, [3; 32]);
        let deny = desk.sign(AnswerVerdict::Deny, REQUEST, [3; 32]);
        let (first, second) = (desk.read(deny.expose()), desk.read(allow.expose()));
        assert_eq!(desk.use_up(&first.unwrap()), Ok(()));
        // Read before the other was used up, and still too late.
        assert_eq!(desk.use_up(&second.unwrap()), Err(AnswerFault::Used));
        assert_eq!(desk.read(deny.expose()), Err(AnswerFault::Used));
        assert_eq!(desk.read(allow.expose()), Err(AnswerFault::Used));
        // One that was signed since is no way round.
        let again = desk.sign(AnswerVerdict::Allow, REQUEST, [3; 32]);
        tokio::time::advance(NEARLY).await;
        assert_eq!(desk.read(again.expose()), Err(AnswerFault::Used));
        // Of another request it says nothing.
        let other = desk.sign(AnswerVerdict::Allow, Uuid::from_u128(8), [3; 32]);
        assert!(desk.read(other.expose()).is_ok());
    }

    #[test]
    fn whatever_is_changed_was_not_signed() {
        let bytes = {
            let answer = desk().sign(AnswerVerdict::Deny, REQUEST, [3; 32]);
            URL_SAFE_NO_PAD.decode(answer.expose()).unwrap()
        };
        let signer = desk();
        let own = signer.sign(AnswerVerdict::Deny, REQUEST, [3; 32]);
        let own = URL_SAFE_NO_PAD.decode(own.expose()).unwrap();
        // Each look has a desk of its own: wrong ones are counted.
        let with_key = || AnswerDesk {
            key: signer.key,
            ..desk()
        };
        assert!(with_key().read(&URL_SAFE_NO_PAD.encode(&own)).is_ok());
        for place in 0..own.len() {
            let mut changed = own.clone();
            changed[place] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(
                with_key().read(&changed),
                Err(AnswerFault::Forged),
                "{place}"
            );
        }
        // The same of another start, which has another key.
        let other = URL_SAFE_NO_PAD.encode(bytes);
        assert_eq!(with_key().read(&other), Err(AnswerFault::Forged));
        for text in [
            "",
            "allow",
            "é",
            &other[..118],
            &format!("{other}A"),
            &"A".repeat(4_000),
        ] {
            assert_eq!(with_key().read(text), Err(AnswerFault::Forged), "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_wrong_ones_are_put_off_and_right_ones_are_not() {
        let desk = desk();
        let right = desk.sign(AnswerVerdict::Allow, REQUEST, [3; 32]);
        for _ in 0..MOST_WRONG {
            assert_eq!(desk.read("x"), Err(AnswerFault::Forged));
        }
        tokio::time::advance(Duration::from_secs(20)).await;
        let seconds = 40;
        assert_eq!(desk.read("x"), Err(AnswerFault::TooMany { seconds }));
        assert!(desk.read(right.expose()).is_ok());
        tokio::time::advance(Duration::from_secs(40)).await;
        assert_eq!(desk.read("x"), Err(AnswerFault::Forged));
    }
}
