//! Keys that stand twice in one object of a configuration file.

use std::collections::HashMap;

use openwork_jsonc::{LenientText, Node, NodeKind, NodeMember, pointer_below};
use openwork_model::files::Files;
use openwork_model::layer::{ConfigLayer, read_layers};

use crate::finding::DoctorFinding;
use crate::line::line;
use crate::text::text;

/// How many keys of one file are told.
const MOST: usize = 20;

/// The keys of all configuration files that stand twice.
pub(super) fn doubles(files: &dyn Files) -> Vec<DoctorFinding> {
    let layers = read_layers(files).map(|view| view.layers);
    let layers = layers.unwrap_or_default();
    // What does not parse is told by itself.
    let layers = layers.iter().filter(|layer| layer.content.is_ok());
    layers.flat_map(|layer| of_layer(layer, files)).collect()
}

fn of_layer(layer: &ConfigLayer, files: &dyn Files) -> Vec<DoctorFinding> {
    let Some(text) = text(files, &layer.path) else {
        return Vec::new();
    };
    let root = LenientText::parse(&text, 0..text.len()).and_then(|parsed| parsed.root);
    let mut found = Vec::new();
    if let Some(root) = &root {
        collect(root, &text, "", &mut found);
    }
    let found = found.iter().take(MOST);
    found
        .map(|double| {
            double
                .finding(&text)
                .at(&layer.path, Some(line(&text, double.first)))
        })
        .collect()
}

/// A key that stands twice, and where.
struct DoubleKey {
    pointer: String,
    first: usize,
    last: usize,
}

impl DoubleKey {
    fn finding(&self, text: &str) -> DoctorFinding {
        let what = format!(
            "`{}` stands twice in the file, and what line {} says counts",
            self.pointer,
            line(text, self.last)
        );
        DoctorFinding::warning("doubles.key", what)
            .why("the first is read past without a word, and this server changes neither of them")
            .fix("keep one of the two")
    }
}

fn collect(node: &Node, text: &str, pointer: &str, found: &mut Vec<DoubleKey>) {
    match &node.kind {
        NodeKind::Object(members) => {
            collect_members(members, text, pointer, found);
            for member in members {
                let pointer = pointer_below(pointer, member.name(text));
                collect(&member.value, text, &pointer, found);
            }
        }
        NodeKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = pointer_below(pointer, &index.to_string());
                collect(item, text, &pointer, found);
            }
        }
        NodeKind::Scalar => {}
    }
}

fn collect_members(members: &[NodeMember], text: &str, pointer: &str, found: &mut Vec<DoubleKey>) {
    let named = members.iter().map(|member| (member.name(text), member));
    let last: HashMap<&str, &NodeMember> = named.clone().collect();
    for (name, member) in named {
        let Some(last) = last.get(name).map(|last| last.key.start) else {
            continue;
        };
        if last != member.key.start {
            found.push(DoubleKey {
                pointer: pointer_below(pointer, name),
                first: member.key.start,
                last,
            });
        }
    }
}
