#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| openwork_fuzz::routing::feed(data));
