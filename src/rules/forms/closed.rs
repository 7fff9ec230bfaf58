//! Flows that an exception lets pass.

use super::every;
use crate::graph::{ArrivalId, Reading};
use crate::model::FlowId;
use crate::rules::compile::{Compiled, Out};
use crate::rules::context::Context;
use crate::rules::facts::Subject;
use crate::rules::truth::Truth;

/// Arrivals by flows that an exception lets pass.
#[derive(Clone, Default)]
pub(super) struct Closed(Vec<ArrivalId>);

impl std::ops::Deref for Closed {
    type Target = [ArrivalId];

    fn deref(&self) -> &[ArrivalId] {
        &self.0
    }
}

impl Closed {
    /// Those of a sentence's exceptions.
    pub(super) fn of(c: &Context<'_>, sentence: &Compiled, reading: Reading) -> Closed {
        let mut closed = Vec::new();
        for exception in &sentence.exceptions {
            let Out::Flows(condition) = &exception.what else { continue };
            for flow in (0..c.model.flows.len() as u32).map(FlowId) {
                let passes = match every::eval(c, Subject::Flow(flow), condition, reading) {
                    Truth::True => true,
                    Truth::False => false,
                    Truth::Unknown(_) => reading == Reading::Kind,
                };
                if passes {
                    exception.applied.note();
                    closed.extend_from_slice(c.graph.arrivals_by(flow));
                }
            }
        }
        closed.sort_unstable();
        closed.dedup();
        Closed(closed)
    }

    /// Whether an arrival is one of them.
    pub(super) fn has(&self, arrival: ArrivalId) -> bool {
        self.0.binary_search(&arrival).is_ok()
    }
}
