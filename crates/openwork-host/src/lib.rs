//! The one path of every OpenWork request: access, plan, ask, commit, answer.
