//! Where in the configuration a value is.

use openwork_jsonc::pointer_below;

/// A value's place: the place around it, and the key or index there.
#[derive(Debug, Clone, Copy)]
pub(super) struct SchemaPlace<'p> {
    above: Option<(&'p SchemaPlace<'p>, &'p str)>,
}

impl<'p> SchemaPlace<'p> {
    /// The configuration itself.
    pub(super) fn root() -> Self {
        Self { above: None }
    }

    /// A member or an item of the value here.
    pub(super) fn member(&'p self, key: &'p str) -> Self {
        Self {
            above: Some((self, key)),
        }
    }

    /// How many keys and indices lead here.
    pub(super) fn depth(&self) -> usize {
        self.above.map_or(0, |(above, _)| above.depth() + 1)
    }

    /// The place as a JSON pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        self.above.map_or_else(String::new, |(above, key)| {
            pointer_below(&above.pointer(), key)
        })
    }
}
