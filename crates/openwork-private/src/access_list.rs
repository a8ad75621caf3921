//! Who may use a file, as Windows writes it: the owner and the access list of
//! a security descriptor (Security Descriptor Definition Language).

/// Who owns something, and whom its list lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessList {
    owner: String,
    admitted: Vec<String>,
}

impl AccessList {
    /// Reads a descriptor; `None` if it has no owner, has no list, which lets
    /// everyone in, or is not understood.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (owner, list) = text.strip_prefix("O:")?.split_once("D:")?;
        // The group that may stand between the two may do nothing by itself.
        let owner = owner.split_once("G:").map_or(owner, |(owner, _)| owner);
        let (_, entries) = split(list)?;
        // More fields come with conditions, which are not judged here.
        if entries.iter().any(|entry| entry.fields().is_none()) {
            return None;
        }
        let admitted = entries.iter().filter_map(AccessEntry::admitted);
        Some(Self {
            owner: owner.to_owned(),
            admitted: admitted.map(str::to_owned).collect(),
        })
    }

    /// Whether whoever owns or may use this is in `own` as well.
    pub(crate) fn admits_only(&self, own: &Self) -> bool {
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

/// What a list says that it has not got from the directory above, as a list of
/// its own; `None` if all of it comes from there, or there is no list. What is
/// not understood is kept whole: the system reads it again.
pub(crate) fn own_part(text: &str) -> Option<String> {
    let (_, list) = text.split_once("D:")?;
    if list == NO_LIST {
        return None;
    }
    let Some((flags, entries)) = split(list) else {
        return Some(format!("D:{list}"));
    };
    // `AR` and `AI` tell how the list came about, `P` that nothing is passed on to it.
    let is_protected = flags.contains('P');
    let entries = entries
        .iter()
        .filter(|entry| is_protected || !entry.is_passed_on());
    let entries: Vec<String> = entries.map(|entry| format!("({})", entry.0)).collect();
    let entries = entries.concat();
    let protection = if is_protected { "P" } else { "" };
    (is_protected || !entries.is_empty()).then(|| format!("D:{protection}{entries}"))
}

/// Whether a list as [`own_part`] writes it takes nothing from the directory above.
pub(crate) fn is_protected(own_part: &str) -> bool {
    let flags = own_part.split('(').next();
    flags.is_some_and(|flags| flags.contains('P'))
}

/// Stands for no list at all.
const NO_LIST: &str = "NO_ACCESS_CONTROL";

/// The flags of a list and its entries; `None` if it is no list.
fn split(list: &str) -> Option<(&str, Vec<AccessEntry<'_>>)> {
    let flags = list.find('(').unwrap_or(list.len());
    let (flags, mut rest) = list.split_at(flags);
    // Those of `NO_LIST` are none.
    if !flags.bytes().all(|flag| flag.is_ascii_uppercase()) {
        return None;
    }
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (entry, after) = rest.strip_prefix('(')?.split_once(')')?;
        entries.push(AccessEntry(entry));
        rest = after;
    }
    Some((flags, entries))
}

/// One entry of a list, without its brackets.
struct AccessEntry<'t>(&'t str);

impl AccessEntry<'_> {
    /// Whom it lets do anything at all.
    fn admitted(&self) -> Option<&str> {
        let [kind, flags, _, _, _, who] = self.fields()?;
        let is_denial = matches!(kind, "D" | "OD");
        // Such an entry is only for what is made below.
        let is_for_others = has(flags, "IO");
        (!is_denial && !is_for_others).then_some(who)
    }

    /// Kind, flags, rights, two that only directories of users have, and whom.
    fn fields(&self) -> Option<[&str; 6]> {
        let fields: Vec<&str> = self.0.split(';').collect();
        fields.try_into().ok()
    }

    /// Whether it comes from the directory above.
    fn is_passed_on(&self) -> bool {
        let flags = self.0.split(';').nth(1);
        flags.is_some_and(|flags| has(flags, "ID"))
    }
}

fn has(flags: &str, wanted: &str) -> bool {
    pairs(flags).any(|flag| flag == wanted)
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

    #[test]
    fn what_is_passed_on_is_no_part_of_a_list_of_its_own() {
        for (text, own) in [
            ("", None),
            ("D:NO_ACCESS_CONTROL", None),
            ("D:", None),
            ("O:SYD:AI(A;ID;FA;;;SY)(A;OICIID;FA;;;BA)", None),
            ("D:AI(A;;FR;;;WD)(A;ID;FA;;;SY)", Some("D:(A;;FR;;;WD)")),
            (
                "D:(D;;FA;;;WD)(A;;FA;;;SY)",
                Some("D:(D;;FA;;;WD)(A;;FA;;;SY)"),
            ),
            ("D:PAI(A;;FA;;;SY)", Some("D:P(A;;FA;;;SY)")),
            (
                "D:PAI(XA;;FX;;;SY;(@User.Title==\"PM\"))",
                Some("D:PAI(XA;;FX;;;SY;(@User.Title==\"PM\"))"),
            ),
            // Nobody at all.
            ("D:P", Some("D:P")),
        ] {
            assert_eq!(own_part(text).as_deref(), own, "{text}");
        }
        assert!(is_protected("D:P(A;;FA;;;SY)") && !is_protected("D:(A;;FA;;;PS)"));
    }
}
