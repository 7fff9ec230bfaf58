//! How much is tried, by the size of a picture.

use super::model::Model;

/// How much may be tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// How many foldings are tried at each step, and how many steps there are.
    pub(super) width: usize,
    pub(super) steps: usize,
    pub(super) rows: usize,
    pub(super) cells: usize,
    pub(super) knots: usize,
    /// How often all lines are laid anew.
    pub(super) rounds: usize,
    /// How often one line is tried otherwise.
    pub(super) tries: usize,
    /// How many moves of boxes to other rows are tried on whole pictures.
    pub(super) moves: usize,
    /// How many foldings more are tried where lines cross.
    pub(super) folds: usize,
    /// In how many ways the rows are chosen.
    pub(super) tastes: usize,
    /// Only to compare: numbers and words are not placed.
    pub(super) quick: bool,
}

impl Effort {
    /// As much as is worth its time for a picture of this size.
    pub(super) fn of(model: &Model) -> Self {
        let size = model.nodes() + model.wires.len();
        match size {
            0..=90 => Self {
                width: 3,
                steps: 8,
                rows: 3_000_000,
                cells: 4_000_000,
                knots: 400_000,
                rounds: 3,
                tries: 60,
                moves: 60,
                folds: 3,
                tastes: 4,
                quick: false,
            },
            91..=200 => Self {
                width: 2,
                steps: 5,
                rows: 5_000_000,
                cells: 6_000_000,
                knots: 600_000,
                rounds: 3,
                tries: 60,
                moves: 12,
                folds: 0,
                tastes: 3,
                quick: false,
            },
            201..=700 => Self {
                width: 1,
                steps: 3,
                rows: 6_000_000,
                cells: 3_000_000,
                knots: 600_000,
                rounds: 1,
                tries: 20,
                moves: 0,
                folds: 0,
                tastes: 1,
                quick: false,
            },
            701..=2_000 => Self {
                width: 1,
                steps: 1,
                rows: 4_000_000,
                cells: 6_000_000,
                knots: 1_000_000,
                rounds: 0,
                tries: 0,
                moves: 0,
                folds: 0,
                tastes: 1,
                quick: false,
            },
            _ => Self {
                width: 0,
                steps: 0,
                rows: 0,
                cells: 3_000_000,
                knots: 1_000_000,
                rounds: 0,
                tries: 0,
                moves: 0,
                folds: 0,
                tastes: 1,
                quick: false,
            },
        }
    }
}
