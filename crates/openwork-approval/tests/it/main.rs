//! The gate and its ledger from outside.

#[cfg(test)]
mod amended;
#[cfg(test)]
mod attendance;
mod caps;
#[cfg(test)]
mod deadline;
#[cfg(test)]
mod gate_schedules;
#[cfg(test)]
mod history;
#[cfg(test)]
mod later;
#[cfg(test)]
mod ledger_model;
#[cfg(test)]
mod ledger_schedules;
#[cfg(test)]
mod permit;
#[cfg(test)]
mod races;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod shut_down;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod watch;
