//! The requests that a person is still to be asked about, the oldest first.

use std::collections::{HashSet, VecDeque};

use openwork_api::approval::ApprovalItem;

/// The requests of one person at a terminal.
#[derive(Default)]
pub(super) struct PromptQueue {
    waiting: VecDeque<ApprovalItem<'static>>,
    skipped: HashSet<String>,
    /// What others are asked about first, by id.
    postponed: HashSet<String>,
}

impl PromptQueue {
    /// The request to ask about.
    pub(super) fn front(&self) -> Option<&ApprovalItem<'static>> {
        let is_next = |item: &&ApprovalItem<'_>| !self.postponed.contains(&*item.id);
        self.waiting.iter().find(is_next)
    }

    /// Whether it is the one to ask about.
    pub(super) fn is_first(&self, id: &str) -> bool {
        self.front().is_some_and(|item| item.id == id)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Adds a request, unless it is known.
    pub(super) fn push(&mut self, item: ApprovalItem<'static>) {
        // The snapshot after a lost connection lists what is queued already.
        let is_known = self.waiting.iter().any(|known| known.id == item.id);
        if !is_known && !self.skipped.contains(&*item.id) {
            self.waiting.push_back(item);
        }
    }

    /// Takes in when a request expires by now.
    pub(super) fn reschedule(&mut self, id: &str, expires_at: u64) {
        if let Some(item) = self.waiting.iter_mut().find(|item| item.id == id) {
            item.expires_at = Some(expires_at);
        }
    }

    /// Takes a request out.
    pub(super) fn remove(&mut self, id: &str) -> Option<ApprovalItem<'static>> {
        self.skipped.remove(id);
        self.postponed.remove(id);
        let at = self.waiting.iter().position(|item| item.id == id)?;
        self.waiting.remove(at)
    }

    /// Leaves a request to others.
    pub(super) fn skip(&mut self, id: &str) {
        self.remove(id);
        self.skipped.insert(id.to_owned());
    }

    /// Asks about the others first.
    pub(super) fn postpone(&mut self, id: &str) {
        self.postponed.insert(id.to_owned());
    }

    /// Asks again about what was postponed.
    pub(super) fn recall(&mut self) {
        self.postponed.clear();
    }

    /// Takes over the requests that wait now; returns those that no longer do.
    pub(super) fn replace(
        &mut self,
        items: Vec<ApprovalItem<'static>>,
    ) -> Vec<ApprovalItem<'static>> {
        let waits = |id: &str| items.iter().any(|item| item.id == id);
        let (kept, gone): (Vec<_>, _) = self.waiting.drain(..).partition(|item| waits(&item.id));
        // What has ended is forgotten, or the ids would pile up for as long as
        // the command runs.
        self.skipped.retain(|id| waits(id));
        self.postponed.retain(|id| waits(id));
        self.waiting = kept.into();
        for item in items {
            self.push(item);
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str) -> ApprovalItem<'static> {
        serde_json::from_value(serde_json::json!({ "id": id, "action": "", "summary": "" }))
            .unwrap()
    }

    fn ids<'i>(items: impl IntoIterator<Item = &'i ApprovalItem<'static>>) -> Vec<&'i str> {
        items.into_iter().map(|item| &*item.id).collect()
    }

    #[test]
    fn a_snapshot_keeps_order_and_what_was_skipped() {
        let mut queue = PromptQueue::default();
        assert_eq!(
            queue.replace(["a", "b", "c", "d"].map(item).into()).len(),
            0
        );
        queue.skip("b");
        queue.push(item("a"));
        assert_eq!(ids(&queue.waiting), ["a", "c", "d"]);
        let gone = queue.replace(["b", "e", "d", "a"].map(item).into());
        assert_eq!(ids(&gone), ["c"]);
        assert_eq!(ids(&queue.waiting), ["a", "d", "e"]);
        assert_eq!(queue.len(), 3);
    }

    #[test]
    fn a_deadline_that_moves_is_that_of_one_request() {
        let mut queue = PromptQueue::default();
        queue.replace(["a", "b"].map(item).into());
        queue.reschedule("b", 7);
        queue.reschedule("c", 8);
        let deadlines: Vec<_> = queue.waiting.iter().map(|item| item.expires_at).collect();
        assert_eq!(deadlines, [None, Some(7)]);
    }

    #[test]
    fn what_is_postponed_comes_after_the_others() {
        let mut queue = PromptQueue::default();
        queue.replace(["a", "b"].map(item).into());
        queue.postpone("a");
        assert!(queue.is_first("b"));
        queue.postpone("b");
        assert_eq!((queue.front(), queue.len()), (None, 2));
        queue.recall();
        assert!(queue.is_first("a"));
        queue.postpone("a");
        queue.remove("a");
        queue.push(item("a"));
        queue.postpone("b");
        assert!(queue.is_first("a"));
    }

    #[test]
    fn what_has_ended_is_taken_out_once() {
        let mut queue = PromptQueue::default();
        queue.push(item("a"));
        assert_eq!(queue.remove("a").map(|item| item.id).as_deref(), Some("a"));
        assert!(queue.remove("a").is_none());
        assert!(queue.front().is_none());
    }
}
