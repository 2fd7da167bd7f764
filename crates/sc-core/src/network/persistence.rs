//! A network in a checkpoint, so that it continues as if it had never stopped.

use std::path::Path;

use super::{Connection, Network};
use crate::population::check_steps;
use crate::weights::check_length;
use crate::{Checkpoint, Csr, Delay, Dense, Editable, Error, PopulationState, Projection, Real, Weights};

impl<R: Real> Network<R> {
    /// Writes all that changes: neurons, noise, weights and their structure, delays, spikes on their way,
    /// time.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.to_checkpoint().write(path)
    }

    /// Continues from a file written by [`save`](Self::save); what follows is bit for bit what would have
    /// followed there.
    ///
    /// This network must be built like that one: the same populations (model, parameters, size), the same
    /// projections between them and the same stimuli. Weights, which synapses there are, and delays come from
    /// the file. A part of a network must hear of the spikes of the other parts next
    /// ([`hear_spikes`](Self::hear_spikes)).
    ///
    /// # Errors
    /// What is wrong with the file or does not fit; the network has not changed then. [`Error::Io`],
    /// [`Error::NotACheckpoint`], [`Error::Checksum`], [`Error::Mismatch`] (built differently), or one that
    /// names the offending tensor.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.restore(&Checkpoint::read(path)?)
    }

    /// What [`save`](Self::save) writes.
    #[must_use]
    pub fn to_checkpoint(&self) -> Checkpoint {
        let mut checkpoint = Checkpoint::new();
        for (key, value) in self.description() {
            checkpoint.set_metadata(key, value);
        }
        checkpoint.insert("t", &[1], &[self.t]);
        for (k, layer) in self.layers.iter().enumerate() {
            let PopulationState { variables, spikes, seed, n_steps } = layer.state();
            for (name, variable) in layer.variable_names().iter().zip(variables) {
                checkpoint.insert(format!("population.{k}.{name}"), &[layer.n()], &variable);
            }
            checkpoint.insert(format!("population.{k}/spikes"), &[spikes.len()], &spikes);
            checkpoint.insert(format!("population.{k}/noise"), &[2], &[seed, n_steps]);
        }
        for (k, Connection { projection, .. }) in self.connections.iter().enumerate() {
            write_projection(projection, &format!("projection.{k}"), &mut checkpoint);
        }
        checkpoint
    }

    /// What [`load`](Self::load) does with a checkpoint.
    ///
    /// # Errors
    /// Those of [`load`](Self::load) that do not concern the file; the network has not changed then.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        for (key, value) in self.description() {
            checkpoint.require_metadata(&key, &value)?;
        }
        // Everything is read and checked before anything is changed.
        let t = checkpoint.get("t", &[1])?[0];
        check_steps("t", t)?;
        let mut states = Vec::new();
        for (k, layer) in self.layers.iter().enumerate() {
            let variable =
                |name: &&str| Ok(checkpoint.get(&format!("population.{k}.{name}"), &[layer.n()])?.to_vec());
            let variables: Result<_, Error> = layer.variable_names().iter().map(variable).collect();
            let spikes = checkpoint.elements(&format!("population.{k}/spikes"))?.to_vec();
            let noise = checkpoint.get(&format!("population.{k}/noise"), &[2])?;
            let state = PopulationState { variables: variables?, spikes, seed: noise[0], n_steps: noise[1] };
            layer.check_state(&state)?;
            states.push(state);
        }
        let mut projections = Vec::new();
        for (k, Connection { projection, .. }) in self.connections.iter().enumerate() {
            let sizes = (projection.n_pre(), projection.n_post());
            projections.push(read_projection(sizes, &format!("projection.{k}"), checkpoint)?);
        }

        self.t = t;
        self.forget_spikes();
        for (layer, state) in self.layers.iter_mut().zip(states) {
            layer.set_state(state)?; // checked above
        }
        for (connection, projection) in self.connections.iter_mut().zip(projections) {
            connection.projection = projection;
        }
        Ok(())
    }

    /// How the network is built, in words: what must be the same where its state is to go.
    fn description(&self) -> Vec<(String, String)> {
        let mut description = vec![("kind".into(), "sc-core network, version 1".into())];
        description.push(("numbers".into(), R::NAME.into()));
        let parts = [self.layers.len(), self.connections.len(), self.stimuli.len()];
        description.push(("populations, projections, stimuli".into(), format!("{parts:?}")));
        for (k, layer) in self.layers.iter().enumerate() {
            description.push((format!("population.{k}"), format!("{} of {}", layer.n(), layer.model())));
        }
        for (k, share) in self.shares.iter().flatten().enumerate() {
            description.push((format!("population.{k}.share"), share.describe()));
        }
        for (k, Connection { source, target, projection }) in self.connections.iter().enumerate() {
            let (n_pre, n_post) = (projection.n_pre(), projection.n_post());
            let text = format!("{} ({n_pre}) -> {} ({n_post})", source.0, target.0);
            description.push((format!("projection.{k}"), text));
        }
        for (k, stimulus) in self.stimuli.iter().enumerate() {
            description.push((format!("stimulus.{k}"), stimulus.describe()));
        }
        description
    }
}

