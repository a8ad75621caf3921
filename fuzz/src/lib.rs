//! What each fuzz target does with some bytes.
//!
//! Run one with `cargo +nightly fuzz run jsonc`. The test of this crate feeds
//! the whole corpus to every target with any compiler.

pub mod audit;
pub mod bodies;
pub mod frontmatter;
pub mod jsonc;
pub mod routing;

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Feeds every file of a target's corpus, and says how many there were.
    fn replay(target: &str, feed: fn(&[u8])) -> usize {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(target);
        let files = std::fs::read_dir(corpus)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        files
            .map(|file| feed(&std::fs::read(file).unwrap()))
            .count()
    }

    #[test]
    fn the_corpus_is_read_without_a_fault() {
        assert!(replay("audit", super::audit::feed) > 0);
        assert!(replay("bodies", super::bodies::feed) > 0);
        assert!(replay("frontmatter", super::frontmatter::feed) > 0);
        assert!(replay("jsonc", super::jsonc::feed) > 0);
        assert!(replay("routing", super::routing::feed) > 0);
    }
}
