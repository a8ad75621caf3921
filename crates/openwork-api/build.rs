//! Makes the description of the API small enough to be part of a program.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a build reads its own files, and ends where it cannot"
)]

use std::path::PathBuf;
use std::{env, fs};

const DESCRIPTION: &str = "src/openapi.json";
/// As small as it gets: there is time in a build.
const LEVEL: u8 = 10;

fn main() {
    println!("cargo::rerun-if-changed={DESCRIPTION}");
    #[cfg(feature = "openapi")]
    {
        let text = fs::read(DESCRIPTION).unwrap();
        let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&text, LEVEL);
        let made = PathBuf::from(env::var_os("OUT_DIR").unwrap()).join("openapi.zlib");
        fs::write(made, compressed).unwrap();
    }
}