fn write_projection<R: Real>(projection: &Projection<R>, prefix: &str, checkpoint: &mut Checkpoint) {
    let mut write_csr = |csr: &Csr<R>| {
        let indptr: Vec<u64> = csr.indptr().iter().map(|&start| start as u64).collect();
        checkpoint.insert(format!("{prefix}.indptr"), &[indptr.len()], &indptr);
        checkpoint.insert(format!("{prefix}.indices"), &[csr.n_synapses()], csr.indices());
        checkpoint.insert(format!("{prefix}.weights"), &[csr.n_synapses()], csr.values());
    };
    let form = match projection.weights() {
        Weights::Dense(dense) => {
            checkpoint.insert(format!("{prefix}.weights"), &[dense.values().len()], dense.values());
            "dense"
        }
        Weights::Csr(csr) => {
            write_csr(csr);
            "csr"
        }
        Weights::Editable(editable) => {
            // The synapses as every reader knows them, and apart from them in which slots they lie.
            write_csr(&Csr::from(editable));
            let (starts, rooms, n_slots) = editable.layout();
            checkpoint.insert(format!("{prefix}.row_starts"), &[starts.len()], &starts);
            checkpoint.insert(format!("{prefix}.row_rooms"), &[rooms.len()], &rooms);
            checkpoint.insert(format!("{prefix}.slots, revision"), &[2], &[n_slots, editable.revision()]);
            "editable"
        }
    };
    checkpoint.set_metadata(format!("{prefix}.weights"), form);
    checkpoint.insert(format!("{prefix}.weight_threshold"), &[1], &[projection.weight_threshold()]);
    if let Some(efficacy) = projection.efficacy() {
        checkpoint.insert(format!("{prefix}.efficacy"), &[efficacy.len()], efficacy);
    }
    let (kind, steps) = match projection.delay() {
        Delay::Uniform(steps) => ("uniform", &[*steps][..]),
        Delay::PerSynapse(steps) => ("per synapse", &steps[..]),
    };
    let steps: Vec<u32> = steps.iter().map(|&steps| u32::from(steps)).collect();
    checkpoint.set_metadata(format!("{prefix}.delay"), kind);
    checkpoint.insert(format!("{prefix}.delay"), &[steps.len()], &steps);
    let pending = projection.line().pending();
    checkpoint.insert(format!("{prefix}.pending"), &[pending.len()], &pending);
}

fn read_projection<R: Real>(
    (n_pre, n_post): (usize, usize),
    prefix: &str,
    checkpoint: &Checkpoint,
) -> Result<Projection<R>, Error> {
    let values = checkpoint.elements(&format!("{prefix}.weights"))?.to_vec();
    let weights: Weights<R> = if checkpoint.metadata(&format!("{prefix}.weights")) == Some("dense") {
        Dense::new(n_pre, n_post, values)?.into()
    } else {
        let editable = checkpoint.metadata(&format!("{prefix}.weights")) == Some("editable");
        checkpoint
            .require_metadata(&format!("{prefix}.weights"), if editable { "editable" } else { "csr" })?;
        let indptr = checkpoint.elements::<u64>(&format!("{prefix}.indptr"))?;
        // A start beyond the address space is beyond the last synapse as well, and refused as such.
        let indptr = indptr.iter().map(|&start| usize::try_from(start).unwrap_or(usize::MAX)).collect();
        let indices = checkpoint.elements(&format!("{prefix}.indices"))?.to_vec();
        let csr = Csr::new(n_pre, n_post, indptr, indices, values)?;
        if editable {
            let starts = checkpoint.get(&format!("{prefix}.row_starts"), &[n_pre])?;
            let rooms = checkpoint.get(&format!("{prefix}.row_rooms"), &[n_pre])?;
            let counts = checkpoint.get(&format!("{prefix}.slots, revision"), &[2])?;
            Editable::try_from(&csr)?.with_layout(starts, rooms, counts[0], counts[1])?.into()
        } else {
            csr.into()
        }
    };
    let mut steps = Vec::new();
    for (position, &step) in checkpoint.elements::<u32>(&format!("{prefix}.delay"))?.iter().enumerate() {
        let too_long = |_| Error::Index { what: "delay", position, index: step as usize, bound: 1 << 16 };
        steps.push(u16::try_from(step).map_err(too_long)?);
    }
    let uniform = checkpoint.metadata(&format!("{prefix}.delay")) == Some("uniform");
    let delay = match steps[..] {
        [steps] if uniform => Delay::Uniform(steps),
        _ => Delay::PerSynapse(steps),
    };
    let threshold = checkpoint.get(&format!("{prefix}.weight_threshold"), &[1])?[0];
    // Before room is made for them, so that damage cannot ask for all the memory.
    let pending = checkpoint.elements(&format!("{prefix}.pending"))?.to_vec();
    check_length(
        "pending currents",
        (usize::from(delay.longest()) + 1).saturating_mul(n_post),
        pending.len(),
    )?;
    let mut projection = Projection::new(weights).with_delay(delay)?.with_weight_threshold(threshold)?;
    let efficacy = format!("{prefix}.efficacy");
    if checkpoint.tensors().any(|(name, _)| name == efficacy) {
        projection.set_efficacy(checkpoint.get(&efficacy, &[n_pre])?.to_vec());
    }
    projection.line_mut().set_pending(pending)?;
    Ok(projection)
}
