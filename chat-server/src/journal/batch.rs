//! Units to one commit, and what follows from how it went. Pure.

use crate::hub::{Effects, Output, Record};

/// The effects of one batch of the hub.
#[derive(Debug)]
pub struct Unit {
    /// How often the journal had failed when the hub decided this.
    pub generation: u64,
    /// What was decided.
    pub effects: Effects,
}

/// Units that are committed together.
#[derive(Debug, Default)]
pub struct Batch {
    /// To be committed, all or none.
    pub records: Vec<Record>,
    /// To be seen once they are.
    pub outputs: Vec<Output>,
    /// To be seen however that goes: what was decided on a state that was lost is refused.
    pub refused: Vec<Output>,
}

impl Batch {
    /// Gathers `units`, the journal having failed `generation` times.
    #[must_use]
    pub fn gather(generation: u64, units: impl IntoIterator<Item = Unit>) -> Batch {
        let mut batch = Batch::default();
        for Unit {
            generation: decided,
            effects,
        } in units
        {
            if decided == generation {
                batch.records.extend(effects.records);
                batch.outputs.extend(effects.outputs);
            } else {
                batch.refuse(effects.outputs);
            }
        }
        batch
    }

    /// The commit has failed: nothing of this has happened. Gives what is to be seen.
    #[must_use]
    pub fn failed(mut self) -> Vec<Output> {
        let outputs = std::mem::take(&mut self.outputs);
        self.refuse(outputs);
        self.refused
    }

    fn refuse(&mut self, outputs: Vec<Output>) {
        self.refused
            .extend(outputs.into_iter().filter_map(Output::failed));
    }
}
