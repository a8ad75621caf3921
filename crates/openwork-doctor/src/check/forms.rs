//! Files that say things in the older form and in the newer one, or in one that
//! the engine does not read yet.

use openwork_model::fields::Fields;
use openwork_model::files::Files;
use openwork_model::forms::{EntryForm, EntrySection, NewerForm, newer_in};
use openwork_model::layer::{ConfigLayer, read_layers};

use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;
use crate::line;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "forms",
    title: "no file mixes older and newer forms, or has one that is yet to be read",
    is_quick: false,
    run,
};

/// Why code matters that nothing loads yet.
const RUNS_LATER: &str = "nothing of it counts now, but an upgrade of the engine may load and run the code that it names, and nobody is asked then";

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
    let mixed = mixed.map(|section| mixed_forms(section, layer, files));
    let dormant = newer_in(fields).into_iter();
    let dormant = dormant.filter(|form| form.is_left_out());
    mixed
        .chain(dormant.map(|form| dormant_form(form, fields, layer, files)))
        .collect()
}

/// A form of the engine's next version that this one reads past.
fn dormant_form(
    form: &NewerForm,
    fields: &Fields,
    layer: &ConfigLayer,
    files: &dyn Files,
) -> DoctorFinding {
    let pointer = form.place_in(fields).unwrap_or_default();
    let key = pointer.trim_start_matches('/').replace('/', ".");
    let (why, fix) = match form.path {
        "plugins" => (
            RUNS_LATER,
            "take it out, or move what it names to `plugin`, which counts now",
        ),
        "providers" => (
            RUNS_LATER,
            "take it out, or move what it names to `provider`, which counts now",
        ),
        _ => (
            "nothing of it counts now, and an upgrade of the engine may make it count",
            "take it out until the engine reads it",
        ),
    };
    let what =
        format!("`{key}` is for a later version of the engine, and this one does not read it");
    DoctorFinding::warning("forms.dormant", what)
        .at(&layer.path, line::of_setting(files, &layer.path, &pointer))
        .why(why)
        .fix(fix)
}

fn mixed_forms(section: EntrySection, layer: &ConfigLayer, files: &dyn Files) -> DoctorFinding {
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
