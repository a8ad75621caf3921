//! Files that say things in the older form and in the newer one.

use openwork_model::files::Files;
use openwork_model::forms::{EntryForm, EntrySection};
use openwork_model::layer::{ConfigLayer, read_layers};

use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;
use crate::line;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "forms",
    title: "no file mixes older and newer forms",
    is_quick: false,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| {
        let layers = read_layers(files).map(|view| view.layers);
        let layers = layers.unwrap_or_default();
        let findings = layers.iter().flat_map(|layer| of_layer(layer, files));
        findings.collect::<Vec<_>>()
    }))
}

fn of_layer(layer: &ConfigLayer, files: &dyn Files) -> Vec<DoctorFinding> {
    let Ok(fields) = &layer.content else {
        return Vec::new();
    };
    let sections = EntrySection::ALL.into_iter();
    let mixed = sections.filter(|section| section.forms_in(fields).len() > 1);
    mixed
        .map(|section| finding(section, layer, files))
        .collect()
}

fn finding(section: EntrySection, layer: &ConfigLayer, files: &dyn Files) -> DoctorFinding {
    let key = |form| section.container(form).join(".");
    let (older, newer) = (key(EntryForm::Older), key(EntryForm::Newer));
    let pointer = format!("/{}", newer.replace('.', "/"));
    DoctorFinding::warning(
        "forms.mixed",
        format!("the file has entries in `{older}` and in `{newer}`, which are one kind"),
    )
    .at(&layer.path, line::of_setting(files, &layer.path, &pointer))
    .why("of a name that is in both, the one in the older form counts, and engines before 1.18.24 refuse or ignore the newer form")
    .fix(format!("move the entries of `{newer}` to `{older}`, or all of them the other way"))
}
