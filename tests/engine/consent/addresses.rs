//! Addresses of the stranger, some of which look as if they were somebody else's.

use super::dice::Dice;
use super::ground::Ground;

/// An address that leads to the stranger, whatever it looks like.
pub(super) fn address(dice: &mut Dice, ground: &Ground, name: &str) -> String {
    let host = ground.host();
    let port = ground.stranger.port();
    match dice.below(16) {
        0 => format!("http://{host}/{name}"),
        1 => format!("http:{host}/{name}?u=https://good.test/mcp"),
        2 => format!("http:\\\\{host}/{name}://good.test"),
        3 => format!("http:/\t/{host}/{name}?://good.test/"),
        4 => format!("http:\n//{host}/{name}"),
        5 => format!("HTTP://{host}/{name}#https://good.test"),
        6 => format!("http://127.1:{port}/{name}"),
        7 => format!("http://0x7f000001:{port}/{name}"),
        8 => format!("http://2130706433:{port}/{name}"),
        9 => format!(" http://{host}/{name}"),
        10 => format!("http:////{host}/{name}"),
        11 => format!("http://１２７.０.０.１:{port}/{name}"),
        12 => format!("http://[::ffff:127.0.0.1]:{port}/{name}"),
        13 => format!("http://good.test@{host}/{name}"),
        14 => format!("http://{host}\\@good.test/{name}"),
        _ => format!("h\tttp:/{host}/{name}"),
    }
}
