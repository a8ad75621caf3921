//! Which changes are taken back.

use std::collections::HashMap;

use uuid::Uuid;

/// The entry that took a change back, if it is taken back: of the entries from
/// the newest down, each with the entry that it undoes. What was itself taken back
/// counts for nothing.
///
/// ```
/// use openwork_change::store::undone_by;
/// use uuid::Uuid;
///
/// let [change, undo, redo] = [1, 2, 3].map(Uuid::from_u128);
/// let log = [(redo, Some(undo)), (undo, Some(change)), (change, None)];
/// assert_eq!(undone_by(change, log), None);
/// assert_eq!(undone_by(undo, log), Some(redo));
/// assert_eq!(undone_by(change, log[1..].iter().copied()), Some(undo));
/// ```
pub fn undone_by(
    change: Uuid,
    newest_first: impl IntoIterator<Item = (Uuid, Option<Uuid>)>,
) -> Option<Uuid> {
    // Newest first, so that of each entry it is known whether it still holds
    // before what it undoes is looked at.
    let mut undone: HashMap<Uuid, Uuid> = HashMap::new();
    for (entry, undoes) in newest_first {
        if let Some(undoes) = undoes.filter(|_| !undone.contains_key(&entry)) {
            undone.entry(undoes).or_insert(entry);
        }
    }
    undone.get(&change).copied()
}
