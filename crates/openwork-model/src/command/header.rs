//! What the header of a command says, by the engine's rules.

use openwork_frontmatter::{FrontmatterError, close_header};

use crate::prompt_header::{self, COMMANDS, header_fields};
use crate::schema::SchemaFault;

/// The fields that the engine knows and checks. A name that is no text it takes for one.
const CHECKED: [&str; 5] = ["description", "agent", "model", "variant", "subtask"];

/// The fields in the header of a command that the engine would refuse the
/// whole workspace for, but no more than so many; the pointers are into the
/// header.
///
/// ```
/// use openwork_model::command::header_faults;
///
/// let faults = header_faults("---\nmodel: null\nsubtask: \"yes\"\n---\nSum up.\n", 20)?;
/// let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
/// assert_eq!(told, ["/model: found null, expected a text", "/subtask: found a text, expected true or false"]);
/// # Ok::<(), openwork_frontmatter::FrontmatterError>(())
/// ```
///
/// # Errors
///
/// A header that is no YAML: the engine repairs some of these when it reads
/// them first, and loses them later.
pub fn header_faults(text: &str, most: usize) -> Result<Vec<SchemaFault>, FrontmatterError> {
    // The engine reads a header that never ends to the end of the file.
    let closed = close_header(text);
    let fields = header_fields(closed.as_deref().unwrap_or(text))?;
    Ok(prompt_header::faults(COMMANDS, &fields, &CHECKED, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_refuses_is_found() {
        for header in [
            "model: null",
            "subtask: \"yes\"",
            "description: 2024-01-01",
            "description: 12:30",
            "agent: [a]",
            "variant: {}",
            "model:\n  providerID: a\n  model: b",
        ] {
            let found = header_faults(&format!("---\n{header}\n---\nx\n"), 20).unwrap();
            let field = header.split(':').next().unwrap();
            let places: Vec<&str> = found.iter().map(|fault| fault.pointer.as_str()).collect();
            assert_eq!(places, [format!("/{field}")], "{header}");
        }
    }

    #[test]
    fn what_the_engine_takes_is_none() {
        for text in [
            "Sum up.\n",
            "---\n---\nSum up.\n",
            "---\nname: a b\ndescription: \"12:30\"\nmodel: '{env:M}'\nsubtask: true\ntemplate: 1\nother: [1]\n---\nx\n",
            "---\ndescription: without an end",
        ] {
            assert_eq!(header_faults(text, 20), Ok(Vec::new()), "{text}");
        }
        assert!(header_faults("---\ndescription: Use when: x\n---\nx\n", 20).is_err());
    }
}
