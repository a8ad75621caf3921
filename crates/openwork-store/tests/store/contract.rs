//! What every store promises holds for this one, and for the one in memory.

use std::cell::RefCell;

use openwork_change::store::{MemoryStore, contract};
use openwork_model::files::MemoryFiles;

use crate::support::Place;

#[test]
fn the_store_on_a_disk_keeps_the_contract() {
    let places = RefCell::new(Vec::new());
    let checked = contract::check(|files| {
        let place = Place::in_memory();
        for (path, text) in files {
            place.write(path, text);
        }
        let store = place.store();
        places.borrow_mut().push(place);
        store
    });
    checked.unwrap();
}

#[test]
fn the_store_in_memory_keeps_the_contract() {
    let put = |all: MemoryFiles, (path, text): &(&str, &str)| all.with(path, text);
    contract::check(|files| MemoryStore::new(files.iter().fold(MemoryFiles::new(), put))).unwrap();
}
