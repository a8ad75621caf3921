//! Who may use a file, as Windows writes it: the owner and the access list of
//! a security descriptor (Security Descriptor Definition Language).

/// Who owns something, and whom its list lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccessList {
    owner: String,
    admitted: Vec<String>,
}

impl AccessList {
    /// Reads a descriptor; `None` if it has no owner, has no list, which lets
    /// everyone in, or is not understood.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (owner, list) = text.strip_prefix("O:")?.split_once("D:")?;
        // The group that may stand between the two may do nothing by itself.
        let owner = owner.split_once("G:").map_or(owner, |(owner, _)| owner);
        let flags = list.find('(').unwrap_or(list.len());
        let (flags, entries) = list.split_at(flags);
        // `NO_ACCESS_CONTROL` stands for no list at all.
        if !flags.bytes().all(|flag| flag.is_ascii_uppercase()) {
            return None;
        }
        Some(Self {
            owner: owner.to_owned(),
            admitted: admitted(entries)?,
        })
    }

    /// Whether whoever owns or may use this is in `own` as well.
    pub(super) fn admits_only(&self, own: &Self) -> bool {
        let is_known = |who: &String| own.admitted.contains(who);
        // Owners may change the list.
        is_known(&self.owner)
            && self
                .admitted
                .iter()
                // `OW` is whoever owns it.
                .all(|who| who == "OW" || is_known(who))
    }
}

/// Whom the entries let do anything at all.
fn admitted(entries: &str) -> Option<Vec<String>> {
    let mut admitted = Vec::new();
    let mut rest = entries;
    while !rest.is_empty() {
        let (entry, after) = rest.strip_prefix('(')?.split_once(')')?;
        rest = after;
        let fields: Vec<&str> = entry.split(';').collect();
        let [kind, flags, _, _, _, who] = fields.as_slice() else {
            // More fields come with conditions, which are not judged here.
            return None;
        };
        let is_denial = matches!(*kind, "D" | "OD");
        // Such an entry is only for what is made below.
        let is_for_others = pairs(flags).any(|flag| flag == "IO");
        if !is_denial && !is_for_others {
            admitted.push((*who).to_owned());
        }
    }
    Some(admitted)
}

/// Flags are written as pairs of letters without anything between them.
fn pairs(flags: &str) -> impl Iterator<Item = &str> {
    (0..flags.len())
        .step_by(2)
        .filter_map(|at| flags.get(at..at + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "O:S-1-5-21-1-2-3-1000D:P(A;OICI;FA;;;S-1-5-21-1-2-3-1000)\
                       (A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
    const ME: &str = "O:S-1-5-21-1-2-3-1000";

    fn is_private(text: &str) -> bool {
        let own = AccessList::parse(OWN).unwrap();
        AccessList::parse(text).is_some_and(|list| list.admits_only(&own))
    }

    #[test]
    fn the_user_administrators_and_the_system_may_use_it() {
        for rest in [
            "D:",
            "D:P(A;;FA;;;S-1-5-21-1-2-3-1000)",
            "G:S-1-5-21-1-2-3-513D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;S-1-5-21-1-2-3-1000)",
            "D:(A;;FA;;;OW)",
            // Only for what is made below, and who is kept out.
            "D:(A;OICIIOID;GA;;;CO)(D;;FA;;;WD)",
        ] {
            assert!(is_private(&format!("{ME}{rest}")), "{rest}");
        }
        assert!(is_private("O:BAD:(A;;FA;;;BA)"));
    }

    #[test]
    fn anybody_else_and_whatever_is_not_understood_is_one_too_many() {
        for text in [
            "",
            ME,
            "D:(A;;FA;;;SY)",
            "O:WDD:(A;;FA;;;SY)",
            "O:S-1-5-21-1-2-3-1001D:(A;;FA;;;SY)",
            &format!("{ME}D:NO_ACCESS_CONTROL"),
            &format!("{ME}D:(A;;FR;;;WD)"),
            &format!("{ME}D:(A;;FA;;;SY)(A;ID;0x1200a9;;;BU)"),
            &format!("{ME}D:(A;;FR;;;S-1-5-21-1-2-3-10000)"),
            &format!("{ME}D:(XA;;FX;;;SY;(@User.Title==\"PM\"))"),
            &format!("{ME}D:(A;;FA;;;SY"),
            &format!("{ME}D:A;;FA;;;SY)"),
        ] {
            assert!(!is_private(text), "{text}");
        }
    }
}
