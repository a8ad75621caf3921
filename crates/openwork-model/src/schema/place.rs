//! Where in the configuration a value is.

use openwork_jsonc::pointer_below;

/// A value's place: the place before, and the step from there.
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
    pub(super) fn step(&'p self, step: &'p str) -> Self {
        Self {
            above: Some((self, step)),
        }
    }

    /// How many steps lead here.
    pub(super) fn depth(&self) -> usize {
        self.above.map_or(0, |(above, _)| above.depth() + 1)
    }

    /// The place as a JSON pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        self.above.map_or_else(String::new, |(above, step)| {
            pointer_below(&above.pointer(), step)
        })
    }
}
