//! References to files and variables, from plain to hidden.

use super::dice::Dice;
use super::trap::Trap;

/// Longer than any path that a program would hand to the system.
const LONG: usize = 2100;

/// A text that the engine puts the text of a file or the value of a variable in the place of.
pub(super) fn reference(dice: &mut Dice, trap: &Trap) -> String {
    let home = trap.home_file();
    let below_home = home.trim_start_matches("~/");
    let outside = trap.outside_file();
    let outside = outside.display();
    let name = trap.name();
    let variable = trap.variable();
    let here = "./".repeat(LONG);
    match dice.below(16) {
        0 => format!("{{file:{home}}}"),
        1 => format!("{{file:{outside}}}"),
        2 => format!("{{file:../../outside/{name}}}"),
        3 => format!("{{file:~/{here}{below_home}}}"),
        4 => format!("{{file:{here}../../outside/{name}}}"),
        5 => format!("{{fi{{env:KEPT_NOTHING}}le:{home}}}"),
        6 => format!("{{file:{{env:KEPT_NOTHING}}{home}}}"),
        7 => format!("{{file:~/nowhere/\n\"/../../{below_home}}}"),
        8 => format!("{{{{file:{home}}}}}"),
        9 => format!("{{env:{variable}}}"),
        10 => format!("{{e{{env:KEPT_NOTHING}}nv:{variable}}} {{env:{variable}}}"),
        11 => format!("a{{env:KEPT_NOTHING}}b{{env:{variable}}}c"),
        12 => format!("{{file:~/{}{below_home}}}", "x/../".repeat(LONG)),
        13 => format!("Key {{env:{variable}}}{{env:{variable}}}"),
        14 => format!("{{env:{variable}}}{{file:{outside}}}"),
        _ => format!("{{file: {home}}} {{file:{outside}}}"),
    }
}
