//! What an OpenWork change means: names, changes, plans and faithful text edits, without IO.
