//! Makes the description of the API small enough to be part of a program.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a build reads its own files, speaks to cargo, and ends where it cannot"
)]

fn main() {
    println!("cargo::rerun-if-changed=src/openapi.json");
    #[cfg(feature = "openapi")]
    compress();
}

#[cfg(feature = "openapi")]
fn compress() {
    /// As small as it gets: there is time in a build.
    const LEVEL: u8 = 10;

    let text = std::fs::read("src/openapi.json").unwrap();
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&text, LEVEL);
    let directory = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap());
    std::fs::write(directory.join("openapi.zlib"), compressed).unwrap();
}
