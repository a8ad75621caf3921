//! What a reader gives nothing of.

use openwork_model::files::{FileError, FileRoot, Files as _, Location};

use super::ConfinedReader;
use crate::fs::resolve::Resolution;
use crate::fs::withheld::WithheldPlaces;

impl ConfinedReader<'_> {
    /// Fails at what the store gives and takes nothing at.
    pub(crate) fn refuse_withheld(&self, at: &Location) -> Result<(), FileError> {
        if at.root != FileRoot::Workspace {
            return Ok(());
        }
        let covered = self.withheld().cover(&self.held.dir, &at.path);
        if covered.map_err(|source| self.io(at, source))? {
            return Err(self.withheld_at(at));
        }
        Ok(())
    }

    pub(super) fn withheld(&self) -> &WithheldPlaces {
        let context = self.context;
        let find = || context.withheld.inside(context.anchor.disk(), self.held.id);
        self.withheld.get_or_init(find)
    }

    pub(super) fn withheld_at(&self, at: &Location) -> FileError {
        FileError::Withheld {
            path: self.absolute(at),
        }
    }

    /// Whether links have led to what the store does not give: from anywhere, so all
    /// such places are looked for.
    pub(super) fn leads_to_withheld(&self, end: &Resolution) -> bool {
        let context = self.context;
        let places = context
            .withheld
            .anywhere(context.anchor.disk(), self.held.id);
        places.cover_found(end)
    }
}
