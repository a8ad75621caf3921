//! Asks a person once, in time, before anything happens.
