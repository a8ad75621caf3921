//! What reading headers costs.
//!
//! `cargo bench -p openwork-frontmatter`

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use divan::{Bencher, black_box};
use openwork_frontmatter::parse;

fn main() {
    divan::main();
}

#[divan::bench]
fn read_an_ordinary_header(bencher: Bencher<'_, '_>) {
    let text = "---\nname: expense-audit\ndescription: Audits expenses, weekly (on Mondays)\nlicense: MIT\n---\n# Body\n";
    bencher.bench(|| parse(black_box(text)).unwrap());
}

#[divan::bench]
fn read_an_unusual_header(bencher: Bencher<'_, '_>) {
    let text = "---\nname: expense-audit\ndescription: >-\n  Audits expenses\nmetadata:\n  owner: jo\n---\n# Body\n";
    bencher.bench(|| parse(black_box(text)).unwrap());
}
